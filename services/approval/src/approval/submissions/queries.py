"""Reports as they were sent."""

from typing import cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from approval.kinds import KINDS, SentReport
from approval.submissions.models import Report


async def report_of(session: AsyncSession, submission_id: str, revision: int) -> SentReport:
    """Return one revision of a report as it was sent."""
    row = await session.get_one(Report, (submission_id, revision))
    return cast("SentReport", KINDS[row.kind].events.submission_sent.model_validate(row.event))


async def revisions_of(session: AsyncSession, submission_id: str) -> list[int]:
    """Return the revisions of a report that are known."""
    return list(await session.scalars(select(Report.revision).where(Report.submission_id == submission_id)))
