"""Which reported facts a case is routed on, and when its approval moves its subject. Pure.

A case is routed on what it reports itself, and for the rest on what is approved: so a case that was sent before
another one moved the subject follows the move, unless it reports an address of its own.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from contracts.events.jurisdiction import ConsideredRule
from contracts.events.parties import RoutingFacts
from contracts.kinds import Noun
from contracts.reference import authority_name
from jurisdiction.assignments.rules import DECISION, HANDOVER, HANDOVER_SOURCE, AssignedAuthority, is_same_kind
from jurisdiction.authorities.routing_context import Move, NoAuthority
from jurisdiction.authorities.rules import Decision
from jurisdiction.kinds import RoutedKind

APPROVED_BY = "approved-by"
DECISION_SOURCE = "Afgørelse truffet af den nationale operatør"

Approved = dict[str, Any]


def routing_steps(kind: RoutedKind, keys: Collection[str]) -> list[str]:
    """Return those of the case's steps that say something about the authority."""
    return [step for step in kind.facts_of_step if step in keys]


def effective_facts(facts: RoutingFacts, own_steps: Collection[str], approved: Approved) -> RoutingFacts:
    """Return ``facts`` with everything that the case does not report itself as it is approved now."""
    values = facts.model_dump()
    for step, known in approved.items():
        if step not in own_steps:
            values |= known["facts"]
    return RoutingFacts.model_validate(values)


def adopt_facts(
    kind: RoutedKind, approved: Approved, number: int, own_steps: Collection[str], facts: RoutingFacts
) -> Approved:
    """Return what is approved after case ``number``: for each step the newest submission counts."""
    values = facts.model_dump(mode="json")
    adopted = {
        step: {"number": number, "facts": {name: values[name] for name in kind.facts_of_step[step]}}
        for step in own_steps
        if number > approved.get(step, {"number": 0})["number"]
    }
    return approved | adopted


def move_of(
    kind: RoutedKind,
    facts: RoutingFacts,
    own_steps: Collection[str],
    known_on: date,
    approved: Approved,
    earlier: Mapping[str, Any] | None,
) -> Move | None:
    """Return the change of address to look at: the one that the case reports itself, else the latest approved."""
    known = approved.get(kind.address_step)
    if known and kind.address_step in own_steps and known["facts"]["municipality"] != facts.municipality:
        return Move(known["facts"]["municipality"], known_on)
    return Move(earlier["from_municipality"], date.fromisoformat(earlier["known_on"])) if earlier else None


def may_move(
    *,
    has_authority: bool,
    adopted: bool,
    is_known: bool,
    is_newest: bool,
    own_steps: Collection[str],
    at_authority: bool,
) -> bool:
    """Return whether an approval by another authority says anything about the authority of the subject now.

    ``adopted`` tells that its facts are new, ``is_known`` that its facts are known at all, ``is_newest`` that no newer
    case has moved the subject, ``at_authority`` that the case stands at the authority that approved it. An older case
    whose facts a newer one has replaced does not move the subject back, and neither does a case that was decided at
    the very moment when it was routed away from its authority.
    """
    if adopted or not has_authority:
        return True
    return is_newest if not is_known else not own_steps and at_authority


def decided_by_operator(authority: str, answer: Decision | NoAuthority, version: str) -> Decision:
    """Return the decision that the national operator took where the rules had no answer, or not a sure one."""
    because = explanation_of_decision(authority)
    rules = answer.considered if isinstance(answer, Decision) else []
    others = [each.model_copy(update={"applies": False}) for each in rules]
    return Decision(
        authority=authority,
        rule=DECISION,
        legal_source=DECISION_SOURCE,
        confidence="high",
        explanation=because,
        considered=[ConsideredRule(rule=DECISION, applies=True, because=because), *others],
        reference_version=version,
    )


def explanation_of_decision(authority: str) -> str:
    """Return the Danish sentence about a decision of the national operator."""
    return f"Reglerne kunne ikke afgøre det med sikkerhed. Det er afgjort, at {authority_name(authority)} er myndighed."


def stand_by_handover(decision: Decision, authority: str | None, givers: Collection[str], noun: Noun) -> Decision:
    """Return the decision for a case of a subject that ``givers`` handed over to ``authority``.

    What the rules would give to one of them is decided by who has the subject now; new data that point to somebody
    else go before the handover.
    """
    if authority is None or decision.authority not in givers:
        return decision
    giver, receiver = authority_name(decision.authority), authority_name(authority)
    because = (
        f"{giver} har overdraget tilsynet med {noun.definite} til {receiver}. Det gælder, så længe oplysningerne peger "
        f"på {giver}."
    )
    others = [
        ConsideredRule(rule=each.rule, applies=False, because=f"Tilsynet er overdraget. Ellers gjaldt: {each.because}")
        if each.applies
        else each
        for each in decision.considered
    ]
    return decision.model_copy(
        update={
            "authority": authority,
            "rule": HANDOVER,
            "legal_source": HANDOVER_SOURCE,
            "explanation": because,
            "considered": [ConsideredRule(rule=HANDOVER, applies=True, because=because), *others],
        }
    )


def authority_after_approval(
    approver: str, decision: Decision | None, noun: Noun, before: str | None = None
) -> AssignedAuthority:
    """Return who supervises after ``approver`` has approved a case; ``decision`` is what brought the case there.

    ``before`` supervised until then: where it is another kind of authority, its approval ends.
    """
    explanation = f"{authority_name(approver)} har godkendt {noun.definite}s nye oplysninger og har nu tilsynet."
    if before is not None and not is_same_kind(before, approver):
        explanation += (
            f" Godkendelsen fra {authority_name(before)} gælder ikke længere, og {noun.definite} er først offentligt, "
            f"når {authority_name(approver)} selv har godkendt det ved et tilsyn."
        )
    if decision is None or decision.authority != approver:
        return AssignedAuthority(approver, APPROVED_BY, explanation)
    return AssignedAuthority(approver, decision.rule, f"{explanation} {decision.explanation}", decision.legal_source)
