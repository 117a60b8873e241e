"""Work that no fact starts: records that change with the day, and what the operator asks for."""

from collections.abc import AsyncIterator
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import today
from chassis.database import Database, lock
from chassis.outbox import EventTooLarge
from chassis.periodic import PeriodicJob
from contracts.events.publication import FeedReason, PublicTilbud
from publication.publishing.commands import publish_anew
from publication.publishing.events import emit_state
from publication.rates.commands import project_rates_again
from publication.records.models import Tilbud
from publication.search.commands import project_again

CHUNK = 500
# So long after midnight a record may still say what held the day before.
DAY_CHANGE_SECONDS = 5.0


async def publish_day_changes(database: Database) -> None:
    """Publish what has changed by the day alone, as when an intensified tilsyn begins or a deadline has passed.

    ExceptionGroup of EventTooLarge, after all others, where a record has become too large for the feed.
    """
    too_large = []
    async for tilbud_id in _ids(database, Tilbud.next_change_on <= today()):
        try:
            async with database.begin() as session:
                # Another worker may have done it meanwhile.
                tilbud = await lock(session, Tilbud, Tilbud.id == tilbud_id, Tilbud.next_change_on <= today())
                if tilbud:
                    await publish_anew(session, tilbud, _reason(tilbud))
        except EventTooLarge as error:
            too_large.append(error)
    if too_large:
        raise ExceptionGroup("records have become too large for the feed", too_large)


def _reason(tilbud: Tilbud) -> FeedReason:
    """Return why a tilbud that is due has a new record: by the day, or by new rules of this version."""
    return FeedReason.CORRECTED if tilbud.next_change_on == date.min else FeedReason.TILSYN


PUBLISH_DAY_CHANGES = PeriodicJob("publish-day-changes", DAY_CHANGE_SECONDS, publish_day_changes)


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
            await publish_anew(session, tilbud, FeedReason.CORRECTED)
            if tilbud.version == before:
                await project_again(session, tilbud)
                await project_rates_again(session, tilbud)
            count += tilbud.version - before
    return count


async def _ids(database: Database, *criteria: ColumnElement[bool]) -> AsyncIterator[str]:
    last = ""
    while True:
        async with database.read() as session:
            statement = select(Tilbud.id).where(Tilbud.id > last, *criteria).order_by(Tilbud.id).limit(CHUNK)
            found = (await session.scalars(statement)).all()
        if not found:
            return
        for tilbud_id in found:
            yield tilbud_id
        last = found[-1]
