"""What was chosen in the round before: a case that is sent again starts without choices, its log has the old ones."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases.models import Case, CaseLog
from approval.cases.schemas import ActorView, EarlierChoice

CHOICES = ("decided", "withdrawn")


async def round_before(session: AsyncSession, case: Case) -> int | None:
    """Return the revision that was open before the present one; None in the first round."""
    opened = select(CaseLog.revision).where(
        CaseLog.case_id == case.id, CaseLog.act.in_(("opened", "reopened")), CaseLog.revision < case.revision
    )
    return await session.scalar(opened.order_by(CaseLog.revision.desc()).limit(1))


async def earlier_choices(session: AsyncSession, case: Case) -> dict[str, EarlierChoice]:
    """Return the last choice for each step in the round before, by step."""
    revision = await round_before(session, case)
    if revision is None:
        return {}
    last = (
        select(CaseLog)
        .where(CaseLog.case_id == case.id, CaseLog.revision == revision, CaseLog.act.in_(CHOICES))
        .ext(distinct_on(CaseLog.step))
        .order_by(CaseLog.step, CaseLog.id.desc())
    )
    return {str(row.step): _choice(row) for row in await session.scalars(last) if row.verdict is not None}


def _choice(row: CaseLog) -> EarlierChoice:
    return EarlierChoice.model_validate(
        {
            "revision": row.revision,
            "verdict": row.verdict,
            "reason": row.reason,
            "fields": row.fields or [],
            "decided_by": ActorView.of(row.by),
            "decided_at": row.at,
        }
    )
