"""The background process of a service: consumers, relay, periodic jobs, and HTTP for health and metrics."""

import asyncio
import logging
import signal
import socket
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, cast

import uvicorn
import uvloop
from aiokafka import TopicPartition
from aiokafka.errors import IllegalStateError
from fastapi import FastAPI
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.message import KafkaAckableMessage
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis import dead_letters, metrics, retention
from chassis.consume import Consumer, DatabaseUnavailable
from chassis.database import Database
from chassis.health import database_away, health_router
from chassis.http_server import TimedProtocol
from chassis.kafka import broker_answers, connect_with_kafka_consumer, make_broker, make_producer, subscriber_options
from chassis.kafka_consumer import KafkaConsumer, as_record
from chassis.library_internals import client_of, serve_without_signals
from chassis.periodic import PeriodicJob, run_periodically, try_advisory_lock
from chassis.process import set_up_process
from chassis.relay import Relay
from chassis.settings import Settings
from chassis.subscriptions import Subscription

log = logging.getLogger(__name__)

OUTAGE_SECONDS = 2.0
STALE_POLL_SECONDS = 60.0
HOUR = 3_600.0


class Listener:
    """One running subscription: its consumer, and when it last asked Kafka for more."""

    def __init__(self, consumer: Consumer) -> None:
        self.consumer = consumer
        self.name = consumer.subscription.name
        self.waits = False
        self.subscriber: Any = None

    @property
    def kafka(self) -> KafkaConsumer | None:
        """Return the running consumer of Kafka; None before the start."""
        return cast("KafkaConsumer | None", self.subscriber.consumer) if self.subscriber else None

    async def parse(self, raw: Any) -> KafkaMessage:
        """Wrap what was fetched without looking into it: a header may be no UTF-8, and its value may be missing.

        FastStream raises at such a header before our handler is called, and the next acknowledgement commits past it.
        """
        return KafkaAckableMessage(raw_message=raw, body=b"", consumer=self.subscriber.consumer)

    def subscribe(self, broker: KafkaBroker, instance: str) -> None:
        """Let ``broker`` call this listener, once it is started."""
        subscription = self.consumer.subscription
        options = subscriber_options(subscription, instance, self.parse)
        self.subscriber = broker.subscriber(*subscription.topic_names, **options)
        self.subscriber(self.on_batch)

    async def on_batch(self, message: KafkaMessage) -> None:
        """Handle a batch and acknowledge it after its commit, or rewind it: nothing ever leaves as an exception."""
        raw = message.raw_message
        items = raw if isinstance(raw, tuple) else (raw,)
        try:
            done = await self.consumer.handle([as_record(item) for item in items])
        except Exception as error:
            if not isinstance(error, DatabaseUnavailable):
                log.exception("batch is taken again", extra={"handler": self.name, "error": type(error).__name__})
            self.waits = True
            metrics.consumer_outages.labels(self.name).inc()
            await asyncio.sleep(OUTAGE_SECONDS)
            await message.nack()
        else:
            self.waits = False
            self._rewind_to(items[done:])
            await message.ack()

    def _rewind_to(self, items: Sequence[Any]) -> None:
        """Let what is not done come again, from its first record in each partition; others go on where they are."""
        firsts: dict[TopicPartition, int] = {}
        for item in items:
            firsts.setdefault(TopicPartition(item.topic, item.partition), item.offset)
        for partition, offset in firsts.items():
            # A partition that was given to another member is its business now.
            with suppress(IllegalStateError):
                self.subscriber.consumer.seek(partition, offset)

    @property
    def poll_age(self) -> float:
        """Return the seconds since the last poll; a consume loop that died silently does not poll any more."""
        return time.monotonic() - self.kafka.last_poll if self.kafka else 0.0

    async def lag(self) -> int:
        """Return how many messages stand between the position and the end of the assigned partitions."""
        return await self.kafka.lag() if self.kafka else 0


class Worker:
    """Everything of a service that runs behind its API.

    ``strictly_ordered`` are the topics that the relay sends one by one.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        subscriptions: Sequence[Subscription] = (),
        periodic_jobs: Sequence[PeriodicJob] = (),
        database: Database | None = None,
        strictly_ordered: Collection[str] = (),
    ) -> None:
        self.settings = settings
        self.database = database or Database.of(settings)
        self.broker: KafkaBroker | None = None
        self._stopping = False
        topic = f"{settings.service}.dead-letters.v1"
        self.listeners = [Listener(Consumer(each, self.database, dead_letters_topic=topic)) for each in subscriptions]
        self._relay = Relay(self.database, partial(make_producer, settings), strictly_ordered=strictly_ordered)
        own_jobs = (
            PeriodicJob("measure", 2, self._measure),
            PeriodicJob("replay", 1, self._replay),
            PeriodicJob("forget", HOUR, _forget),
        )
        self._periodic_jobs = (*periodic_jobs, *own_jobs)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set, then finish what is in hand."""
        place = _bind(self.settings.http_host, self.settings.worker_port)
        server = self._health_server()
        served = asyncio.create_task(serve_without_signals(server, place))
        tasks = [asyncio.create_task(run_periodically(job, self.database, stop)) for job in self._periodic_jobs]
        tasks.append(asyncio.create_task(self._relay.run(stop)))
        try:
            # A port is held by one process of a host only, and by the same one after a restart.
            await self._start_listening(f"{socket.gethostname()}-{place.getsockname()[1]}", stop)
            await stop.wait()
        finally:
            self._stopping = True
            stop.set()
            if self.broker:
                await self.broker.stop()
            await asyncio.wait(tasks, timeout=15)
            server.should_exit = True
            await served
            await self.database.close()

    async def _start_listening(self, instance: str, stop: asyncio.Event) -> None:
        while self.listeners and not self.broker and not stop.is_set():
            broker = make_broker(self.settings)
            for listener in self.listeners:
                listener.subscribe(broker, instance)
            try:
                await connect_with_kafka_consumer(broker)
                await broker.start()
            except Exception as error:  # noqa: BLE001  Without a broker there is nothing to do but to wait for it.
                log.warning("broker is away", extra={"error": type(error).__name__})
                with suppress(Exception):
                    await broker.stop()
                await asyncio.sleep(OUTAGE_SECONDS)
                continue
            self.broker = broker

    async def reasons_not_ready(self) -> list[str]:
        """Return what keeps this process from working, by name."""
        if self._stopping:
            return ["stopping"]
        reasons = [f"{item.name}: waits" for item in self.listeners if item.waits]
        reasons += [f"{item.name}: no poll" for item in self._not_polling()]
        if self.listeners and not await self._reaches_broker():
            reasons.append("kafka")
        return reasons + await database_away(self.database)

    def _not_polling(self) -> list[Listener]:
        return [item for item in self.listeners if item.poll_age > STALE_POLL_SECONDS]

    async def _reaches_broker(self) -> bool:
        kafka = self.listeners[0].kafka
        return kafka is not None and await broker_answers(client_of(kafka))

    async def _measure(self, database: Database) -> None:
        for listener in self.listeners:
            metrics.last_poll_age_seconds.labels(listener.name).set(listener.poll_age)
            metrics.consumer_lag.labels(listener.name).set(await listener.lag())
        statement = text("SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM outbox")
        async with database.read() as session:
            depth, age = (await session.execute(statement)).one()
            open_letters = await dead_letters.count_open(session)
            await _measure_drift(session)
        metrics.outbox_depth.set(depth)
        metrics.outbox_age_seconds.set(float(age))
        for state, count in open_letters.items():
            metrics.dead_letters_open.labels(state).set(count)

    async def _replay(self, database: Database) -> None:
        async with database.read() as session:
            released = await dead_letters.released_handlers(session)
        for listener in self.listeners:
            while listener.name in released and await listener.consumer.replay_next():
                continue

    def _health_server(self) -> uvicorn.Server:
        app = FastAPI(
            openapi_url=None,
            redirect_slashes=False,
            telemetry={"tracing": False, "metrics": False, "logs": False},
        )
        app.include_router(
            health_router(self.reasons_not_ready, lambda: [f"{item.name}: no poll" for item in self._not_polling()])
        )
        return uvicorn.Server(
            uvicorn.Config(app, http=TimedProtocol, log_config=None, access_log=False, lifespan="off")
        )


def _bind(host: str, port: int) -> socket.socket:
    """Take the port; a second worker on the same host is welcome and gets another one."""
    try:
        return socket.create_server((host, port))
    except OSError:
        return socket.create_server((host, 0))


async def _measure_drift(session: AsyncSession) -> None:
    """Show what was found when the projections were compared last."""
    if await session.scalar(text("SELECT to_regclass('upkeep.drift')")):
        for name, differing in await session.execute(text("SELECT projection, differing FROM upkeep.drift")):
            metrics.projection_drift.labels(name).set(differing)


async def _forget(database: Database) -> None:
    async with database.begin() as session:
        if await try_advisory_lock(session, "forget"):
            await retention.forget_messages(session)
            await retention.forget_answers(session)


def run_worker(worker: Worker) -> None:
    """Run ``worker`` until SIGTERM or SIGINT."""
    set_up_process(worker.settings, worker.database.engine)
    uvloop.run(_run_until_signal(worker))


async def _run_until_signal(worker: Worker) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await worker.run(stop)
