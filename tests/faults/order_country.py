"""The six services in this process, on databases of their own; what one tells the others is carried by hand."""
# ruff: noqa: S608  The statements are made of the names of our own tables.

import base64
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import MetaData, Table, delete, select, text
from walk.way import NORD

import approval.app
import approval.consumers
import approval.models
import approval.settings
import jurisdiction.consumers
import jurisdiction.models
import jurisdiction.rulebook
import notification.consumers
import notification.models
import portal.consumers
import portal.models
import publication.app
import publication.consumers
import publication.models
import publication.settings
import reporting.app
import reporting.consumers
import reporting.models
import reporting.settings
from chassis import tables
from chassis.database import Database
from chassis.migrate import migrate
from chassis.subscriptions import Record, Subscription
from chassis.testing import api_client, deliver
from devstack.testing import TestIdentity, TestPostgres

OPERATOR, OFFICER, COLLEAGUE = "reporter-solsikken", "officer-nord-a", "officer-nord-b"
SUBSCRIPTIONS: dict[str, tuple[MetaData, Sequence[Subscription]]] = {
    "reporting": (reporting.models.Base.metadata, reporting.consumers.SUBSCRIPTIONS),
    "jurisdiction": (
        jurisdiction.models.Base.metadata,
        jurisdiction.consumers.subscriptions(jurisdiction.rulebook.load_rulebook({})),
    ),
    "approval": (approval.models.Base.metadata, approval.consumers.SUBSCRIPTIONS),
    "publication": (publication.models.Base.metadata, publication.consumers.subscriptions()),
    "notification": (notification.models.Base.metadata, notification.consumers.SUBSCRIPTIONS),
    "portal": (portal.models.Base.metadata, portal.consumers.subscriptions()),
}


@dataclass
class Service:
    """One service: its database, and the groups that it listens with."""

    name: str
    database: Database
    tables: list[Table]
    groups: dict[str, Subscription]

    def wants(self, record: Record) -> bool:
        """Return whether a handler of this service takes the record."""
        group = self.groups.get(record.topic)
        return group is not None and (record.value is None or _type_of(record) in {each.ce_type for each in group.on})

    async def hear(self, *records: Record) -> None:
        """Hand over the records that this service wants, one batch for each run of the same topic."""
        wanted = (record for record in records if self.wants(record))
        for topic, batch in itertools.groupby(wanted, key=lambda record: record.topic):
            await deliver(self.database, self.groups[topic], *batch)

    async def tell(self) -> list[tuple[str, str, list[tuple[str, bytes]], bytes | None]]:
        """Take what this service has to tell out of its outbox, in order: topic, key, headers, value."""
        async with self.database.begin() as session:
            statement = delete(tables.outbox).returning(*tables.outbox.c)
            rows = sorted((await session.execute(statement)).all(), key=lambda row: int(row.id))
        return [
            (row.topic, row.key, [(name, each.encode()) for name, each in row.headers.items()], row.value)
            for row in rows
        ]

    async def remember(self, name: str) -> None:
        """Keep a copy of everything that stands in the database."""
        async with self.database.begin() as session:
            await session.execute(text(f"DROP SCHEMA IF EXISTS {name} CASCADE"))
            await session.execute(text(f"CREATE SCHEMA {name}"))
            for table in self.tables:
                await session.execute(text(f"CREATE TABLE {name}.{table.name} AS TABLE public.{table.name}"))

    async def recall(self, name: str) -> None:
        """Let the database be as it was when it was remembered."""
        cleared = [f"DELETE FROM public.{table.name};" for table in reversed(self.tables)]
        filled = [_copy(table, name) for table in self.tables]
        async with self.database.begin() as session:
            await session.execute(text(f"DO $$ BEGIN {' '.join([*cleared, *filled])} END $$"))

    async def dead(self) -> list[str]:
        """Return why messages became dead letters."""
        async with self.database.read() as session:
            return list(await session.scalars(select(tables.dead_letters.c.reason)))

    async def rows(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        """Return the rows that a question to the database gives."""
        async with self.database.read() as session:
            return [dict(row) for row in (await session.execute(text(statement), values)).mappings()]


def _type_of(record: Record) -> str:
    return next((raw.decode() for name, raw in record.headers if name == "ce_type"), "")


def _copy(table: Table, schema: str) -> str:
    columns = ", ".join(f'"{column.name}"' for column in table.columns if column.computed is None)
    source = f"SELECT {columns} FROM {schema}.{table.name}"
    return f"INSERT INTO public.{table.name} ({columns}) OVERRIDING SYSTEM VALUE {source};"


@dataclass
class Country:
    """All services with the clients of their people. ``told`` is everything that was ever told, in order.

    ``reported`` is how much of it ``reporting`` had heard at its last command.
    """

    services: dict[str, Service]
    identity: TestIdentity
    apps: dict[str, FastAPI]
    clients: AsyncExitStack
    told: list[Record] = field(default_factory=list)
    reported: int = 0
    _opened: dict[tuple[str, str], httpx2.AsyncClient] = field(default_factory=dict)

    async def call(self, who: str, method: str, service: str, path: str, **options: Any) -> httpx2.Response:
        """Call an API as a persona or, by the name of an authority, as its tilsyn system; anything but 2xx fails."""
        client = await self._client(who, service)
        answer = await client.request(method, path, **options)
        assert answer.is_success, (method, path, answer.text)
        return answer

    async def _client(self, who: str, service: str) -> httpx2.AsyncClient:
        if (who, service) not in self._opened:
            token = self.identity.system_token(who) if who == NORD else self.identity.token(who)
            opened = await self.clients.enter_async_context(api_client(self.apps[service], token))
            self._opened[who, service] = opened
        return self._opened[who, service]

    async def carry(self) -> None:
        """Bring what was told to everybody who listens, until nobody has more to say."""
        while news := [record for service in self.services.values() for record in await self._from(service)]:
            for service in self.services.values():
                await service.hear(*news)

    async def _from(self, service: Service) -> list[Record]:
        records = []
        for topic, key, headers, value in await service.tell():
            records.append(Record(topic, 0, len(self.told), key, headers, value))
            self.told.append(records[-1])
        return records

    async def remember(self, name: str) -> None:
        """Keep a copy of every database."""
        for service in self.services.values():
            await service.remember(name)

    async def recall(self, name: str) -> None:
        """Let every database be as it was."""
        for service in self.services.values():
            await service.recall(name)

    async def reporting_is_done(self) -> None:
        """Note that ``reporting`` gets no more commands: from here on it only hears."""
        self.reported = len(self.told)
        await self.services["reporting"].remember("reported")

    async def no_dead_letters(self) -> bool:
        """Return whether every service could handle everything that it heard."""
        return not [reason for service in self.services.values() for reason in await service.dead()]


@asynccontextmanager
async def country(postgres: TestPostgres, identity: TestIdentity) -> AsyncIterator[Country]:
    """Make the databases and the APIs of all services."""
    services = {name: await _service(postgres, name) for name in SUBSCRIPTIONS}
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
        yield Country(services, identity, apps, clients)
    for database in databases.values():
        await database.close()


async def _service(postgres: TestPostgres, name: str) -> Service:
    metadata, subscriptions = SUBSCRIPTIONS[name]
    url = postgres.create_database(name)
    await migrate(url, name)
    groups = {topic: each for each in subscriptions for topic in each.topic_names}
    own = [*metadata.sorted_tables, *tables.metadata.sorted_tables]
    return Service(name, Database(url, source=f"/services/{name}"), own, groups)
