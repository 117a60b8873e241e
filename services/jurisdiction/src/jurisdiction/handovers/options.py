"""To whom a subject can be handed over, and why to them. Pure.

The guide names three situations that the reported data do not show (R126): kommune or region has delegated its task to
a socialtilsyn, a kommune has an agreement on all places of a tilbud in another kommune, and a koncern is supervised by
another socialtilsyn.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from contracts import reference
from contracts.events.parties import RoutingFacts
from contracts.reference import Authority, AuthorityKind, Municipality
from jurisdiction.authorities.routing_context import NoAuthority, RoutingContext, look_up
from jurisdiction.authorities.rulebook import Rulebook
from jurisdiction.authorities.rules import decide


@dataclass(frozen=True)
class Option:
    """An authority that can take a subject over, and a Danish sentence that says when."""

    authority: str
    name: str
    because: str


def options(book: Rulebook, facts: RoutingFacts, at: date, current: str) -> list[Option]:
    """Return who can supervise instead of ``current`` on the day ``at``, whom the rules point to first."""
    found = [*_by_the_rules(book, facts, at), *_by_agreement(book, facts, at)]
    first = {each.authority: each for each in reversed(found) if each.authority != current}
    return [first[each] for each in dict.fromkeys(each.authority for each in found) if each in first]


def _by_the_rules(book: Rulebook, facts: RoutingFacts, at: date) -> Iterator[Option]:
    answer = decide(book, facts, at)
    if not isinstance(answer, NoAuthority):
        yield _option(answer.authority, f"Reglerne peger på denne myndighed. {answer.explanation}")


def _by_agreement(book: Rulebook, facts: RoutingFacts, at: date) -> Iterator[Option]:
    context = look_up(book, facts, at)
    if isinstance(context, NoAuthority):
        return
    if context.level == "socialtilsyn":
        yield from _of_koncern(context)
    else:
        yield from _of_delegation(context)
        yield from _of_kommuner(context)


def _of_koncern(context: RoutingContext) -> Iterator[Option]:
    for each in _valid(context, AuthorityKind.SOCIALTILSYN):
        because = (
            f"Hvis tilbuddet indgår i en koncern eller koncernlignende konstruktion, som {each.name} fører tilsyn med."
        )
        yield _option(each.id, because)


def _of_delegation(context: RoutingContext) -> Iterator[Option]:
    here = context.municipality
    nearest = here.socialtilsyn if isinstance(here, Municipality) else None
    for each in sorted(_valid(context, AuthorityKind.SOCIALTILSYN), key=lambda each: each.id != nearest):
        area = ""
        if isinstance(here, Municipality) and each.id == nearest:
            area = f", som fører tilsyn med socialtilsynenes tilbud i {here.full_name}"
        yield _option(each.id, f"Hvis tilsynsopgaven er delegeret til {each.name}{area}.")


def _of_kommuner(context: RoutingContext) -> Iterator[Option]:
    here = context.municipality
    if isinstance(here, Municipality):
        yield _option(f"kommune-{here.code}", f"Tilbuddet ligger i {here.full_name}.")
    for each in sorted(_valid(context, AuthorityKind.KOMMUNE), key=lambda one: one.name):
        yield _option(each.id, f"Hvis {each.name} har en generel aftale om alle pladser i tilbuddet.")


def _valid(context: RoutingContext, kind: AuthorityKind) -> list[Authority]:
    return context.book.data.authorities_on(kind, context.at)


def _option(authority: str, because: str) -> Option:
    return Option(authority, reference.authority_name(authority), because)
