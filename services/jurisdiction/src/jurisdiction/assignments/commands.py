"""The authority of a tilbud: assigned when it is created, moved when another authority approves its data."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import day_of
from chassis.errors import DomainError
from chassis.outbox import emit
from contracts.events import AuthorityAssigned, TilbudCreated
from contracts.reference import authority_name
from jurisdiction.assignments.models import Assignment, Tilbud
from jurisdiction.authorities.rulebook import Rulebook
from jurisdiction.authorities.rules import decide
from jurisdiction.routing.rules import facts_of

CREATED_BY = "created-by"


def assign_first(session: AsyncSession, book: Rulebook, tilbud: Tilbud, event: TilbudCreated) -> None:
    """Give a new tilbud its authority; one that has moved already, in a case that came first, stays there."""
    if tilbud.version > 0:
        return
    day = day_of(event.created_at)
    try:
        decision = decide(book, facts_of(event.tilbud), day)
    except DomainError as problem:
        assign(
            session,
            tilbud,
            authority=event.created_by_authority,
            rule=CREATED_BY,
            explanation=_by_creation(event.created_by_authority, problem.detail),
            at=event.created_at,
        )
        return
    assign(
        session,
        tilbud,
        authority=decision.authority,
        rule=decision.rule,
        legal_source=decision.legal_source,
        explanation=decision.explanation,
        at=event.created_at,
    )


def assign(
    session: AsyncSession,
    tilbud: Tilbud,
    *,
    authority: str,
    rule: str,
    explanation: str,
    at: datetime,
    legal_source: str | None = None,
) -> None:
    """Move the locked ``tilbud`` to ``authority`` and tell everybody."""
    previous, tilbud.authority = tilbud.authority, authority
    tilbud.version += 1
    assignment = Assignment(
        tilbud_id=tilbud.id,
        version=tilbud.version,
        authority=authority,
        previous=previous,
        rule=rule,
        legal_source=legal_source,
        explanation=explanation,
        assigned_at=at,
    )
    session.add(assignment)
    emit(session, assigned(assignment), aggregate=tilbud)


def assigned(assignment: Assignment) -> AuthorityAssigned:
    """Return what everybody hears of an assignment."""
    names = ("tilbud_id", "version", "authority", "previous", "rule", "explanation", "assigned_at")
    return AuthorityAssigned.model_validate({name: getattr(assignment, name) for name in names})


def _by_creation(authority: str, reason: str) -> str:
    return (
        f"Reglerne kan endnu ikke afgøre, hvem der fører tilsyn: {reason} "
        f"Indtil da er det {authority_name(authority)}, som har oprettet tilbuddet."
    )
