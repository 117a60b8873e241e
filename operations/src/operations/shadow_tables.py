"""What a service keeps of the facts of others, made once more from the topics beside the live tables.

Schema ``shadow`` has an empty shadow of every table of the service. The service's own handlers fill the shadows from
all that the topics hold, through the one consume path: so what they emit, owe or give up stays there as well. Then the
live rows are compared with their shadows, and where that is asked for, take their content over in one transaction.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import typer
from aiokafka import TopicPartition
from sqlalchemy import event, text

from chassis.consume import Consumer
from chassis.database import Database
from chassis.kafka import MAX_REQUEST_BYTES, security_options
from chassis.kafka_consumer import KafkaConsumer, as_record
from chassis.settings import Settings
from chassis.subscriptions import Subscription
from chassis.tables import metadata
from operations.projected_tables import ProjectedTable

LOOKS = 3
PAUSE_SECONDS = 1.0
BATCH = 500

_LOCK = text("SELECT pg_try_advisory_lock(7235002)")
_TABLES = text(
    "SELECT tablename FROM pg_tables"
    " WHERE schemaname = 'public' AND tableowner = current_user AND tablename <> 'alembic_version'"
)
_PREPARE = (
    "CREATE SCHEMA IF NOT EXISTS upkeep",
    "CREATE TABLE IF NOT EXISTS upkeep.drift (projection text PRIMARY KEY, differing bigint, at timestamptz)",
    "DROP SCHEMA IF EXISTS shadow CASCADE",
    "CREATE SCHEMA shadow",
)
_FOUND = text(
    "INSERT INTO upkeep.drift VALUES (:table, :differing, now())"
    " ON CONFLICT (projection) DO UPDATE SET differing = excluded.differing, at = excluded.at"
)
_GIVE_UP = text("UPDATE dead_letters SET state = 'discarded', settled_at = now() WHERE state = 'waiting' RETURNING id")
_UNREAD = text(
    "SELECT concat_ws('/', topic, partition, \"offset\") || ': ' || reason FROM shadow.dead_letters b"
    " WHERE state = 'discarded' AND NOT EXISTS (SELECT FROM public.dead_letters l"
    ' WHERE (l.topic, l.partition, l."offset") = (b.topic, b.partition, b."offset")) ORDER BY id'
)


@dataclass(frozen=True)
class Projection:
    """What the handlers of ``subscriptions`` keep.

    ``prepare`` are statements that put into the shadows what the handlers expect there: the service's own rows.
    """

    subscriptions: Sequence[Subscription]
    kept: Sequence[ProjectedTable]
    prepare: Sequence[str] = ()


class NotPossible(Exception):
    """The shadows cannot be made, or not be taken over; the text says why."""


class ShadowTables:
    """The shadows, filled; ``truncated_topics`` are the topics whose oldest messages are gone by now."""

    def __init__(self, settings: Settings, projection: Projection, live: Database, shadows: Database) -> None:
        self._settings, self._projection, self._live, self._shadows = settings, projection, live, shadows
        event.listen(shadows.engine.sync_engine, "connect", _use_shadow_schema)
        self._consumers = [
            Consumer(replace(each, name=f"{each.name}.shadow"), shadows, dead_letters_topic="shadow")
            for each in projection.subscriptions
        ]
        self._next: dict[TopicPartition, int] = {}
        self.truncated_topics: set[str] = set()

    async def prepare(self) -> None:
        """Make the shadows anew and prepare them for the handlers; NotPossible when the tables are somebody else's."""
        async with self._live.begin() as session:
            for statement in _PREPARE:
                await session.execute(text(statement))
            own = (await session.scalars(_TABLES)).all()
            if foreign := {*metadata.tables, *(each.table for each in self._projection.kept)} - set(own):
                raise NotPossible(f"{', '.join(sorted(foreign))} belong to another role")
            for table in own:
                await session.execute(text(f"CREATE TABLE shadow.{table} (LIKE public.{table} INCLUDING ALL)"))
            for statement in self._projection.prepare:
                await session.execute(text(statement))

    async def drop(self) -> None:
        """Take the shadows away."""
        async with self._live.begin() as session:
            await session.execute(text("DROP SCHEMA IF EXISTS shadow CASCADE"))

    async def read(self) -> None:
        """Let the handlers take what the topics hold and was not read yet."""
        for consumer in self._consumers:
            reader = _make_reader(self._settings, consumer.subscription.topic_names)
            try:
                await reader.start()
                await self._read_for(consumer, reader)
            finally:
                await reader.stop()
        while await self._gave_up():
            for consumer in self._consumers:
                while await consumer.replay_next():
                    continue

    async def _read_for(self, consumer: Consumer, reader: Any) -> None:
        subscription = consumer.subscription
        places = sorted(reader.assignment())
        starts, ends = await reader.beginning_offsets(places), await reader.end_offsets(places)
        if not subscription.full_state:
            self.truncated_topics |= {place.topic for place in places if starts[place] > 0}
        for place in places:
            reader.seek(place, self._next.get(place, starts[place]))
        ahead = sum(ends[place] - self._next.get(place, starts[place]) for place in places)
        with typer.progressbar(length=ahead, label=subscription.name, hidden=places[0] in self._next) as bar:
            while any([await reader.position(place) < ends[place] for place in places]):
                for records in (await reader.getmany(max_records=BATCH)).values():
                    await consumer.handle([as_record(each) for each in records])
                    bar.update(len(records))
        self._next |= {place: await reader.position(place) for place in places}

    async def _gave_up(self) -> bool:
        """Give up what cannot be read, so that what came behind it is handled: so the operator does it live."""
        async with self._shadows.begin() as session:
            return bool((await session.scalars(_GIVE_UP)).all())

    async def differing(self) -> dict[str, set[str]]:
        """Return and keep the keys that differ, by table; what is on its way does not differ at each of three looks."""
        found = await self._look()
        for _ in range(LOOKS - 1):
            if any(found.values()):
                await asyncio.sleep(PAUSE_SECONDS)
                await self.read()
                again = await self._look()
                found = {table: keys & again[table] for table, keys in found.items()}
        async with self._live.begin() as session:
            for table, keys in found.items():
                await session.execute(_FOUND, {"table": table, "differing": len(keys)})
        return found

    async def _look(self) -> dict[str, set[str]]:
        async with self._live.read() as session:
            return {each.table: set(await session.scalars(text(each.differing()))) for each in self._projection.kept}

    async def take_over(self, *, remove: bool) -> None:
        """Write the shadows' rows over the live ones in one transaction that readers do not wait for.

        No handler writes meanwhile, and the shadows have read everything that any of them has. ``remove`` also takes
        away rows that the topics do not know. NotPossible when a message cannot be read that live could read.
        """
        taken = [each for each in self._projection.kept if each.columns]
        async with self._live.begin() as session:
            # Reading takes as long as it takes, and this transaction idles meanwhile.
            await session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            tables = ", ".join(f"public.{each.table}" for each in taken)
            await session.execute(text(f"LOCK TABLE {tables} IN EXCLUSIVE MODE"))
            await self.read()
            if unread := (await session.scalars(_UNREAD)).all():
                raise NotPossible(f"{len(unread)} messages cannot be read, the first is {unread[0]}")
            # Rows of the later tables may refer to rows of the earlier ones.
            for each in reversed(taken) if remove else ():
                await session.execute(text(each.removing()))
            for each in taken:
                await session.execute(text(each.adopting()))


@asynccontextmanager
async def shadow_tables(settings: Settings, projection: Projection) -> AsyncIterator[ShadowTables]:
    """Give the shadows of the tables of a service; NotPossible while another process works on them."""
    live, shadows = Database.of(settings), Database.of(settings)
    try:
        async with live.read() as lock:
            if not await lock.scalar(_LOCK):
                raise NotPossible("another process compares or makes this projection")
            tables = ShadowTables(settings, projection, live, shadows)
            try:
                await tables.prepare()
                await tables.read()
                yield tables
            finally:
                # What the shadows hold is deleted like everything else: in the live tables alone.
                await shadows.close()
                await tables.drop()
    finally:
        await live.close()


def _use_shadow_schema(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    # A table without a shadow is an error and never the live one.
    cursor.execute("SET search_path TO shadow")
    cursor.close()
    connection.commit()


def _make_reader(settings: Settings, topics: Sequence[str]) -> KafkaConsumer:
    """Return a consumer of all of ``topics`` from their beginnings, without a group; start it before use."""
    return KafkaConsumer(
        *topics,
        bootstrap_servers=settings.kafka_bootstrap,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_partition_fetch_bytes=MAX_REQUEST_BYTES,
        **security_options(settings),
    )
