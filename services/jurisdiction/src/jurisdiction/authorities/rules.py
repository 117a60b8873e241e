"""Who supervises, and why: the rules of the rulebook asked in their order. Pure: no clock, no database."""

from datetime import date

from chassis.errors import DomainError, FieldError
from contracts.events.base import Model
from contracts.events.jurisdiction import ConsideredRule
from contracts.events.parties import RoutingFacts
from contracts.reference import Authority, AuthorityKind, LegalBasis
from jurisdiction.authorities.authority_selectors import SELECTORS
from jurisdiction.authorities.predicates import PREDICATES, always, deciding_feature, has_feature, is_delegated
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
            answer = _decision(context, rule, considered, rules[place + 1 :])
            return answer if isinstance(answer, NoAuthority) else _with_rules_that_are_off(context, answer)
        considered.append(ConsideredRule(rule=rule.rule, applies=False, because=reason))
    return _no_rule()


def _with_rules_that_are_off(context: RoutingContext, decision: Decision) -> Decision:
    """Return the decision with what it leaves out: who tells of a move learns why it makes no difference."""
    off = [rule for rule in context.book.off_on(context.at) if context.level in rule.levels]
    if context.move is None or not off:
        return decision
    told = [ConsideredRule(rule=rule.rule, applies=False, because=rule.otherwise["switched-off"]) for rule in off]
    rank = {rule.rule: rule.priority for rule in (*context.book.rules, *off)}
    considered = sorted([*decision.considered, *told], key=lambda each: rank[each.rule])
    return decision.model_copy(update={"considered": considered})


def _no_rule() -> NoAuthority:
    return NoAuthority("Ingen regel om tilsyn gælder på den dag.", "/at", "no-rule")


def _reason_against(context: RoutingContext, rule: Rule) -> str | NoAuthority | None:
    """Return the Danish sentence that says why ``rule`` does not apply, or None when it does."""
    # R6 asks the other rules again, which no predicate can: they know nothing of each other.
    predicate = _has_moved_within_a_year if rule.authority == FORMER_ADDRESS else PREDICATES[rule.predicate]
    key = predicate(context, rule)
    return rule.otherwise[key].format_map(_words(context)) if isinstance(key, str) else key


def _decision(
    context: RoutingContext, rule: Rule, before: list[ConsideredRule], after: list[Rule]
) -> Decision | NoAuthority:
    authority = _selected(context, rule)
    if isinstance(authority, NoAuthority):
        return authority
    names = _names(context)
    if isinstance(names, NoAuthority):
        return names
    feature = deciding_feature(context, rule) if rule.predicate == has_feature.__name__ else None
    fact = feature["fact"] if feature else ""
    because = rule.explanation.format_map(names | {"authority": authority.name, "fact": fact})
    later = [name for name in dict.fromkeys(each.rule for each in after) if name != rule.rule]
    return Decision(
        authority=authority.id,
        rule=rule.rule,
        legal_source=rule.legal_source,
        confidence=_confidence(context, rule, authority),
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


def _confidence(context: RoutingContext, rule: Rule, authority: Authority) -> Confidence:
    """Return how sure the answer is: less than its rule where a fact is missing or the law says it less clearly.

    That is a mix that table 1 does not settle, and a delegation that is not that of a kommune or region to a
    socialtilsyn. Where nobody has said which kommune runs the subject, another rule may well be the right one.
    """
    if rule.levels == ("socialtilsyn",) and rule.predicate == always.__name__ and context.operator_is_unknown:
        return "low"
    by_the_guide = context.level == "local" and authority.kind == AuthorityKind.SOCIALTILSYN
    if rule.predicate == is_delegated.__name__ and not by_the_guide:
        return "medium"
    unsettled = context.is_mixed and not all(
        basis.supervised_by == "socialtilsyn" or basis.supervised_if_part_of_socialtilsyn for basis in context.bases
    )
    sure = rule.confidence_on(context.at)
    return "medium" if unsettled and sure == "high" else sure


def _table_one(context: RoutingContext) -> str:
    """Say what table 1 makes of the legal bases (R129)."""
    label = _label(context, context.deciding)
    every = _listed([_label(context, basis) for basis in context.bases])
    if context.is_mixed and context.level == "socialtilsyn":
        return (
            f"Tilbuddet er godkendt til flere tilbudstyper: {every}. Det hører under socialtilsynet, når tilbuddet i "
            f"øvrigt er godkendt til en socialtilsynstype (tabel 1), og det er {label}."
        )
    if context.is_mixed:
        return (
            f"Tilbuddet er godkendt til flere tilbudstyper: {every}. Den primære, {label}, afgør det og hører under "
            "kommunens eller regionens tilsyn (tabel 1)."
        )
    types = "Tilbudstyperne" if len(context.bases) > 1 else "Tilbudstypen"
    if context.level == "local":
        return f"{types} {every} hører under kommunens eller regionens tilsyn (tabel 1)."
    return f"{types} {every} hører under et socialtilsyn (tabel 1)."


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} og {names[-1]}" if len(names) > 1 else names[0]


def _label(context: RoutingContext, basis: LegalBasis) -> str:
    if basis.barnets_lov_paragraph and context.book.names_children_act(context.at):
        return f"{basis.name} ({basis.barnets_lov_paragraph})"
    return basis.label


def _words(context: RoutingContext) -> dict[str, str]:
    """Return the words for what is asked about: a foster family lives somewhere, a tilbud lies there."""
    if context.deciding.is_plejefamilie:
        return {"Noun": "Plejefamilien", "noun": "plejefamilien", "lies": "bor"}
    return {"Noun": "Tilbuddet", "noun": "tilbuddet", "lies": "ligger"}


def _names(context: RoutingContext) -> dict[str, str] | NoAuthority:
    """Return what the explanation of a rule may name."""
    here, move = context.municipality, context.move
    if isinstance(here, NoAuthority):
        return here
    ground = context.authority(here.ground_rule_socialtilsyn) if here.ground_rule_socialtilsyn else None
    if isinstance(ground, NoAuthority):
        return ground
    names = _words(context) | {
        "municipality": here.full_name,
        "region": context.region_name(here.region) if here.region else "",
        "ground": ground.name if ground else "",
        "operates": "er driftsherre for det" if context.host_runs_it else "har driftsaftale med det",
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
