"""What differs between the kinds of subject that the lists show: one entry per kind. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, ClassVar

from chassis.clock import COPENHAGEN, now
from contracts.events import TilbudPublished, VacanciesChanged
from contracts.events.base import SubjectEvent
from contracts.kinds import KindEntry, Registry


@dataclass(frozen=True)
class Tab:
    """One tab of the signed-in pages."""

    label: str
    path: str


@dataclass(frozen=True)
class Tabs:
    """The tabs of a kind: where officers decide and create, and where one reports; None where there are no pages."""

    approve: Tab
    create: Tab | None = None
    report: Tab | None = None


@dataclass(frozen=True)
class Words:
    """What the pages call a kind beside its noun; ``compound`` is the noun as the first part of a longer word."""

    compound: str
    none_found: str

    @property
    def list_title(self) -> str:
        """Return what the list is called."""
        return f"{self.compound}listen".capitalize()


@dataclass(frozen=True)
class Identity:
    """What a subject is called and who runs it, as lists show it."""

    name: str = ""
    operator_cvr: str = ""
    operator_name: str = ""


def _legal_bases(report: Any) -> Sequence[str]:
    return report.facts.primary, *report.facts.legal_bases


@dataclass(frozen=True)
class ListedKind(KindEntry):
    """How the lists show a kind of subject. What an entry leaves out holds for one without content.

    ``identity_of`` reads a creation or an approved case. ``legal_bases_of`` reads which form a report was filled in
    with, the primary legal basis first. ``name_field`` is the name of a subject's name in what approval answers.
    ``published`` is the event with the public state, None for a kind that is never public, and ``public_since`` reads
    when that state began; ``vacancies_changed`` is the event of the fast lane.
    """

    service: ClassVar[str] = "portal"

    tabs: Tabs
    words: Words
    identity_of: Callable[[Any], Identity] = lambda _: Identity()
    legal_bases_of: Callable[[Any], Sequence[str]] = _legal_bases
    name_field: str | None = None
    published: type[SubjectEvent] | None = None
    public_since: Callable[[Any], datetime] = lambda _: now()
    vacancies_changed: type[SubjectEvent] | None = None
    follow_path: str = "/foelg/{kind}"

    @property
    def has_tilsyn(self) -> bool:
        """Return whether tilsyn decide about the status of subjects of this kind."""
        return self.events.tilsyn_published is not None

    @property
    def approve_base(self) -> str:
        """Return what the addresses of an officer's pages about one subject begin with."""
        return f"/godkend/{self.id}"

    @property
    def report_base(self) -> str:
        """Return what the addresses of a reporter's pages about one subject begin with."""
        return f"/indberet/{self.id}"

    @property
    def follow_base(self) -> str:
        """Return what the address that a star is sent to begins with."""
        return self.follow_path.format(kind=self.id)


def _identity_of_tilbud(event: Any) -> Identity:
    operator = event.tilbud.operator
    return Identity(event.tilbud.name, operator.cvr, operator.name)


def _public_since(event: TilbudPublished) -> datetime:
    """Return when the record last changed: what was approved or reported, or the day of the latest tilsyn."""
    tilbud = event.tilbud
    decided = [datetime.combine(tilbud.tilsyn.decided_on, time.min, COPENHAGEN)] if tilbud.tilsyn else []
    return max(tilbud.approved_at, tilbud.confirmed_at, *decided)


TILBUD = ListedKind(
    id="tilbud",
    tabs=Tabs(
        approve=Tab("Godkend tilbud", "/godkend"),
        create=Tab("Opret tilbud", "/opret"),
        report=Tab("Indberet tilbud", "/indberet"),
    ),
    words=Words(
        compound="tilbuds",
        none_found=(
            "Ingen tilbud passer til din søgning. Fremgår et tilbud ikke af listen, er det, fordi tilsynsmyndigheden "
            "ikke har oprettet det endnu, eller fordi det er ophørt. Et ophørt tilbud kan findes på sit tilbuds-id."
        ),
    ),
    identity_of=_identity_of_tilbud,
    legal_bases_of=lambda report: (report.tilbud.primary_legal_basis, *report.tilbud.legal_bases),
    name_field="tilbud_name",
    published=TilbudPublished,
    public_since=_public_since,
    vacancies_changed=VacanciesChanged,
    # Older than the kinds.
    follow_path="/foelg",
    groups={
        "reports": "portal.reports",
        "cases": "portal.cases",
        "routings": "portal.routings",
        "tilsyn": "portal.tilsyn",
        "authorities": "portal.authorities",
        "publications": "portal.publications",
        "follows": "portal.follows",
    },
)

KINDS: Registry[ListedKind] = Registry(tilbud=TILBUD)


def kind_named_in(answer: Mapping[str, Any]) -> ListedKind:
    """Return the kind of the subject that an answer of a service names; LookupError when it names none."""
    for kind in KINDS:
        if kind.id_field in answer:
            return kind
    raise LookupError("the answer names no subject")
