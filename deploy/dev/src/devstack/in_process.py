"""A service inside the process of its tests: its migrated database, its API as a client, messages for its handlers."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
from fastapi import FastAPI
from sqlalchemy import MetaData, Row, select
from starlette.datastructures import State

from chassis.consume import Consumer
from chassis.database import Database
from chassis.envelope import headers_for
from chassis.outbox import decode_headers
from chassis.subscriptions import Record, Subscription
from chassis.tables import outbox
from operations.migrate import migrate


@dataclass(frozen=True)
class Topic:
    """A topic for tests that read one which no contract describes."""

    name: str
    types: frozenset[str] = frozenset()


@asynccontextmanager
async def migrated_database(url: str, service: str) -> AsyncIterator[Database]:
    """Bring the empty database at ``url`` to the newest revision of ``service`` and open it."""
    await migrate(url, service)
    database = Database(url, source=f"/services/{service}")
    try:
        yield database
    finally:
        await database.close()


async def empty(database: Database, *schemas: MetaData, but: Collection[str] = ()) -> None:
    """Delete every row of the tables of ``schemas`` ``but`` some, and count from the start again.

    Deleting a few rows is ten times as fast as TRUNCATE.
    """
    tables = [table.name for schema in schemas for table in schema.sorted_tables if table.name not in but]
    removals = map(DELETE.format, reversed(tables))
    await _run(database, APPEND_ONLY_OFF, *removals, APPEND_ONLY_ON, FIRST_NUMBERS)


class SavedRows:
    """The rows of the tables of ``schemas`` under names, to be put back: copies stand in schemas of the database."""

    def __init__(self, database: Database, *schemas: MetaData) -> None:
        self._database = database
        self._schemas = schemas
        # A table comes behind those that its rows point at.
        tables = [table for schema in schemas for table in schema.sorted_tables]
        self._columns = {
            table.name: ", ".join(f'"{column.name}"' for column in table.columns if column.computed is None)
            for table in tables
        }

    async def save(self, name: str) -> None:
        """Keep every row as it is now."""
        copies = (f"CREATE TABLE saved_{name}.{table} AS TABLE public.{table}" for table in self._columns)
        numbers = f"CREATE TABLE saved_{name}.of_sequences AS {SEQUENCES}"
        await _run(self._database, f"CREATE SCHEMA saved_{name}", *copies, numbers)

    async def restore(self, name: str) -> None:
        """Bring back the rows of ``name``, and no others."""
        await empty(self._database, *self._schemas)
        copies = (
            PUT_BACK.format(table=table, columns=columns, saved=f"saved_{name}.{table}")
            for table, columns in self._columns.items()
        )
        await _run(self._database, *copies, SET_NUMBERS.format(name))


SEQUENCES = """
    SELECT format('%I.%I', schemaname, sequencename) AS name, coalesce(last_value, start_value) AS value,
           last_value IS NOT NULL AS is_called
    FROM pg_sequences WHERE schemaname = 'public'
"""
DELETE = "DELETE FROM {}"
# Some tables refuse it, and some owners took the right from themselves; an owner can change both for a moment.
APPEND_ONLY = """
    DO $$ DECLARE guard record; BEGIN
        FOR guard IN SELECT tgrelid::regclass AS its_table, tgname FROM pg_trigger WHERE tgname LIKE '%append_only' LOOP
            EXECUTE format('ALTER TABLE %s {0} TRIGGER %I', guard.its_table, guard.tgname);
            IF NOT has_table_privilege(guard.its_table, 'TRUNCATE') THEN
                EXECUTE format('{1}', guard.its_table);
            END IF;
        END LOOP;
    END $$
"""
APPEND_ONLY_OFF = APPEND_ONLY.format("DISABLE", "GRANT UPDATE, DELETE ON %s TO CURRENT_USER")
APPEND_ONLY_ON = APPEND_ONLY.format("ENABLE ALWAYS", "REVOKE UPDATE, DELETE ON %s FROM CURRENT_USER")
PUT_BACK = "INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {saved}"
SET_NUMBERS = "SELECT setval(name::regclass, value, is_called) FROM saved_{}.of_sequences"
FIRST_NUMBERS = """
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
"""


async def _run(database: Database, *statements: str) -> None:
    """Run ``statements`` as one transaction, in one message to the server."""
    async with database.begin() as session:
        raw = await (await session.connection()).get_raw_connection()
        await raw.driver_connection.execute(";".join(statements))  # type: ignore[union-attr]


class SharedApp:
    """An app for a whole run, as it was built for each test: building one takes longer than most tests."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._state = {name: app.state[name] for name in app.state}

    def as_built(self, **state: Any) -> FastAPI:
        """Return the app; ``state`` replaces parts of what it was built with."""
        self._app.state = State(self._state | state)
        return self._app


@asynccontextmanager
async def api_client(app: FastAPI, token: str | None = None) -> AsyncIterator[httpx2.AsyncClient]:
    """Open a client that calls ``app`` in this process, with ``token`` as its bearer token."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://service", headers=headers) as client:
        yield client


def record_of(event: Any, *, source: str, sequence: int = 1, offset: int = 0) -> Record:
    """Return the Kafka record of ``event``, with a new id, as ``source`` would publish it."""
    headers = headers_for(event.ce_type, event.key, source=source, sequence=sequence, traceparent="")
    encoded = [(name, value.encode()) for name, value in headers.items()]
    return Record(event.destination, 0, offset, event.key, encoded, event.model_dump_json(by_alias=True).encode())


async def deliver(database: Database, subscription: Subscription, *records: Record) -> None:
    """Hand ``records`` to ``subscription`` as one batch, through the real consume path."""
    consumer = Consumer(subscription, database, dead_letters_topic="test.dead-letters.v1")
    done = 0
    while done < len(records):
        done += await consumer.handle(records[done:])


async def emitted(database: Database) -> list[dict[str, Any]]:
    """Return the outbox in order: topic, key, CloudEvents type, sequence, and the data as bytes."""
    async with database.read() as session:
        rows = (await session.execute(select(outbox).order_by(outbox.c.id))).all()
    return [_as_event(row, {name: raw.decode() for name, raw in decode_headers(row.headers)}) for row in rows]


def _as_event(row: Row[Any], headers: dict[str, str]) -> dict[str, Any]:
    place = {"topic": row.topic, "key": row.key, "value": row.value}
    return place | {"type": headers.get("ce_type"), "sequence": int(headers.get("ce_sequence", "0"))}
