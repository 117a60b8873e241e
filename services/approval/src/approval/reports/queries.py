"""Reports as they were sent."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from approval.reports.models import Report
from contracts.events import SubmissionSent


async def report_of(session: AsyncSession, submission_id: str, revision: int) -> SubmissionSent:
    """Return one revision of a report as it was sent."""
    row = await session.get_one(Report, (submission_id, revision))
    return SubmissionSent.model_validate(row.event)


async def revisions_of(session: AsyncSession, submission_id: str) -> list[int]:
    """Return the revisions of a report that are known."""
    return list(await session.scalars(select(Report.revision).where(Report.submission_id == submission_id)))
