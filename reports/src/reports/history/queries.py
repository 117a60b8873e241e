"""Reading the history of a subject."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from reports.content.rules import in_order
from reports.history.schemas import HistoryItem
from reports.mounting import ReportMount, ReportTables
from reports.schemas import named_authority


async def list_history(session: AsyncSession, mount: ReportMount[Any], subject_id: str) -> list[HistoryItem]:
    """Return every approved version, newest first: who approved what, and when."""
    submission = mount.tables.submission
    approved = select(submission).where(submission.subject_id == subject_id, submission.version.is_not(None))
    rows = (await session.execute(approved.order_by(submission.version.desc()))).scalars()
    steps = await _approved_keys(session, mount.tables, subject_id)
    return [
        HistoryItem(
            version=row.version or 0,
            submission_id=row.id,
            approved_at=row.settled_at or row.sent_at,
            approved_by=row.settled_by,
            sent_by=row.sent_by,
            authority=named_authority(row.authority) if row.authority else None,
            steps=in_order(steps.get(row.number, []), mount.all_steps),
        )
        for row in rows
    ]


async def _approved_keys(session: AsyncSession, tables: ReportTables, subject_id: str) -> dict[int, list[str]]:
    approved = tables.approved_step
    statement = select(approved.number, approved.key).where(approved.subject_id == subject_id)
    found: dict[int, list[str]] = {}
    for number, key in await session.execute(statement):
        found.setdefault(number, []).append(key)
    return found
