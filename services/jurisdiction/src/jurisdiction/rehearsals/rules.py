"""Where a subject would be under a future set. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from contracts.events.parties import RoutingFacts
from contracts.kinds import Noun
from jurisdiction.agreements.rules import DatedAgreement, with_agreements
from jurisdiction.authorities.routing_context import NoAuthority
from jurisdiction.authorities.rulebook import Rulebook
from jurisdiction.authorities.rules import Decision, decide
from jurisdiction.routing.rules import stand_by_handover


@dataclass(frozen=True)
class Judged:
    """A subject as it is known: who supervises it, who gave it away, and what is agreed about it."""

    authority: str
    givers: Collection[str]
    facts: RoutingFacts
    agreements: Iterable[DatedAgreement] = ()


def move_under(book: Rulebook, subject: Judged, at: date, noun: Noun) -> Decision | NoAuthority | None:
    """Return the answer that moves a subject on the day ``at``, or None where it stays.

    A handover stands as it does for reports: what the rules would give to a giver stays where it is.
    """
    answer = decide(book, with_agreements(subject.facts, subject.agreements, at), at)
    if isinstance(answer, NoAuthority):
        return answer
    stands = stand_by_handover(answer, subject.authority, subject.givers, noun)
    return None if stands.authority == subject.authority else stands
