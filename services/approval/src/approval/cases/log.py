"""The action log: every act on a case is a row, written in the transaction of the act."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases.models import Case, CaseLog
from approval.database import Json
from chassis.clock import now
from contracts.events.parties import Actor


async def log_action(
    session: AsyncSession,
    case: Case,
    act: str,
    *,
    by: Actor | None = None,
    step: str | None = None,
    verdict: str | None = None,
    reason: str | None = None,
    fields: Sequence[str] = (),
    details: Json | None = None,
) -> None:
    """Log one act on ``case``: what, when, by whom, and at which revision and authority.

    The last choice is remembered on the case too: it says who works on it.
    """
    at, actor = now(), by.model_dump(mode="json") if by else None
    if step is not None:
        case.last_choice = {"by": actor, "at": at.isoformat()}
    session.add(
        CaseLog(
            case_id=case.id,
            act=act,
            at=at,
            revision=case.revision,
            authority=case.authority,
            by=actor,
            step=step,
            verdict=verdict,
            reason=reason,
            fields=list(fields) or None,
            details=details,
        )
    )
    await session.flush()
