"""Whom a rule names, once it applies: each selector returns the id of an authority, or why it can name none. Pure."""

from collections.abc import Callable, Mapping

from contracts.reference import Municipality
from jurisdiction.authorities.routing_context import REQUIRES_DECISION, NoAuthority, RoutingContext
from jurisdiction.authorities.rulebook import Rule

Selector = Callable[[RoutingContext, Rule], str | NoAuthority]


def fixed(_: RoutingContext, rule: Rule) -> str:
    """Name the authority that stands in the rule."""
    return rule.to or ""


def delegated_to(context: RoutingContext, _: Rule) -> str | NoAuthority:
    """Name the authority that the task was delegated to."""
    found = context.authority(context.facts.delegated_to or "", "/delegated_to")
    return found if isinstance(found, NoAuthority) else found.id


def part_of(context: RoutingContext, _: Rule) -> str:
    """Name the socialtilsyn of the tilbud that this one is a part of."""
    return context.facts.part_of or ""


def of_all_places(context: RoutingContext, _: Rule) -> str:
    """Name the kommune that has an agreement on all places."""
    return f"kommune-{context.facts.all_places_municipality}"


def of_region(context: RoutingContext, _: Rule) -> str | NoAuthority:
    """Name the socialtilsyn of the region where the subject lies (rule R1)."""
    return _socialtilsyn_of_region(context.municipality, "/municipality")


def of_group_region(context: RoutingContext, _: Rule) -> str | NoAuthority:
    """Name the socialtilsyn of the region of the koncern's head address; the cross rule is not asked (rule R4)."""
    if context.head is None:
        return NoAuthority("Koncernens hovedadresse er ikke oplyst.", "/group")
    return _socialtilsyn_of_region(context.head, "/group/head_municipality")


def _socialtilsyn_of_region(kommune: Municipality | NoAuthority, pointer: str) -> str | NoAuthority:
    if isinstance(kommune, NoAuthority):
        return kommune
    outside = NoAuthority(f"{kommune.name} hører ikke under noget socialtilsyn.", pointer, "outside-division")
    return kommune.ground_rule_socialtilsyn or outside


def of_municipality(context: RoutingContext, _: Rule) -> str | NoAuthority:
    """Name the socialtilsyn that supervises inside the host kommune where the subject lies (rule R2)."""
    here = context.municipality
    return here if isinstance(here, NoAuthority) else here.socialtilsyn or ""


def of_host(context: RoutingContext, _: Rule) -> str | NoAuthority:
    """Name the socialtilsyn that supervises what the host kommune runs (rule R3)."""
    host = context.host
    return host if isinstance(host, NoAuthority) else (host.socialtilsyn if host else None) or ""


def of_kommune(context: RoutingContext, _: Rule) -> str | NoAuthority:
    """Name the kommune where the subject lies (rule R7)."""
    here = context.municipality
    return here if isinstance(here, NoAuthority) else f"kommune-{here.code}"


def of_operator_region(context: RoutingContext, _: Rule) -> str | NoAuthority:
    """Name the region that runs the tilbud, or the one that has taken over from it (rule R7)."""
    if not context.facts.operator_region:
        return NoAuthority("Tilbuddet drives af en region, men det er ikke oplyst hvilken.", "/operator/region")
    own = context.facts.operator_region
    region = context.book.data.region(context.book.region_on(own, context.at), context.at)
    if region is None:
        return NoAuthority("Regionen findes ikke.", "/operator/region", "unknown-value")
    if merger := context.book.undecided_merger(own, context.at):
        name, into = (context.region_name(each) for each in (own, merger.into))
        reason = f"{name} er en del af {into} på den dag, og den er ikke indlæst som myndighed. Det kræver afgørelse."
        return NoAuthority(reason, "/operator/region", REQUIRES_DECISION)
    if region.code is None or not region.holds(context.at):
        reason = f"{region.name} er ikke indlæst som myndighed på den dag."
        return NoAuthority(reason, "/operator/region", "not-valid")
    return f"region-{region.code}"


SELECTORS: Mapping[str, Selector] = {
    function.__name__: function
    for function in (
        fixed,
        delegated_to,
        part_of,
        of_all_places,
        of_region,
        of_group_region,
        of_municipality,
        of_host,
        of_kommune,
        of_operator_region,
    )
}
