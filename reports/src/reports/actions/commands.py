"""Writing the action log: each command leaves one row in its own transaction."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.parties import Actor
from reports.mounting import ReportTables


def log_action(
    session: AsyncSession, tables: ReportTables, subject_id: str, what: str, by: Actor | None, **details: Any
) -> None:
    """Write down that ``by`` did ``what``; ``details`` name ids, steps and departments and hold no personal data."""
    row = tables.action(subject_id=subject_id, what=what, by=by.model_dump() if by else None, details=details)
    session.add(row)
