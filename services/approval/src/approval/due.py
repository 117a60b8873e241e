"""What is to be done on a day, found by the day that its row holds: a restart or a stopped clock misses none."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from chassis.clock import today
from chassis.database import Database, is_conflict, is_unavailable, savepoint
from contracts.sanctions import DAY

AT_ONCE = 50
Do = Callable[[AsyncSession, Any], Awaitable[None]]

log = logging.getLogger(__name__)


async def do_what_is_due(database: Database, due_on: InstrumentedAttribute[Any], do: Do) -> None:
    """Do what is due of every row whose day ``due_on`` has come, a few of them in each transaction, each row locked.

    ``do`` sets the next day. Rows that another worker has locked are left to it. One that fails holds up no other: it
    is logged, and tried again tomorrow.
    """
    model = due_on.class_
    found = AT_ONCE
    while found == AT_ONCE:
        async with database.begin() as session:
            due = select(model).where(due_on <= today()).order_by(due_on, model.id).limit(AT_ONCE)
            rows = (await session.scalars(due.with_for_update(skip_locked=True))).all()
            for row in rows:
                await _do_or_put_off(session, row, due_on, do)
            found = len(rows)


async def _do_or_put_off(session: AsyncSession, row: Any, due_on: InstrumentedAttribute[Any], do: Do) -> None:
    try:
        async with savepoint(session):
            await do(session, row)
    except Exception as error:
        if is_unavailable(error) or is_conflict(error):
            raise
        log.exception("what is due failed", extra={"table": due_on.class_.__tablename__})
        setattr(row, due_on.key, today() + DAY)
