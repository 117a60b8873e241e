"""Work of the operator: tell the state of a tilbud again, or make every public record again by today's rules."""

from collections.abc import AsyncIterator

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database, lock
from chassis.outbox import emit, retract
from contracts.events.publication import FeedReason, PublicTilbud, TilbudPublished
from publication.facts import Known
from publication.models import Tilbud
from publication.publishing import project_again, publish

CHUNK = 500


async def republish(session: AsyncSession, tilbud_id: str) -> int:
    """Emit the public state of a tilbud, marked as republished; return the number of events, 0 if never public."""
    tilbud = await lock(session, Tilbud, Tilbud.id == tilbud_id, Tilbud.version > 0)
    if tilbud is None:
        return 0
    if tilbud.record:
        record = PublicTilbud.model_validate(tilbud.record)
        emit(session, TilbudPublished(tilbud_id=tilbud_id, republished=True, tilbud=record), aggregate=tilbud)
    else:
        retract(session, TilbudPublished.topic, tilbud_id, TilbudPublished.ce_type, aggregate=tilbud)
    return 1


async def rebuild(database: Database) -> int:
    """Make every record and search row again from what is known; only differences are appended. Return how many."""
    count = 0
    async for tilbud_id in _ids(database):
        async with database.begin() as session:
            tilbud = await lock(session, Tilbud, Tilbud.id == tilbud_id)
            if tilbud is None:
                continue
            before = tilbud.version
            await publish(session, tilbud, Known.model_validate(tilbud.known), FeedReason.CORRECTED)
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
