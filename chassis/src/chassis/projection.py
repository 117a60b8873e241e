"""What a service keeps of the facts of others, made once more from the topics beside the live tables.

Schema ``beside`` has an empty twin of every table of the service. The service's own handlers fill the twins from all
that the topics hold, through the one consume path: so what they emit, owe or bury stays there as well. Then the live
rows are compared with their twins, and where that is asked for, take their content over in one transaction.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import typer
from aiokafka import TopicPartition
from prometheus_client import Gauge
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.consume import Consumer
from chassis.database import Database
from chassis.kafka import make_reader
from chassis.settings import Settings
from chassis.subscriptions import Subscription
from chassis.timers import Timer
from chassis.worker import as_record

LOOKS = 3
PAUSE_SECONDS = 1.0
BATCH = 500

drift = Gauge("projection_drift", "Rows that differ from what the topics tell, as last compared.", ["projection"])

_LOCK = text("SELECT pg_try_advisory_lock(7235002)")
_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'")
_RESULTS = "CREATE TABLE IF NOT EXISTS beside.drift (projection text PRIMARY KEY, differing bigint, at timestamptz)"
_GIVE_UP = text("UPDATE dead_letters SET state = 'discarded', settled_at = now() WHERE state = 'waiting'")
_UNREAD = text(
    'SELECT concat_ws(\'/\', topic, partition, "offset") || \': \' || reason FROM beside.dead_letters b'
    " WHERE state = 'discarded' AND NOT EXISTS (SELECT FROM public.dead_letters l"
    ' WHERE (l.topic, l.partition, l."offset") = (b.topic, b.partition, b."offset")) ORDER BY id'
)


@dataclass(frozen=True)
class Kept:
    """Rows that follow from the topics: their ``key``, and the ``columns`` that are compared and taken over.

    ``derived`` are SQL expressions that are only compared, ``where`` leaves rows out on both sides. ``whole`` says
    that the topics tell of every row, so that one that they do not know is too much.
    """

    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    where: str = "true"
    whole: bool = True


@dataclass(frozen=True)
class Projection:
    """``kept`` is what the handlers of ``subscriptions`` make; ``given`` are statements that put into the twins what
    they expect to find there: the service's own rows."""

    subscriptions: Sequence[Subscription]
    kept: Sequence[Kept]
    given: Sequence[str] = ()


class Beside:
    """The twins of one service's tables, while it is open; BusyError while another process works on them."""

    def __init__(self, settings: Settings, projection: Projection) -> None:
        self._settings, self._projection = settings, projection
        self._live, self._twins = Database.of(settings), Database.of(settings)
        event.listen(self._twins.engine.sync_engine, "connect", _look_beside)
        self._consumers = [
            Consumer(replace(each, name=f"{each.name}.beside"), self._twins, dead_letters_topic="beside")
            for each in projection.subscriptions
        ]
        self._next: dict[TopicPartition, int] = {}
        self.cut: set[str] = set()

    async def __aenter__(self) -> Self:
        self._lock = self._live.read()
        if not await self._lock.scalar(_LOCK):
            raise typer.BadParameter("another process is making this projection")
        async with self._live.begin() as session:
            await session.execute(text("CREATE SCHEMA IF NOT EXISTS beside"))
            await session.execute(text(_RESULTS))
            for table in (await session.scalars(_TABLES)).all():
                await session.execute(text(f"DROP TABLE IF EXISTS beside.{table}"))
                await session.execute(text(f"CREATE TABLE beside.{table} (LIKE public.{table} INCLUDING ALL)"))
            for statement in self._projection.given:
                await session.execute(text(statement))
        await self.read()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._lock.close()
        await self._twins.close()
        await self._live.close()

    async def read(self) -> None:
        """Let the handlers take what the topics hold and was not read yet."""
        reader = make_reader(self._settings)
        await reader.start()
        try:
            await reader.topics()
            for consumer in self._consumers:
                await self._read_for(consumer, reader)
        finally:
            await reader.stop()
        while await self._gave_up():
            for consumer in self._consumers:
                while await consumer.replay_next():
                    continue

    async def _read_for(self, consumer: Consumer, reader: Any) -> None:
        topics = consumer.subscription.topics
        places = [TopicPartition(topic, part) for topic in topics for part in reader.partitions_for_topic(topic)]
        reader.assign(places)
        starts, ends = await reader.beginning_offsets(places), await reader.end_offsets(places)
        if not consumer.subscription.full_state:
            self.cut |= {place.topic for place in places if starts[place] > 0}
        for place in places:
            reader.seek(place, self._next.get(place, starts[place]))
        ahead = sum(ends[place] - self._next.get(place, starts[place]) for place in places)
        with typer.progressbar(length=ahead, label=consumer.subscription.name, hidden=bool(self._next)) as bar:
            while any(await reader.position(place) < ends[place] for place in places):
                for records in (await reader.getmany(max_records=BATCH)).values():
                    await consumer.handle([as_record(each) for each in records])
                    bar.update(len(records))
        self._next |= {place: await reader.position(place) for place in places}

    async def _gave_up(self) -> bool:
        """Give up what cannot be read, so that what came behind it is handled, as the operator has it done live."""
        async with self._twins.begin() as session:
            return bool((await session.execute(_GIVE_UP)).rowcount)  # type: ignore[attr-defined]

    async def differing(self) -> dict[str, set[str]]:
        """Return the keys that differ, by table; what only is on its way does not differ at each of three looks."""
        found = await self._look()
        for _ in range(LOOKS - 1):
            if any(found.values()):
                await asyncio.sleep(PAUSE_SECONDS)
                await self.read()
                again = await self._look()
                found = {table: keys & again[table] for table, keys in found.items()}
        async with self._live.begin() as session:
            for table, keys in found.items():
                values = {"table": table, "differing": len(keys)}
                await session.execute(text(_KEEP), values)
        return found
