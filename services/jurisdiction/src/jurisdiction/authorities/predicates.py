"""When a rule applies: each predicate returns None, or the reason (a key of the rule's ``otherwise``) why not."""

from collections.abc import Callable, Mapping

from contracts.events.parties import OperatorKind
from contracts.reference import AuthorityKind
from jurisdiction.authorities.routing_context import Situation
from jurisdiction.authorities.rulebook import Rule

Predicate = Callable[[Situation, Rule], str | None]


def always(_: Situation, __: Rule) -> str | None:
    """Apply to every tilbud that no earlier rule took."""
    return None


def is_delegated(situation: Situation, _: Rule) -> str | None:
    """Row 126 (1): kommune or region has delegated its task."""
    return None if situation.facts.delegated_to else "not-delegated"


def is_part_of(situation: Situation, _: Rule) -> str | None:
    """Row 129: the tilbud belongs to another one that a socialtilsyn has approved."""
    if not situation.facts.part_of:
        return "not-part"
    if situation.authority(situation.facts.part_of, "/part_of").kind != AuthorityKind.SOCIALTILSYN:
        return "not-socialtilsyn"
    if situation.kind == "local" and not situation.deciding.supervised_if_part_of_socialtilsyn:
        return "not-in-table"
    return None


def has_feature(situation: Situation, rule: Rule) -> str | None:
    """R5 (1) and (2): a feature on one of the legal bases named beside it."""
    bases = set(situation.facts.legal_bases)
    hits = (
        pair["feature"] in situation.facts.features and bases & set(pair["legal_bases"]) for pair in rule.parameters
    )
    return None if any(hits) else "no-feature"


def is_in_group(situation: Situation, rule: Rule) -> str | None:
    """R5 (3) and R4: a private tilbud in a koncern, with its head address in one of the given regions, if any."""
    if situation.head is None:
        return "no-group"
    if situation.facts.operator_kind not in {None, OperatorKind.PRIVATE}:
        return "not-private"
    if rule.parameters and situation.head.region not in rule.parameters:
        return "elsewhere"
    return None


def is_run_by_host(situation: Situation, _: Rule) -> str | None:
    """R3: the kommune that hosts the region's socialtilsyn runs the tilbud, or has an agreement, elsewhere."""
    if situation.host is None:
        return "no-host"
    return "at-home" if situation.municipality.is_host else None


def is_in_host(situation: Situation, _: Rule) -> str | None:
    """R2: the tilbud lies in a kommune that hosts a socialtilsyn."""
    return None if situation.municipality.is_host else "not-host"


def is_regionally_run(situation: Situation, _: Rule) -> str | None:
    """R7: a region supervises only what it runs itself."""
    return None if situation.facts.operator_kind == OperatorKind.REGIONAL else "not-regional"


PREDICATES: Mapping[str, Predicate] = {
    function.__name__: function
    for function in (
        always,
        is_delegated,
        is_part_of,
        has_feature,
        is_in_group,
        is_run_by_host,
        is_in_host,
        is_regionally_run,
    )
}
