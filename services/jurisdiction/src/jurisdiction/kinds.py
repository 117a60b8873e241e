"""What differs between the kinds of subject whose authority is found here: one entry per kind."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, ClassVar

from chassis.auth import Principal
from contracts.events.parties import RoutingFacts, TilbudFacts
from contracts.kinds import KindEntry, Privileges, Registry


def is_officer_of(principal: Principal, authorities: Collection[str], privileges: Privileges) -> bool:
    """Return whether the caller holds one of ``privileges`` for one of ``authorities``."""
    needed = (privileges.create, privileges.report, privileges.approve)
    return any(principal.holds(privilege, authority) for privilege in needed for authority in authorities)


@dataclass(frozen=True)
class RoutedKind(KindEntry):
    """How the authority of a kind of subject is found.

    ``rules`` is the file with its rules and their words. ``facts_at_creation`` reads the event of a creation: what it
    says about the authority. ``facts_of_step`` names the routing facts that each step of the form reports, and
    ``address_step`` the step with the address. ``visible_to`` says who is told the authority of a subject, from the
    caller, the authorities that the subject has or had, and the privileges of the kind: only their officers, unless an
    entry says otherwise.
    """

    service: ClassVar[str] = "jurisdiction"

    rules: Traversable
    facts_at_creation: Callable[[Any], RoutingFacts]
    facts_of_step: Mapping[str, tuple[str, ...]]
    address_step: str
    visible_to: Callable[[Principal, Collection[str], Privileges], bool] = is_officer_of


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
    visible_to=lambda *_: True,
    groups={"reports": "jurisdiction.reports", "cases": "jurisdiction.cases"},
)

KINDS: Registry[RoutedKind] = Registry(tilbud=TILBUD)
