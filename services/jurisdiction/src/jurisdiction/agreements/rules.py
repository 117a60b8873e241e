"""What may be recorded as an agreement, and what agreements say on a day. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from chassis.errors import FieldError, Invalid
from contracts.events.parties import RoutingFacts
from contracts.reference import AuthorityKind, find_authority
from jurisdiction.agreements.models import ALL_PLACES, DELEGATION

TAKERS = {
    DELEGATION: frozenset(AuthorityKind),
    ALL_PLACES: frozenset({AuthorityKind.KOMMUNE}),
}


class DatedAgreement(Protocol):
    """What is asked of an agreement."""

    @property
    def type(self) -> str: ...
    @property
    def authority(self) -> str: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


def require_recordable(agreement: DatedAgreement, others: Iterable[DatedAgreement], source: str) -> None:
    """Raise Invalid unless the authority can be party to it, the days are in order and no other one is in their way."""
    errors = []
    found = find_authority(agreement.authority)
    if found is None or found.kind not in TAKERS[agreement.type] or not found.holds(agreement.valid_from):
        errors.append(FieldError("/authority", "not-choosable", "Myndigheden kan ikke have denne aftale på den dag."))
    if agreement.valid_to is not None and agreement.valid_to < agreement.valid_from:
        errors.append(FieldError("/valid_to", "backwards", "Den sidste dag ligger før den første."))
    elif any(each.type == agreement.type and _overlap(each, agreement) for each in others):
        errors.append(FieldError("/valid_from", "not-unique", "Der er allerede en aftale af samme art i det tidsrum."))
    if not source:
        errors.append(FieldError("/source", "missing", "Skriv, hvor aftalen står."))
    if errors:
        raise Invalid(errors=errors)


def with_agreements(facts: RoutingFacts, agreements: Iterable[DatedAgreement], at: date) -> RoutingFacts:
    """Return the facts with what is agreed on the day ``at``."""
    agreed = {each.type: each.authority for each in agreements if holds(each, at)}
    if not agreed:
        return facts
    kommune = agreed[ALL_PLACES].removeprefix("kommune-") if ALL_PLACES in agreed else None
    changes = {"delegated_to": agreed.get(DELEGATION) or facts.delegated_to, "all_places_municipality": kommune}
    return facts.model_copy(update=changes)


def holds(agreement: DatedAgreement, at: date) -> bool:
    """Return whether an agreement is valid on a day; ``valid_to`` is the last one."""
    return agreement.valid_from <= at and (agreement.valid_to is None or at <= agreement.valid_to)


def _overlap(one: DatedAgreement, other: DatedAgreement) -> bool:
    ends_before = one.valid_to is not None and one.valid_to < other.valid_from
    begins_after = other.valid_to is not None and one.valid_from > other.valid_to
    return not (ends_before or begins_after)
