"""When a rule applies. Pure.

Each predicate returns None when it does, the reason (a key of the rule's ``otherwise``) when it does not, or why
nobody can be named when what it has to look at is unknown.
"""

from collections.abc import Callable, Mapping
from typing import Any

from contracts.events.parties import OperatorKind
from contracts.reference import AuthorityKind
from jurisdiction.authorities.routing_context import REQUIRES_DECISION, NoAuthority, RoutingContext
from jurisdiction.authorities.rulebook import Rule

Predicate = Callable[[RoutingContext, Rule], str | NoAuthority | None]


def always(_: RoutingContext, __: Rule) -> None:
    """Apply to everything that no earlier rule took."""


def is_delegated(context: RoutingContext, _: Rule) -> str | NoAuthority | None:
    """Kommune or region has delegated its task (R126); that of a socialtilsyn goes to another socialtilsyn only."""
    if not context.facts.delegated_to:
        return "not-delegated"
    taker = context.authority(context.facts.delegated_to, "/delegated_to")
    if isinstance(taker, NoAuthority):
        return taker
    if context.level == "socialtilsyn" and taker.kind != AuthorityKind.SOCIALTILSYN:
        reason = f"Loven kender ikke en delegation af socialtilsynets opgave til {taker.name}. Det kræver afgørelse."
        return NoAuthority(reason, "/delegated_to", REQUIRES_DECISION)
    return None


def is_part_of(context: RoutingContext, _: Rule) -> str | NoAuthority | None:
    """The tilbud belongs to another one that a socialtilsyn has approved (R129)."""
    if not context.facts.part_of:
        return "not-part"
    other = context.authority(context.facts.part_of, "/part_of")
    if isinstance(other, NoAuthority):
        return other
    if other.kind != AuthorityKind.SOCIALTILSYN:
        return "not-socialtilsyn"
    if context.level == "local" and not context.deciding.supervised_if_part_of_socialtilsyn:
        return "not-in-table"
    return None


def has_all_places(context: RoutingContext, _: Rule) -> str | NoAuthority | None:
    """A kommune has a general agreement on all places of a tilbud in another kommune (R126)."""
    code = context.facts.all_places_municipality
    if not code or code == context.facts.municipality:
        return "no-agreement"
    found = context.kommune(code, "/all_places_municipality")
    return found if isinstance(found, NoAuthority) else None


def has_feature(context: RoutingContext, rule: Rule) -> str | None:
    """A special function on one of the legal bases that the rule names with it (rule R5, no. 1 and 2)."""
    return None if deciding_feature(context, rule) else "no-feature"


def deciding_feature(context: RoutingContext, rule: Rule) -> Mapping[str, Any] | None:
    """Return which of the rule's special functions the subject has: a reported one, or one that its type implies."""
    bases = set(context.facts.legal_bases)
    for pair in rule.parameters:
        has_it = pair.get("by_its_type") or pair["feature"] in context.facts.features
        if has_it and bases & set(pair["legal_bases"]):
            found: Mapping[str, Any] = pair
            return found
    return None


def is_in_group(context: RoutingContext, rule: Rule) -> str | NoAuthority | None:
    """A private tilbud in a koncern with its head address in a given region, if any (rule R4; rule R5, no. 3)."""
    if context.head is None:
        return "no-group"
    if isinstance(context.head, NoAuthority):
        return context.head
    if context.facts.operator_kind not in {None, OperatorKind.PRIVATE}:
        return "not-private"
    if rule.parameters and context.head.region not in rule.parameters:
        return "elsewhere"
    return None


def is_run_by_host(context: RoutingContext, _: Rule) -> str | NoAuthority | None:
    """The kommune that hosts the region's socialtilsyn runs the tilbud, or has an agreement, elsewhere (rule R3)."""
    if context.host is None:
        return "operator-unknown" if context.operator_is_unknown else "no-host"
    if isinstance(context.host, NoAuthority):
        return context.host
    here = context.municipality
    if isinstance(here, NoAuthority):
        return here
    return "at-home" if here.is_host else None


def is_in_host(context: RoutingContext, _: Rule) -> str | NoAuthority | None:
    """The subject lies in a kommune that hosts a socialtilsyn (rule R2)."""
    here = context.municipality
    if isinstance(here, NoAuthority):
        return here
    return None if here.is_host else "not-host"


def is_regionally_run(context: RoutingContext, _: Rule) -> str | None:
    """A region supervises only what it runs itself (rule R7)."""
    return None if context.facts.operator_kind == OperatorKind.REGIONAL else "not-regional"


PREDICATES: Mapping[str, Predicate] = {
    function.__name__: function
    for function in (
        always,
        is_delegated,
        is_part_of,
        has_all_places,
        has_feature,
        is_in_group,
        is_run_by_host,
        is_in_host,
        is_regionally_run,
    )
}
