"""Which reported facts a case is routed on. Pure.

A case is routed on what it reports itself, and for the rest on what is approved: so a case that was sent before
another one moved the tilbud follows the move, unless it reports an address of its own.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from contracts.events.parties import RoutingFacts, TilbudFacts
from jurisdiction.authorities.routing_context import Move

# The step of the form that each routing fact is reported in.
FACTS_OF_STEP: Mapping[str, tuple[str, ...]] = {
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
}

ADDRESS_STEP = "contact"

Approved = dict[str, Any]


def routing_steps(keys: Collection[str]) -> list[str]:
    """Return those of the case's steps that say something about the authority."""
    return [step for step in FACTS_OF_STEP if step in keys]


def effective(facts: RoutingFacts, own_steps: Collection[str], approved: Approved) -> RoutingFacts:
    """Return ``facts`` with everything that the case does not report itself as it is approved now."""
    values = facts.model_dump()
    for step, known in approved.items():
        if step not in own_steps:
            values |= known["facts"]
    return RoutingFacts.model_validate(values)


def adopt(approved: Approved, number: int, own_steps: Collection[str], facts: RoutingFacts) -> Approved:
    """Return what is approved after case ``number``: for each step the newest submission counts."""
    values = facts.model_dump(mode="json")
    adopted = {
        step: {"number": number, "facts": {name: values[name] for name in FACTS_OF_STEP[step]}}
        for step in own_steps
        if number > approved.get(step, {"number": 0})["number"]
    }
    return approved | adopted


def move_of(
    facts: RoutingFacts,
    own_steps: Collection[str],
    known_on: date,
    approved: Approved,
    earlier: Mapping[str, Any] | None,
) -> Move | None:
    """Return the change of address that R6 looks at: the one that the case reports itself, else the latest approved."""
    known = approved.get(ADDRESS_STEP)
    if known and ADDRESS_STEP in own_steps and known["facts"]["municipality"] != facts.municipality:
        return Move(known["facts"]["municipality"], known_on)
    return Move(earlier["from_municipality"], date.fromisoformat(earlier["known_on"])) if earlier else None


def facts_of(tilbud: TilbudFacts) -> RoutingFacts:
    """Return what the creation of a tilbud says about its authority; the rest is reported later."""
    return RoutingFacts(
        legal_bases=tilbud.legal_bases,
        primary=tilbud.primary_legal_basis,
        municipality=tilbud.address.municipality,
        operator_kind=tilbud.operator.kind,
        operator_municipality=tilbud.operator.municipality,
        operator_region=tilbud.operator.region,
    )
