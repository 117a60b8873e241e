"""The one way to a new public version: something new is known, so the public record is made again.

Whatever comes of it is written in the same transaction: the version, the search, the state for Kafka, and the
place in the queue for the feed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from chassis.database import defer_insert, flush_deferred_inserts, lock_all
from chassis.outbox import MAX_EVENT_BYTES, EventTooLarge, emit, retract
from contracts.events.publication import FeedReason, PublicTilbud, TilbudPublished
from contracts.form import hides_address
from publication.changes import MAX_BYTES, as_json, changes, without_version
from publication.facts import Fact, Known, learn
from publication.models import PendingEntry, PublicVersion, SearchRow, Tilbud
from publication.projection import search_values, units_of
from publication.rules import public_record, without_place

# With its changes a record must fit into one feed entry: what the feed cannot take must not reach its queue.
MAX_RECORD_BYTES = MAX_EVENT_BYTES - MAX_BYTES - 1_000
TICK = timedelta(microseconds=1)
_NEW_TILBUD = upsert(Tilbud).on_conflict_do_nothing()
_ROWS = SearchRow.metadata.tables[SearchRow.__tablename__]
_NEW_ROW = insert(_ROWS)
_NO_LONGER_SHOWN = (
    update(_ROWS)
    .where(_ROWS.c.tilbud_id == bindparam("of"), _ROWS.c.version < bindparam("before"), _ROWS.c.valid_to.is_(None))
    .values(valid_to=bindparam("until"))
)


async def lock_tilbud(session: AsyncSession, ids: Sequence[str]) -> None:
    """Lock the rows of ``ids`` in their order; whoever hears of a tilbud first creates its row."""
    new = [{"id": each, "known": {}} for each in sorted(set(ids))]
    await session.execute(_NEW_TILBUD, new)
    await lock_all(session, Tilbud.id, ids)


async def take_in(session: AsyncSession, fact: Fact, reason: FeedReason) -> None:
    """Learn ``fact`` about its tilbud, whose row is locked, and publish what it changes."""
    tilbud = await session.get_one(Tilbud, fact.tilbud_id)
    known = learn(Known.model_validate(tilbud.known), fact)
    tilbud.known = known.model_dump(mode="json", by_alias=True)
    await publish(session, tilbud, known, FeedReason.REPUBLISHED if fact.republished else reason)


async def publish(session: AsyncSession, tilbud: Tilbud, known: Known, reason: FeedReason) -> None:
    """Make the next public version of the locked ``tilbud`` from what is known; none when it says nothing new."""
    record = public_record(tilbud.id, known)
    await _keep_secret(session, tilbud, known)
    before, stored = tilbud.record, _stored(record)
    if without_version(before) == without_version(stored):
        return
    valid_from = max(now(), tilbud.changed_at + TICK) if tilbud.changed_at else now()
    tilbud.version += 1
    tilbud.changed_at = valid_from
    if record and stored:
        record = record.model_copy(update={"version": tilbud.version})
        stored["version"] = tilbud.version
    tilbud.record = stored
    session.add(
        PublicVersion(
            tilbud_id=tilbud.id,
            version=tilbud.version,
            valid_from=valid_from,
            reason=reason,
            changes=as_json(changes(before, stored)),
            record=stored,
        )
    )
    session.add(PendingEntry(tilbud_id=tilbud.id, version=tilbud.version))
    _tell(session, tilbud, record)
    _replace_search_rows(session, tilbud, record, valid_from)


def _stored(record: PublicTilbud | None) -> dict[str, Any] | None:
    return record.model_dump(mode="json", by_alias=True) if record else None


def _replace_search_rows(
    session: AsyncSession, tilbud: Tilbud, record: PublicTilbud | None, valid_from: datetime
) -> None:
    # First the rows of all versions, then their ends: so one that the same batch replaces does not stay shown.
    defer_insert(session, _NEW_ROW, *(_rows(record, valid_from, None) if record else ()))
    defer_insert(session, _NO_LONGER_SHOWN, {"of": tilbud.id, "before": tilbud.version, "until": valid_from})


async def project_again(session: AsyncSession, tilbud: Tilbud) -> None:
    """Make the search rows of the current version of ``tilbud`` again, whatever has become of them."""
    await flush_deferred_inserts(session)
    of_it = or_(SearchRow.version == tilbud.version, SearchRow.valid_to.is_(None))
    await session.execute(delete(SearchRow).where(SearchRow.tilbud_id == tilbud.id, of_it))
    if tilbud.record is not None:
        version = await session.get_one(PublicVersion, (tilbud.id, tilbud.version))
        rows = _rows(PublicTilbud.model_validate(tilbud.record), version.valid_from, None)
        await session.execute(_NEW_ROW, rows)


def _rows(record: PublicTilbud, valid_from: datetime, valid_to: datetime | None) -> list[dict[str, Any]]:
    place = {"tilbud_id": record.id, "version": record.version, "valid_from": valid_from, "valid_to": valid_to}
    return [
        {**place, "department_id": unit.department.id if unit.department else "", **search_values(unit)}
        for unit in units_of(record)
    ]


async def _keep_secret(session: AsyncSession, tilbud: Tilbud, known: Known) -> None:
    """Take an address that is a secret from now on out of every earlier version: it is secret at every date."""
    hidden = hides_address({key: step.data for key, step in known.steps.items()})
    if hidden and not tilbud.address_hidden:
        await _hide_past(session, tilbud.id)
    tilbud.address_hidden = hidden


async def _hide_past(session: AsyncSession, tilbud_id: str) -> None:
    # What this transaction has made public of the tilbud is past as well.
    await flush_deferred_inserts(session)
    statement = select(PublicVersion).where(PublicVersion.tilbud_id == tilbud_id).order_by(PublicVersion.version)
    versions = list(await session.scalars(statement))
    await session.execute(delete(SearchRow).where(SearchRow.tilbud_id == tilbud_id))
    ends = [*(version.valid_from for version in versions[1:]), None]
    for version, end in zip(versions, ends, strict=False):
        version.changes = [_without_values(change) for change in version.changes]
        if version.record:
            hidden = PublicTilbud.model_validate(_hidden(version.record))
            version.record = _stored(hidden)
            await session.execute(_NEW_ROW, _rows(hidden, version.valid_from, end))


def _hidden(record: dict[str, Any]) -> dict[str, Any]:
    steps = {name: without_place(step) for name, step in record["steps"].items()}
    return {**record, "steps": steps, "address_hidden": True}


def _without_values(change: dict[str, Any]) -> dict[str, Any]:
    secret = {"address", "p_number", "departments"} & set(change["path"].split("/"))
    return {"path": change["path"]} if secret else change


def _tell(session: AsyncSession, tilbud: Tilbud, record: PublicTilbud | None) -> None:
    if record is None:
        retract(session, TilbudPublished.topic, tilbud.id, TilbudPublished.ce_type, aggregate=tilbud)
        return
    if len(record.model_dump_json().encode()) > MAX_RECORD_BYTES:
        raise EventTooLarge(f"the public record of {tilbud.id} is too large")
    emit(session, TilbudPublished(tilbud_id=tilbud.id, tilbud=record), aggregate=tilbud)
