"""The authority of a tilbud: assigned when it is created, moved when another authority approves its data."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import COPENHAGEN, now
from chassis.outbox import emit
from chassis.problems import Problem
from contracts import reference
from contracts.events import AuthorityAssigned, TilbudCreated
from jurisdiction.models import Assignment, Tilbud
from jurisdiction.routing import facts_of
from jurisdiction.rulebook import Rulebook
from jurisdiction.rules import decide

CREATED_BY = "created-by"


async def assign_first(session: AsyncSession, book: Rulebook, tilbud: Tilbud, event: TilbudCreated) -> None:
    """Give a new tilbud its authority; one that has moved already, in a case that came first, stays there."""
    if tilbud.version > 0:
        return
    day = event.created_at.astimezone(COPENHAGEN).date()
    try:
        decision = decide(book, facts_of(event.tilbud), day)
    except Problem as problem:
        await assign(
            session,
            tilbud,
            authority=event.created_by_authority,
            rule=CREATED_BY,
            explanation=_by_creation(event.created_by_authority, problem.detail),
            at=event.created_at,
        )
        return
    await assign(
        session,
        tilbud,
        authority=decision.authority,
        rule=decision.rule,
        legal_source=decision.legal_source,
        explanation=decision.explanation,
        at=event.created_at,
    )


async def assign(
    session: AsyncSession,
    tilbud: Tilbud,
    *,
    authority: str,
    rule: str,
    explanation: str,
    legal_source: str | None = None,
    at: datetime | None = None,
) -> None:
    """Move the locked ``tilbud`` to ``authority`` and tell everybody."""
    previous, tilbud.authority = tilbud.authority, authority
    tilbud.version += 1
    assigned_at = at or now()
    session.add(
        Assignment(
            tilbud_id=tilbud.id,
            version=tilbud.version,
            authority=authority,
            previous=previous,
            rule=rule,
            legal_source=legal_source,
            explanation=explanation,
            assigned_at=assigned_at,
        )
    )
    event = AuthorityAssigned(
        tilbud_id=tilbud.id,
        version=tilbud.version,
        authority=authority,
        previous=previous,
        rule=rule,
        explanation=explanation,
        assigned_at=assigned_at,
    )
    await emit(session, event, of=tilbud)


def name_of(authority: str) -> str:
    """Return the name of an authority, also of one that the reference data has lost."""
    try:
        return reference.authority(authority).name
    except KeyError:
        return authority


def _by_creation(authority: str, reason: str) -> str:
    return (
        f"Reglerne kan endnu ikke afgøre, hvem der fører tilsyn: {reason} "
        f"Indtil da er det {name_of(authority)}, som har oprettet tilbuddet."
    )
