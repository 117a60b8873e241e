"""What differs between the kinds of subject whose cases are decided here: one entry per kind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from contracts.events import Advice, AdviceWithdrawn, CaseOpened, SubmissionSent, TilbudCreated, VacanciesChanged
from contracts.events.base import Event, SubjectEvent
from contracts.events.external import WithdrawnBecause
from contracts.events.parties import Actor, RoutingFacts
from contracts.events.reporting import Application
from contracts.kinds import KindEntry, Registry


class SentReport(Protocol):
    """What the report of every kind of subject says; the rest of it is read by the entry of its kind."""

    @property
    def subject_kind(self) -> str: ...
    @property
    def subject_id(self) -> str: ...
    @property
    def submission_id(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def revision(self) -> int: ...
    @property
    def initial(self) -> bool: ...
    @property
    def form_version(self) -> str: ...
    @property
    def sent_at(self) -> datetime: ...
    @property
    def sent_by(self) -> Actor: ...
    @property
    def facts(self) -> RoutingFacts: ...
    @property
    def step_keys(self) -> list[str]: ...


@dataclass(frozen=True)
class Identity:
    """What a subject is called and who operates it, as lists show it."""

    name: str
    operator_cvr: str


@dataclass(frozen=True)
class Withdrawal:
    """A case that is not the ``authority``'s to decide any more, though it has not decided it."""

    authority: str
    subject_id: str
    case_id: str
    because: WithdrawnBecause
    to: str | None
    at: datetime


def _legal_bases(report: SentReport) -> Sequence[str]:
    return report.facts.primary, *report.facts.legal_bases


@dataclass(frozen=True)
class CaseKind(KindEntry):
    """How a kind of subject is reported on, and what is published about it.

    What an entry leaves out holds for a kind whose events carry no content: then only verdicts and step keys are
    stored.

    ``identity_of`` reads a creation or a report; ``name_field`` is the name of a subject's name in answers.
    ``contents_of`` reads the data of a report by step key: it is compared, shown next to what was approved, and
    stored when it is approved. ``legal_bases_of`` reads the primary legal basis and all others, which say what form a
    report was filled in with. ``details_of`` reads what the events about a case repeat of its report. ``advice_of``
    makes the advice that a case awaits approval, and ``withdrawal_of`` the word that it has gone away.
    ``application_of`` reads which application a creation comes from. ``vacancies_changed`` is the event of the fast
    lane. ``why_on_behalf`` reads why an authority sent a report itself. ``is_published`` says whether what is approved
    becomes public.
    """

    service: ClassVar[str] = "approval"

    identity_of: Callable[[Any], Identity | None] = lambda _: None
    name_field: str | None = None
    contents_of: Callable[[Any], dict[str, dict[str, Any]]] = lambda _: {}
    legal_bases_of: Callable[[Any], Sequence[str]] = _legal_bases
    details_of: Callable[[Any], dict[str, Any]] = lambda _: {}
    advice_of: Callable[[Any], Event | None] = lambda _: None
    withdrawal_of: Callable[[Withdrawal], Event | None] = lambda _: None
    application_of: Callable[[Any], Application | None] = lambda _: None
    vacancies_changed: type[SubjectEvent] | None = None
    why_on_behalf: Callable[[Any], str | None] = lambda _: None
    is_published: bool = False


def _identity_of_tilbud(event: TilbudCreated | SubmissionSent) -> Identity:
    return Identity(event.tilbud.name, event.tilbud.operator.cvr)


def _contents_of_tilbud(report: SubmissionSent) -> dict[str, dict[str, Any]]:
    return {step.key: step.data for step in report.steps}


def _legal_bases_of_tilbud(report: SubmissionSent) -> Sequence[str]:
    return report.tilbud.primary_legal_basis, *report.tilbud.legal_bases


def _details_of_tilbud(report: SubmissionSent) -> dict[str, Any]:
    return {
        "tilbud_name": report.tilbud.name,
        "tilbud": report.tilbud,
        "leader": report.leader,
        "contact": report.contact,
    }


def _advice_about_tilbud(opened: CaseOpened) -> Advice:
    return Advice(
        authority=opened.authority,
        tilbud_id=opened.tilbud_id,
        case_id=opened.case_id,
        submitted_at=opened.submitted_at,
        steps=opened.steps,
    )


def _withdrawal_of_tilbud(withdrawal: Withdrawal) -> AdviceWithdrawn:
    return AdviceWithdrawn(
        authority=withdrawal.authority,
        tilbud_id=withdrawal.subject_id,
        case_id=withdrawal.case_id,
        because=withdrawal.because,
        to=withdrawal.to,
        withdrawn_at=withdrawal.at,
    )


def _why_on_behalf_of_tilbud(report: SubmissionSent) -> str | None:
    return report.on_behalf_reason


def _application_of_tilbud(created: TilbudCreated) -> Application | None:
    return created.application


TILBUD = CaseKind(
    id="tilbud",
    identity_of=_identity_of_tilbud,
    name_field="tilbud_name",
    contents_of=_contents_of_tilbud,
    legal_bases_of=_legal_bases_of_tilbud,
    details_of=_details_of_tilbud,
    advice_of=_advice_about_tilbud,
    withdrawal_of=_withdrawal_of_tilbud,
    application_of=_application_of_tilbud,
    vacancies_changed=VacanciesChanged,
    why_on_behalf=_why_on_behalf_of_tilbud,
    is_published=True,
    groups={
        "reports": "approval.reports",
        "routings": "approval.routings",
        "authorities": "approval.authorities",
    },
)

KINDS: Registry[CaseKind] = Registry(tilbud=TILBUD)
