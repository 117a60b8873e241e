"""Who supervises, and why: the rules of the rulebook asked in their order. Pure: no clock, no database."""

from datetime import date

from contracts import reference
from contracts.events.base import Model
from contracts.events.jurisdiction import ConsideredRule
from contracts.events.parties import RoutingFacts
from contracts.reference import LegalBasis
from jurisdiction.authorities.authority_selectors import CHOICES
from jurisdiction.authorities.predicates import PREDICATES
from jurisdiction.authorities.routing_context import Move, Situation, no_authority
from jurisdiction.authorities.rulebook import Confidence, Rule, Rulebook

FORMER_ADDRESS = "of_former_address"


class Decision(Model):
    """The authority of one tilbud on one day, with everything that led to it, in Danish for people to read."""

    authority: str
    rule: str
    legal_source: str
    confidence: Confidence
    explanation: str
    considered: list[ConsideredRule]
    reference_version: str


def decide(book: Rulebook, facts: RoutingFacts, at: date, move: Move | None = None) -> Decision:
    """Return who supervises on the day ``at``, by the first rule that applies.

    Problem ``no-authority-found`` with the reason when nobody can be named: nothing is guessed.
    """
    situation = Situation(book, facts, at, move)
    rules = [rule for rule in book.valid(at) if situation.kind in rule.kinds]
    considered: list[ConsideredRule] = []
    for place, rule in enumerate(rules):
        reason = _reason_against(situation, rule)
        if reason is None:
            return _decision(situation, rule, considered, rules[place + 1 :])
        considered.append(ConsideredRule(rule=rule.rule, applies=False, because=reason))
    raise no_authority("Ingen regel om tilsyn gælder på den dag.", "/at", "no-rule")


def _reason_against(situation: Situation, rule: Rule) -> str | None:
    """Return the Danish sentence that says why ``rule`` does not apply, or None when it does."""
    # R6 asks the other rules again, which no predicate can: they know nothing of each other.
    predicate = _inertia if rule.authority == FORMER_ADDRESS else PREDICATES[rule.predicate]
    key = predicate(situation, rule)
    return None if key is None else rule.otherwise[key]


def _decision(situation: Situation, rule: Rule, before: list[ConsideredRule], after: list[Rule]) -> Decision:
    chosen = _former(situation) if rule.authority == FORMER_ADDRESS else CHOICES[rule.authority](situation, rule)
    authority = situation.authority(chosen)
    because = rule.explanation.format_map(_names(situation) | {"authority": authority.name})
    later = [name for name in dict.fromkeys(each.rule for each in after) if name != rule.rule]
    return Decision(
        authority=authority.id,
        rule=rule.rule,
        legal_source=rule.legal_source,
        confidence=_confidence(situation, rule),
        explanation=f"{_table_one(situation)} {because}",
        considered=[
            *before,
            ConsideredRule(rule=rule.rule, applies=True, because=because),
            *(_overtaken(name, rule.rule) for name in later),
        ],
        reference_version=situation.book.version,
    )


def _overtaken(name: str, winner: str) -> ConsideredRule:
    return ConsideredRule(rule=name, applies=False, because=f"Ikke afgørende, da {winner} går forud.")


def _confidence(situation: Situation, rule: Rule) -> Confidence:
    """A mix that table 1 does not settle is less sure than the rule itself."""
    unsettled = situation.is_mixed and not all(
        basis.supervised_by == "socialtilsyn" or basis.supervised_if_part_of_socialtilsyn for basis in situation.bases
    )
    sure = rule.confidence_on(situation.at)
    return "medium" if unsettled and sure == "high" else sure


def _table_one(situation: Situation) -> str:
    """Say what table 1 makes of the legal bases (row 129)."""
    label = _label(situation, situation.deciding)
    if situation.kind == "local":
        return f"Tilbudstypen {label} hører under kommunens eller regionens tilsyn (tabel 1)."
    if situation.is_mixed:
        return (
            f"Tilbuddet er godkendt til flere tilbudstyper. Det hører under socialtilsynet, når tilbuddet i øvrigt er "
            f"godkendt til en socialtilsynstype (tabel 1), og det er {label}."
        )
    return f"Tilbudstypen {label} hører under et socialtilsyn (tabel 1)."


def _label(situation: Situation, basis: LegalBasis) -> str:
    if basis.barnets_lov_paragraph and situation.book.names_children_act(situation.at):
        return f"{basis.name} ({basis.barnets_lov_paragraph})"
    return basis.label


def _names(situation: Situation) -> dict[str, str]:
    kommune, move = situation.municipality, situation.move
    return {
        "municipality": kommune.full_name,
        "region": reference.region(kommune.region).name if kommune.region else "",
        "ground": _name_of(situation, kommune.ground_rule_socialtilsyn),
        "head": situation.head.full_name if situation.head else "",
        "host": situation.host.full_name if situation.host else "",
        "former": situation.kommune(move.from_municipality, "/moved/from_municipality").full_name if move else "",
    }


def _name_of(situation: Situation, authority_id: str | None) -> str:
    return situation.authority(authority_id).name if authority_id else ""


def _inertia(situation: Situation, _: Rule) -> str | None:
    """R6: for a year the old socialtilsyn keeps a tilbud that has moved."""
    if situation.move is None:
        return "not-moved"
    if situation.at >= _a_year_after(situation.move.known_on):
        return "over"
    now = decide(situation.book, situation.facts, situation.at).authority
    return "same" if _former(situation) == now else None


def _former(situation: Situation) -> str:
    """Return whom the rules name for the address that the tilbud has left."""
    if situation.move is None:
        raise no_authority("Den tidligere adresse er ikke oplyst.", "/moved")
    facts = situation.facts.model_copy(update={"municipality": situation.move.from_municipality})
    return decide(situation.book, facts, situation.at).authority


def _a_year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)
