"""Whom a rule names, once it applies: each choice returns the id of an authority or raises ``no-authority-found``."""

from collections.abc import Callable, Mapping

from contracts import reference
from contracts.reference import Municipality
from jurisdiction.authorities.routing_context import Situation, no_authority
from jurisdiction.authorities.rulebook import Rule

Choice = Callable[[Situation, Rule], str]


def fixed(_: Situation, rule: Rule) -> str:
    """Name the authority that stands in the rule."""
    return rule.to or ""


def delegated_to(situation: Situation, _: Rule) -> str:
    """Name the authority that the task was delegated to."""
    return situation.authority(situation.facts.delegated_to or "", "/delegated_to").id


def part_of(situation: Situation, _: Rule) -> str:
    """Name the socialtilsyn of the tilbud that this one is a part of."""
    return situation.facts.part_of or ""


def of_region(situation: Situation, _: Rule) -> str:
    """Name the socialtilsyn of the region where the tilbud lies (R1)."""
    return _ground_rule(situation.municipality, "/municipality")


def of_group_region(situation: Situation, _: Rule) -> str:
    """Name the socialtilsyn of the region where the koncern has its head address; the cross rule is not asked (R4)."""
    if situation.head is None:
        raise no_authority("Koncernens hovedadresse er ikke oplyst.", "/group")
    return _ground_rule(situation.head, "/group/head_municipality")


def _ground_rule(kommune: Municipality, pointer: str) -> str:
    if kommune.ground_rule_socialtilsyn is None:
        raise no_authority(f"{kommune.name} hører ikke under noget socialtilsyn.", pointer, "outside-division")
    return kommune.ground_rule_socialtilsyn


def of_municipality(situation: Situation, _: Rule) -> str:
    """Name the socialtilsyn that supervises inside the host kommune where the tilbud lies (R2)."""
    return situation.municipality.socialtilsyn or ""


def of_host(situation: Situation, _: Rule) -> str:
    """Name the socialtilsyn that supervises what the host kommune runs (R3)."""
    return (situation.host.socialtilsyn if situation.host else None) or ""


def of_kommune(situation: Situation, _: Rule) -> str:
    """Name the kommune where the tilbud lies (R7)."""
    return f"kommune-{situation.municipality.code}"


def of_operator_region(situation: Situation, _: Rule) -> str:
    """Name the region that runs the tilbud, or the one that has taken over from it (R7)."""
    if not situation.facts.operator_region:
        raise no_authority("Tilbuddet drives af en region, men det er ikke oplyst hvilken.", "/operator/region")
    region_id = situation.book.region_on(situation.facts.operator_region, situation.at)
    try:
        region = reference.region(region_id)
    except KeyError as error:
        raise no_authority("Regionen findes ikke.", "/operator/region", "unknown") from error
    if region.code is None or not region.holds(situation.at):
        raise no_authority(f"{region.name} er ikke indlæst som myndighed på den dag.", "/operator/region", "not-valid")
    return f"region-{region.code}"


CHOICES: Mapping[str, Choice] = {
    function.__name__: function
    for function in (
        fixed,
        delegated_to,
        part_of,
        of_region,
        of_group_region,
        of_municipality,
        of_host,
        of_kommune,
        of_operator_region,
    )
}
