"""Who supervises a subject from the day of its creation. Pure."""

from dataclasses import dataclass
from datetime import date

from contracts.events.parties import RoutingFacts
from contracts.kinds import Noun
from contracts.reference import authority_name
from jurisdiction.authorities.routing_context import NoAuthority
from jurisdiction.authorities.rulebook import Rulebook
from jurisdiction.authorities.rules import decide

CREATED_BY = "created-by"
HANDOVER = "handover"
HANDOVER_SOURCE = "Vejledning til myndigheder (06-07-2020), afsnittet om at overdrage tilsynsopgaven"


@dataclass(frozen=True)
class AssignedAuthority:
    """Who supervises from now on, and why: the name of a rule, its source in the law, and a Danish explanation."""

    authority: str
    rule: str
    explanation: str
    legal_source: str | None = None


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
