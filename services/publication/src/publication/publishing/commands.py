"""The one way to a new public version: a fact has changed the state, so the public record is made again.

Whatever comes of it is written in the same transaction: the version, the search, the state for Kafka, and the
place in the queue for the feed.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from chassis.clock import now, today
from chassis.database import flush_deferred_inserts, lock_or_create
from contracts.events.approval import TilsynPublished
from contracts.events.jurisdiction import AuthorityAssigned
from contracts.events.publication import FeedReason, PublicTilbud
from publication.feed.commands import enqueue
from publication.publishing.events import MAX_RECORD_BYTES, emit_state
from publication.rates.commands import show_rates
from publication.records.changes import as_json, changes, without_addresses, without_version
from publication.records.models import PublicVersion, Tilbud
from publication.records.rules import hidden_record, is_address_hidden, next_change_on, public_record
from publication.records.shortening import shortened, size
from publication.records.state import Fact, TilbudState, apply, tilsyn_key
from publication.records.tilsyn import can_count, counting_tilsyn, keep
from publication.search.commands import add_rows, forget_rows, show_version

TICK = timedelta(microseconds=1)
# How many versions are in memory when the past of a tilbud is changed.
CHUNK = 100
# What waits for the end of a transaction is in memory: with more than this it is written before.
MAX_WAITING_BYTES = 16_000_000


async def lock_tilbud(session: AsyncSession, ids: Sequence[str]) -> None:
    """Lock the rows of ``ids`` in their order; one that is not there yet is made first."""
    await lock_or_create(session, Tilbud.id, ids)


async def apply_fact(session: AsyncSession, fact: Fact, reason: FeedReason) -> None:
    """Apply ``fact`` to the state of its tilbud, whose row is locked, and publish what it changes."""
    tilbud = await session.get_one(Tilbud, fact.tilbud_id)
    reason = FeedReason.REPUBLISHED if fact.republished else reason
    if isinstance(fact, TilsynPublished):
        await keep(session, [fact])
        if can_count(fact) or tilsyn_key(fact) in tilbud.state.get("tilsyn", {}):
            await publish_anew(session, tilbud, reason)
        return
    state = apply(TilbudState.from_json(tilbud.state), fact)
    tilbud.state = state.to_json()
    if isinstance(fact, AuthorityAssigned):
        # Other tilsyn count under another kind of authority.
        await publish_anew(session, tilbud, reason)
        return
    await _publish(session, tilbud, state, reason)


async def publish_anew(session: AsyncSession, tilbud: Tilbud, reason: FeedReason) -> None:
    """Publish what the locked ``tilbud`` says now, after a look at all of its tilsyn."""
    state = TilbudState.from_json(tilbud.state)
    counting = await counting_tilsyn(session, tilbud.id, state)
    if counting != state.tilsyn:
        state = state.model_copy(update={"tilsyn": counting})
        tilbud.state = state.to_json()
    await _publish(session, tilbud, state, reason)


async def _publish(session: AsyncSession, tilbud: Tilbud, state: TilbudState, reason: FeedReason) -> None:
    """Make the next public version of the locked ``tilbud`` from its ``state``; none when it says nothing new."""
    day = today()
    record = public_record(tilbud.id, state, day)
    if record:
        record = shortened(record, MAX_RECORD_BYTES)
    tilbud.next_change_on = next_change_on(state, day)
    # Written even where it stays the same: a row that is changed without its day is taken for an older version's.
    flag_modified(tilbud, "next_change_on")
    await _update_address_hidden(session, tilbud, state)
    before, after = tilbud.record, _as_json(record)
    if without_version(before) == without_version(after):
        return
    valid_from = max(now(), tilbud.changed_at + TICK) if tilbud.changed_at else now()
    tilbud.version += 1
    tilbud.changed_at = valid_from
    if record and after:
        record = record.model_copy(update={"version": tilbud.version})
        after["version"] = tilbud.version
    tilbud.record = after
    session.add(
        PublicVersion(
            tilbud_id=tilbud.id,
            version=tilbud.version,
            valid_from=valid_from,
            reason=reason,
            changes=as_json(changes(before, after)),
            record=after,
        )
    )
    enqueue(session, tilbud.id, tilbud.version)
    emit_state(session, tilbud, record)
    show_version(session, tilbud, record, valid_from)
    show_rates(session, tilbud, record)
    await _write_if_much_waits(session, record)


async def _write_if_much_waits(session: AsyncSession, record: PublicTilbud | None) -> None:
    waiting = session.info.get("waiting_bytes", 0) + (size(record) if record else 0)
    if waiting > MAX_WAITING_BYTES:
        await flush_deferred_inserts(session)
        waiting = 0
    session.info["waiting_bytes"] = waiting


def _as_json(record: PublicTilbud | None) -> dict[str, Any] | None:
    return record.model_dump(mode="json", by_alias=True) if record else None


async def _update_address_hidden(session: AsyncSession, tilbud: Tilbud, state: TilbudState) -> None:
    """Take an address that is a secret from now on out of every earlier version: it is secret at every date."""
    hidden = is_address_hidden(state)
    if hidden and not tilbud.address_hidden:
        await _hide_past(session, tilbud.id)
    tilbud.address_hidden = hidden


async def _hide_past(session: AsyncSession, tilbud_id: str) -> None:
    # What this transaction has made public of the tilbud is past as well.
    await flush_deferred_inserts(session)
    await forget_rows(session, tilbud_id)
    of_tilbud = select(PublicVersion).where(PublicVersion.tilbud_id == tilbud_id).order_by(PublicVersion.version)
    last = 0
    # With each chunk comes the version behind it, whose beginning ends the last of the chunk.
    while versions := list(await session.scalars(of_tilbud.where(PublicVersion.version > last).limit(CHUNK + 1))):
        shown, following = versions[:CHUNK], versions[CHUNK:]
        for version in shown:
            version.changes = [without_addresses(change) for change in version.changes]
            if version.record:
                version.record = _as_json(PublicTilbud.model_validate(hidden_record(version.record)))
        await add_rows(session, shown, until=following[0].valid_from if following else None)
        last = shown[-1].version
