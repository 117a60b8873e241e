"""Reading the action log."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.parties import Actor
from reports.actions.schemas import ActionView
from reports.mounting import ReportTables
from web.pagination import Page, decode_cursor, encode_cursor


async def list_actions(
    session: AsyncSession, tables: ReportTables, subject_id: str, cursor: str | None, limit: int
) -> Page[ActionView]:
    """Return the action log of a subject, newest first."""
    action = tables.action
    statement = select(action).where(action.subject_id == subject_id)
    if cursor:
        statement = statement.where(action.id < decode_cursor(cursor, int)[0])
    rows = list((await session.execute(statement.order_by(action.id.desc()).limit(limit + 1))).scalars())
    items = [ActionView(at=row.at, what=row.what, by=row.by, details=row.details) for row in rows[:limit]]
    return Page(items=items, next=encode_cursor(rows[limit - 1].id) if len(rows) > limit else None)


async def last_actor(session: AsyncSession, tables: ReportTables, subject_id: str, what: str) -> Actor | None:
    """Return who did ``what`` about a subject last."""
    action = tables.action
    statement = select(action.by).where(action.subject_id == subject_id, action.what == what)
    by = await session.scalar(statement.order_by(action.id.desc()).limit(1))
    return Actor.model_validate(by) if by else None
