"""Who supervises a subject from the day of its creation. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from contracts.events.parties import RoutingFacts
from contracts.kinds import Noun
from contracts.reference import authority_name, find_authority
from jurisdiction.authorities.routing_context import NoAuthority
from jurisdiction.authorities.rulebook import Rulebook
from jurisdiction.authorities.rules import decide

CREATED_BY = "created-by"
HANDOVER = "handover"
DECISION = "decision"
HANDOVER_SOURCE = "Vejledning til myndigheder (06-07-2020), afsnittet om at overdrage tilsynsopgaven"


@dataclass(frozen=True)
class AssignedAuthority:
    """Who supervises from now on, and why: the name of a rule, its source in the law, and a Danish explanation."""

    authority: str
    rule: str
    explanation: str
    legal_source: str | None = None


def approving_kinds_after(kinds: Collection[str], before: str | None, after: str, *, ends_approval: bool) -> list[str]:
    """Return whose tilsyn count after a change of authority; ``kinds`` are those until then, all where it is empty.

    Reported data that move a subject to another kind of authority end its approval. A handover keeps it.
    """
    if before is None or is_same_kind(before, after):
        return list(kinds)
    if ends_approval:
        return [authority_kind(after)]
    return sorted({*kinds, authority_kind(after)}) if kinds else []


def is_same_kind(one: str, other: str) -> bool:
    """Return whether two authorities are both a socialtilsyn, a kommune or a region."""
    return authority_kind(one) == authority_kind(other)


def authority_kind(authority: str) -> str:
    """Return whether an authority is a socialtilsyn, a kommune or a region."""
    found = find_authority(authority)
    return found.kind.value if found else ""


def first_authority(book: Rulebook, facts: RoutingFacts, day: date, creator: str, noun: Noun) -> AssignedAuthority:
    """Return who supervises a new subject: whom the rules name, or who created it until they can name somebody."""
    answer = decide(book, facts, day)
    if isinstance(answer, NoAuthority):
        explanation = (
            f"Reglerne kan endnu ikke afgøre, hvem der fører tilsyn: {answer.reason} "
            f"Indtil da er det {authority_name(creator)}, som har oprettet {noun.definite}."
        )
        return AssignedAuthority(creator, CREATED_BY, explanation)
    return AssignedAuthority(answer.authority, answer.rule, answer.explanation, answer.legal_source)
