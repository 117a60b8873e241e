"""What differs between the kinds of subject whose authority is found here: one entry per kind."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, ClassVar

from contracts.access import OFFICER_PRIVILEGES, ScopedRight
from contracts.events import TilbudPublished
from contracts.events.base import SubjectEvent
from contracts.events.parties import RoutingFacts, TilbudFacts
from contracts.kinds import KindEntry, Registry


@dataclass(frozen=True)
class RoutedKind(KindEntry):
    """How the authority of a kind of subject is found.

    ``rules`` is the file with its rules and their words. ``facts_at_creation`` reads the event of a creation: what it
    says about the authority. ``facts_of_step`` names the routing facts that each step of the form reports, and
    ``address_step`` the step with the address. ``operator_cvr`` reads who runs a subject from the event of a creation
    or an approval, None for a kind whose operator is told nothing here. ``published`` is the event with the public
    state, None for a kind that is never public. ``officer_privileges`` make their holder an officer for this kind, None
    stands for those of the kind itself.
    """

    service: ClassVar[str] = "jurisdiction"

    rules: Traversable
    facts_at_creation: Callable[[Any], RoutingFacts]
    facts_of_step: Mapping[str, tuple[str, ...]]
    address_step: str
    operator_cvr: Callable[[Any], str | None] = lambda _: None
    published: type[SubjectEvent] | None = None
    officer_privileges: frozenset[str] | None = None

    def is_officer(self, rights: Iterable[ScopedRight], authorities: Collection[str]) -> bool:
        """Return whether the holder of ``rights`` is an officer of one of ``authorities`` for this kind."""
        own, scopes = self.privileges, {*authorities, "*"}
        needed = self.officer_privileges or {own.create, own.report, own.approve}
        return any(right.privilege in needed and right.scope in scopes for right in rights)


def facts_of_tilbud(tilbud: TilbudFacts) -> RoutingFacts:
    """Return what the creation of a tilbud says about its authority; the rest is reported later."""
    return RoutingFacts(
        legal_bases=tilbud.legal_bases,
        primary=tilbud.primary_legal_basis,
        municipality=tilbud.address.municipality,
        operator_kind=tilbud.operator.kind,
        operator_municipality=tilbud.operator.municipality,
        operator_region=tilbud.operator.region,
    )


TILBUD = RoutedKind(
    id="tilbud",
    rules=files("jurisdiction.authorities").joinpath("rules.yaml"),
    facts_at_creation=lambda event: facts_of_tilbud(event.tilbud),
    facts_of_step={
        "company": (
            "legal_bases",
            "primary",
            "operator_kind",
            "operator_municipality",
            "operator_region",
            "group",
            "features",
            "part_of",
        ),
        "contact": ("municipality",),
        "agreements": ("agreement_municipality",),
    },
    address_step="contact",
    operator_cvr=lambda event: str(event.tilbud.operator.cvr),
    published=TilbudPublished,
    officer_privileges=OFFICER_PRIVILEGES,
    groups={"reports": "jurisdiction.reports", "cases": "jurisdiction.cases", "public": "jurisdiction.public"},
)

KINDS: Registry[RoutedKind] = Registry(tilbud=TILBUD)
