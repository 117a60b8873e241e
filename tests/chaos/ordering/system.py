"""The six services in this process, on databases of their own; events are taken from outbox to reader by hand."""
# ruff: noqa: S608  The statements are made of the names of our own tables.

import base64
import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import Table, delete, select, text

import approval.app
import approval.settings
import publication.app
import publication.settings
import reporting.app
import reporting.settings
from chassis import tables
from chassis.database import Database
from chassis.subscriptions import Record, Subscription
from devstack.in_process import APPEND_ONLY_OFF, APPEND_ONLY_ON, api_client, deliver
from devstack.testing import TestIdentity, TestPostgres
from operations.migrate import migrate
from tests.e2e.scenario import NORD
from tests.support.services import NAMES, subscriptions_of, tables_of

OPERATOR, OFFICER, COLLEAGUE = "reporter-solsikken", "officer-nord-a", "officer-nord-b"
OutboxRow = tuple[str, str, list[tuple[str, bytes]], bytes | None]


@dataclass
class Service:
    """One service: its database, and its subscriptions by topic."""

    name: str
    database: Database
    tables: list[Table]
    subscriptions: dict[str, Subscription]

    def handles(self, record: Record) -> bool:
        """Return whether a handler of this service takes the record."""
        subscription = self.subscriptions.get(record.topic)
        if subscription is None:
            return False
        return record.value is None or header(record, "ce_type") in {each.ce_type for each in subscription.on}

    async def consume(self, *records: Record) -> None:
        """Hand over the records of the topics that it reads, one batch for each run of the same topic."""
        read = (record for record in records if record.topic in self.subscriptions)
        for topic, batch in itertools.groupby(read, key=lambda record: record.topic):
            await deliver(self.database, self.subscriptions[topic], *batch)

    async def take_outbox(self) -> list[OutboxRow]:
        """Empty the outbox and return what stood there, in order: topic, key, headers, value."""
        async with self.database.begin() as session:
            statement = delete(tables.outbox).returning(*tables.outbox.c)
            rows = sorted((await session.execute(statement)).all(), key=lambda row: int(row.id))
        return [
            (row.topic, row.key, [(name, each.encode()) for name, each in row.headers.items()], row.value)
            for row in rows
        ]

    async def save(self, name: str) -> None:
        """Keep a copy of everything that stands in the database."""
        async with self.database.begin() as session:
            await session.execute(text(f"DROP SCHEMA IF EXISTS {name} CASCADE"))
            await session.execute(text(f"CREATE SCHEMA {name}"))
            for table in self.tables:
                await session.execute(text(f"CREATE TABLE {name}.{table.name} AS TABLE public.{table.name}"))

    async def restore(self, name: str) -> None:
        """Let the database be as it was when it was saved."""
        cleared = [f"DELETE FROM public.{table.name};" for table in reversed(self.tables)]
        filled = [_copy(table, name) for table in self.tables]
        async with self.database.begin() as session:
            await session.execute(text(APPEND_ONLY_OFF))
            await session.execute(text(f"DO $$ BEGIN {' '.join([*cleared, *filled])} END $$"))
            await session.execute(text(APPEND_ONLY_ON))

    async def dead_letters(self) -> list[str]:
        """Return why messages became dead letters."""
        async with self.database.read() as session:
            return list(await session.scalars(select(tables.dead_letters.c.reason)))

    async def rows(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        """Return the rows that a query gives."""
        async with self.database.read() as session:
            return [dict(row) for row in (await session.execute(text(statement), values)).mappings()]


def header(record: Record, name: str) -> str:
    """Return a header of a record, "" without it."""
    return next((value.decode() for key, value in record.headers if key == name), "")


def _copy(table: Table, schema: str) -> str:
    columns = ", ".join(f'"{column.name}"' for column in table.columns if column.computed is None)
    source = f"SELECT {columns} FROM {schema}.{table.name}"
    return f"INSERT INTO public.{table.name} ({columns}) OVERRIDING SYSTEM VALUE {source};"


@dataclass
class InProcessSystem:
    """All services with the clients of their users. ``published`` is everything that was ever published, in order.

    ``reporting_consumed`` is how much of it ``reporting`` had consumed at its last command.
    """

    services: dict[str, Service]
    identity: TestIdentity
    apps: dict[str, FastAPI]
    clients: AsyncExitStack
    published: list[Record] = field(default_factory=list)
    reporting_consumed: int = 0
    _opened: dict[tuple[str, str], httpx2.AsyncClient] = field(default_factory=dict)

    async def call(self, who: str, method: str, service: str, path: str, **options: Any) -> httpx2.Response:
        """Call an API as a persona or, by the name of an authority, as its tilsyn system; anything but 2xx fails."""
        client = await self.client(who, service)
        answer = await client.request(method, path, **options)
        assert answer.is_success, (method, path, answer.text)
        return answer

    async def client(self, who: str, service: str) -> httpx2.AsyncClient:
        """Return a client of an API for a persona or for the tilsyn system of an authority."""
        if (who, service) not in self._opened:
            token = self.identity.system_token(who) if who == NORD else self.identity.token(who)
            opened = await self.clients.enter_async_context(api_client(self.apps[service], token))
            self._opened[who, service] = opened
        return self._opened[who, service]

    async def deliver_all(self) -> None:
        """Deliver what was published to every reader, until nobody publishes any more."""
        while new := [record for service in self.services.values() for record in await self._publish(service)]:
            for service in self.services.values():
                await service.consume(*new)

    async def _publish(self, service: Service) -> list[Record]:
        records = []
        for topic, key, headers, value in await service.take_outbox():
            records.append(Record(topic, 0, len(self.published), key, headers, value))
            self.published.append(records[-1])
        return records

    async def save(self, name: str) -> None:
        """Keep a copy of every database."""
        for service in self.services.values():
            await service.save(name)

    async def restore(self, name: str) -> None:
        """Let every database be as it was."""
        for service in self.services.values():
            await service.restore(name)

    async def end_of_commands_to_reporting(self) -> None:
        """Note that ``reporting`` gets no more commands: from here on it only consumes."""
        self.reporting_consumed = len(self.published)
        await self.services["reporting"].save("last_command")

    async def no_dead_letters(self) -> bool:
        """Return whether every service could handle everything that it consumed."""
        return not [reason for service in self.services.values() for reason in await service.dead_letters()]


@asynccontextmanager
async def in_process_system(postgres: TestPostgres, identity: TestIdentity) -> AsyncIterator[InProcessSystem]:
    """Make the databases and the APIs of all services."""
    services = {name: await open_service(postgres, name) for name in NAMES}
    common: dict[str, Any] = {
        "database_url": "postgresql+asyncpg://unused",
        "kafka_bootstrap": "unused",
        "identity_issuer": identity.issuer,
        "identity_audience": "tilbudsportalen",
    }
    key = SecretStr(base64.b64encode(bytes(32)).decode())
    databases = {name: service.database for name, service in services.items()}
    apps = {
        "reporting": reporting.app.build(
            reporting.settings.ReportingSettings(**common, cpr_key=key), databases["reporting"]
        ),
        "approval": approval.app.build(approval.settings.ApprovalSettings(**common), databases["approval"]),
        "publication": publication.app.build(
            publication.settings.PublicationSettings(**common), databases["publication"]
        ),
    }
    async with AsyncExitStack() as clients:
        yield InProcessSystem(services, identity, apps, clients)
    for database in databases.values():
        await database.close()


async def open_service(postgres: TestPostgres, name: str) -> Service:
    """Make the migrated database of a service."""
    url = postgres.create_database(name)
    await migrate(url, name)
    subscriptions = {topic: each for each in subscriptions_of(name) for topic in each.topic_names}
    own = [*tables_of(name).sorted_tables, *tables.metadata.sorted_tables]
    return Service(name, Database(url, source=f"/services/{name}"), own, subscriptions)
