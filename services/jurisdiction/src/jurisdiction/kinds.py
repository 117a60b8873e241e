"""What differs between the kinds of subject whose authority is found here: one entry per kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from contracts.events.parties import RoutingFacts, TilbudFacts
from contracts.kinds import KINDS as SHARED
from contracts.kinds import Noun, Registry, SubjectEvents
from contracts.reference import LegalBasis


@dataclass(frozen=True)
class RoutedKind:
    """How the authority of a kind of subject is found.

    ``rules`` is the file with its rules and their words. ``facts_at_creation`` reads the event of a creation: what it
    says about the authority. ``facts_of_step`` names the routing facts that each step of the form reports, and
    ``address_step`` the step with the address. ``groups`` has the consumer groups with names of their own, by stream.
    """

    id: str
    rules: Traversable
    facts_at_creation: Callable[[Any], RoutingFacts]
    facts_of_step: Mapping[str, tuple[str, ...]]
    address_step: str
    groups: Mapping[str, str] = field(default_factory=dict)

    @property
    def events(self) -> SubjectEvents:
        """Return the events about subjects of this kind."""
        return SHARED[self.id].events

    @property
    def noun(self) -> Noun:
        """Return what people call a subject of this kind."""
        return SHARED[self.id].noun

    @property
    def id_field(self) -> str:
        """Return the name of a subject's id on the wire."""
        return SHARED[self.id].id_field

    def covers(self, basis: LegalBasis) -> bool:
        """Return whether subjects with this legal basis are of this kind."""
        return SHARED[self.id].covers(basis)

    def group(self, stream: str) -> str:
        """Return the name of the consumer group of a stream of events about this kind."""
        return self.groups.get(stream, f"jurisdiction.{stream}.{self.id}")


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
    groups={"reports": "jurisdiction.reports", "cases": "jurisdiction.cases"},
)

KINDS: Registry[RoutedKind] = Registry(tilbud=TILBUD)
