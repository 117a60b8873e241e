"""Work of the operator: emit the state of a tilbud again, or make every public record again by today's rules."""

from collections.abc import AsyncIterator

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database, lock
from contracts.events.publication import FeedReason, PublicTilbud
from publication.publishing.commands import publish
from publication.publishing.events import emit_state
from publication.records.models import Tilbud
from publication.records.state import TilbudState
from publication.search.commands import project_again

CHUNK = 500


async def republish(session: AsyncSession, tilbud_id: str) -> int:
    """Emit the public state of a tilbud, marked as republished; return the number of events, 0 if never public."""
    tilbud = await lock(session, Tilbud, Tilbud.id == tilbud_id, Tilbud.version > 0)
    if tilbud is None:
        return 0
    record = PublicTilbud.model_validate(tilbud.record) if tilbud.record else None
    emit_state(session, tilbud, record, republished=True)
    return 1


async def rebuild(database: Database) -> int:
    """Make every record and search row again from the state; only differences are appended. Return how many."""
    count = 0
    async for tilbud_id in _ids(database):
        async with database.begin() as session:
            tilbud = await lock(session, Tilbud, Tilbud.id == tilbud_id)
            if tilbud is None:
                continue
            before = tilbud.version
            await publish(session, tilbud, TilbudState.from_json(tilbud.state), FeedReason.CORRECTED)
            if tilbud.version == before:
                await project_again(session, tilbud)
            count += tilbud.version - before
    return count


async def _ids(database: Database) -> AsyncIterator[str]:
    last = ""
    while True:
        async with database.read() as session:
            statement = select(Tilbud.id).where(Tilbud.id > last).order_by(Tilbud.id).limit(CHUNK)
            found = (await session.scalars(statement)).all()
        if not found:
            return
        for tilbud_id in found:
            yield tilbud_id
        last = found[-1]
