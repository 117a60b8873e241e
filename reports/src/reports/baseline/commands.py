"""Moving the baseline of a subject."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from reports.content.rules import Data
from reports.mounting import ReportTables


async def store_approved(
    session: AsyncSession,
    tables: ReportTables,
    subject_id: str,
    *,
    number: int,
    content: Mapping[str, Data],
    approved_at: datetime,
) -> None:
    """Keep what was approved under this number; the same again repairs it."""
    approved = tables.approved_step
    rows = [
        {"subject_id": subject_id, "key": key, "number": number, "data": data, "approved_at": approved_at}
        for key, data in content.items()
    ]
    statement = insert(approved)
    replaced = {"data": statement.excluded.data, "approved_at": statement.excluded.approved_at}
    key = [approved.subject_column, "key", "number"]
    await session.execute(statement.on_conflict_do_update(index_elements=key, set_=replaced), rows)
