"""Names of people leave the public history: they were public with their tilbud, and are nobody's business for ever."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from chassis.clock import now
from chassis.database import Database, lock
from chassis.periodic import PeriodicJob
from publication.records.models import PublicVersion, Tilbud
from publication.records.names import without_names
from publication.search.commands import add_rows
from publication.search.models import SearchRow

EVERY_SECONDS = 3_600.0
# So many tilbud are found at a time, and so many versions of one are in memory.
TILBUD_CHUNK, CHUNK = 500, 50
_FOLLOWING = aliased(PublicVersion)
# A version that is due, and when another one replaced it.
Due = Select[PublicVersion, datetime]


def forget_names_after(retention: timedelta) -> PeriodicJob:
    """Return the job that takes names out of versions which another one replaced longer than ``retention`` ago."""
    return PeriodicJob("forget-names", EVERY_SECONDS, partial(forget_old_names, retention=retention))


async def forget_old_names(database: Database, *, retention: timedelta) -> None:
    """Take the names of people out of every version that was replaced, or removed, longer than ``retention`` ago.

    What is public now is left as it is, however old. Killed anywhere it goes on where it stopped.
    """
    due = _due(retention)
    async for tilbud_id in _ids(database, due):
        while True:
            async with database.begin() as session:
                await lock(session, Tilbud, Tilbud.id == tilbud_id)
                if not await _forget_some(session, due.where(PublicVersion.tilbud_id == tilbud_id)):
                    break


def _due(retention: timedelta) -> Due:
    """Return the statement for the versions that are due."""
    replaced = (PublicVersion.tilbud_id == _FOLLOWING.tilbud_id) & (PublicVersion.version + 1 == _FOLLOWING.version)
    return (
        select(PublicVersion, _FOLLOWING.valid_from)
        .join(_FOLLOWING, replaced)
        .where(
            PublicVersion.record.is_not(None), ~PublicVersion.names_removed, _FOLLOWING.valid_from < now() - retention
        )
    )


async def _ids(database: Database, due: Due) -> AsyncIterator[str]:
    last = ""
    columns = due.with_only_columns(PublicVersion.tilbud_id).distinct().order_by(PublicVersion.tilbud_id)
    while True:
        async with database.read() as session:
            found = list(await session.scalars(columns.where(PublicVersion.tilbud_id > last).limit(TILBUD_CHUNK)))
        if not found:
            return
        for tilbud_id in found:
            yield tilbud_id
        last = found[-1]


async def _forget_some(session: AsyncSession, due: Due) -> bool:
    """Take the names out of some versions of a tilbud, whose row is locked; return whether there were any."""
    rows = (await session.execute(due.order_by(PublicVersion.version).limit(CHUNK))).all()
    for version, replaced_at in rows:
        version.record = without_names(version.record) if version.record else None
        version.names_removed = True
        of_it = (SearchRow.tilbud_id == version.tilbud_id) & (SearchRow.version == version.version)
        await session.execute(delete(SearchRow).where(of_it))
        await add_rows(session, [version], until=replaced_at)
    return bool(rows)
