"""Who supervises, and why: the rules of the rulebook asked in their order. Pure: no clock, no database."""

from datetime import date

from chassis.errors import DomainError, FieldError
from contracts import reference
from contracts.events.base import Model
from contracts.events.jurisdiction import ConsideredRule
from contracts.events.parties import RoutingFacts
from contracts.reference import Authority, LegalBasis
from jurisdiction.authorities.authority_selectors import SELECTORS
from jurisdiction.authorities.predicates import PREDICATES
from jurisdiction.authorities.routing_context import Move, NoAuthority, RoutingContext, look_up
from jurisdiction.authorities.rulebook import Confidence, Rule, Rulebook

FORMER_ADDRESS = "of_former_address"


class NoAuthorityFound(DomainError):
    """Nobody can be named who supervises, and nothing is guessed."""

    slug = "no-authority-found"

    def __init__(self, why: NoAuthority) -> None:
        super().__init__(why.reason, [FieldError(why.pointer, why.code, why.reason)])


class Decision(Model):
    """The authority of one subject on one day, with everything that led to it, in Danish for people to read."""

    authority: str
    rule: str
    legal_source: str
    confidence: Confidence
    explanation: str
    considered: list[ConsideredRule]
    reference_version: str


def decide(book: Rulebook, facts: RoutingFacts, at: date, move: Move | None = None) -> Decision | NoAuthority:
    """Return who supervises on the day ``at``, by the first rule that applies, or why nobody can be named."""
    valid = book.valid(at)
    context = look_up(book, facts, at, move) if valid else _no_rule()
    if isinstance(context, NoAuthority):
        return context
    rules = [rule for rule in valid if context.level in rule.levels]
    considered: list[ConsideredRule] = []
    for place, rule in enumerate(rules):
        reason = _reason_against(context, rule)
        if isinstance(reason, NoAuthority):
            return reason
        if reason is None:
            return _decision(context, rule, considered, rules[place + 1 :])
        considered.append(ConsideredRule(rule=rule.rule, applies=False, because=reason))
    return _no_rule()


def _no_rule() -> NoAuthority:
    return NoAuthority("Ingen regel om tilsyn gælder på den dag.", "/at", "no-rule")


def _reason_against(context: RoutingContext, rule: Rule) -> str | NoAuthority | None:
    """Return the Danish sentence that says why ``rule`` does not apply, or None when it does."""
    # R6 asks the other rules again, which no predicate can: they know nothing of each other.
    predicate = _has_moved_within_a_year if rule.authority == FORMER_ADDRESS else PREDICATES[rule.predicate]
    key = predicate(context, rule)
    return rule.otherwise[key] if isinstance(key, str) else key


def _decision(
    context: RoutingContext, rule: Rule, before: list[ConsideredRule], after: list[Rule]
) -> Decision | NoAuthority:
    authority = _selected(context, rule)
    if isinstance(authority, NoAuthority):
        return authority
    names = _names(context)
    if isinstance(names, NoAuthority):
        return names
    because = rule.explanation.format_map(names | {"authority": authority.name})
    later = [name for name in dict.fromkeys(each.rule for each in after) if name != rule.rule]
    return Decision(
        authority=authority.id,
        rule=rule.rule,
        legal_source=rule.legal_source,
        confidence=_confidence(context, rule),
        explanation=f"{_table_one(context)} {because}",
        considered=[
            *before,
            ConsideredRule(rule=rule.rule, applies=True, because=because),
            *(_not_reached(name, rule.rule) for name in later),
        ],
        reference_version=context.book.version,
    )


def _selected(context: RoutingContext, rule: Rule) -> Authority | NoAuthority:
    chosen = (
        _of_former_address(context) if rule.authority == FORMER_ADDRESS else SELECTORS[rule.authority](context, rule)
    )
    return chosen if isinstance(chosen, NoAuthority) else context.authority(chosen)


def _not_reached(name: str, winner: str) -> ConsideredRule:
    return ConsideredRule(rule=name, applies=False, because=f"Ikke afgørende, da {winner} går forud.")


def _confidence(context: RoutingContext, rule: Rule) -> Confidence:
    """A mix that table 1 does not settle is less sure than the rule itself."""
    unsettled = context.is_mixed and not all(
        basis.supervised_by == "socialtilsyn" or basis.supervised_if_part_of_socialtilsyn for basis in context.bases
    )
    sure = rule.confidence_on(context.at)
    return "medium" if unsettled and sure == "high" else sure


def _table_one(context: RoutingContext) -> str:
    """Say what table 1 makes of the legal bases (R129)."""
    label = _label(context, context.deciding)
    if context.level == "local":
        return f"Tilbudstypen {label} hører under kommunens eller regionens tilsyn (tabel 1)."
    if context.is_mixed:
        return (
            f"Tilbuddet er godkendt til flere tilbudstyper. Det hører under socialtilsynet, når tilbuddet i øvrigt er "
            f"godkendt til en socialtilsynstype (tabel 1), og det er {label}."
        )
    return f"Tilbudstypen {label} hører under et socialtilsyn (tabel 1)."


def _label(context: RoutingContext, basis: LegalBasis) -> str:
    if basis.barnets_lov_paragraph and context.book.names_children_act(context.at):
        return f"{basis.name} ({basis.barnets_lov_paragraph})"
    return basis.label


def _names(context: RoutingContext) -> dict[str, str] | NoAuthority:
    """Return what the explanation of a rule may name."""
    here, move = context.municipality, context.move
    if isinstance(here, NoAuthority):
        return here
    ground = context.authority(here.ground_rule_socialtilsyn) if here.ground_rule_socialtilsyn else None
    if isinstance(ground, NoAuthority):
        return ground
    names = {
        "municipality": here.full_name,
        "region": reference.region(here.region).name if here.region else "",
        "ground": ground.name if ground else "",
    }
    former = context.kommune(move.from_municipality, "/moved/from_municipality") if move else None
    for name, kommune in (("head", context.head), ("host", context.host), ("former", former)):
        if isinstance(kommune, NoAuthority):
            return kommune
        names[name] = kommune.full_name if kommune else ""
    return names


def _has_moved_within_a_year(context: RoutingContext, _: Rule) -> str | NoAuthority | None:
    """For a year the old socialtilsyn keeps what has moved (rule R6)."""
    if context.move is None:
        return "not-moved"
    if context.at >= _a_year_after(context.move.known_on):
        return "over"
    now = decide(context.book, context.facts, context.at)
    if isinstance(now, NoAuthority):
        return now
    former = _of_former_address(context)
    if isinstance(former, NoAuthority):
        return former
    return "same" if former == now.authority else None


def _of_former_address(context: RoutingContext) -> str | NoAuthority:
    """Return whom the rules name for the address that the subject has left."""
    if context.move is None:
        return NoAuthority("Den tidligere adresse er ikke oplyst.", "/moved")
    facts = context.facts.model_copy(update={"municipality": context.move.from_municipality})
    answer = decide(context.book, facts, context.at)
    return answer if isinstance(answer, NoAuthority) else answer.authority


def _a_year_after(day: date) -> date:
    if day.year == date.max.year:
        return date.max
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)
