"""Tilsyn from supervision systems: how many a second are taken in, against a bare batch consumer with the same inserts.

Ours is the worker's path behind Kafka's client: reading, the same verdict as over HTTPS, lock, receipt, tilsyn, and
both events into the outbox. The bare side parses the same JSON and sends the rows of a batch through asyncpg: one
statement for each, or one ``executemany`` for each table, which keeps no order of what a tilbud was told.
"""

import json
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import text

from approval.consumers import subscriptions
from chassis.clock import now
from chassis.database import Database
from chassis.ids import uuid7
from chassis.subscriptions import Record
from contracts.events.external import tilsyn_topic
from contracts.testing import factories
from devstack.in_process import deliver, migrated_database
from devstack.testing import Stack
from tests.bench.results import Result, in_turns, rate

COUNT, TILBUD, BATCH = 3_000, 500, 25
TYPE = "dk.tilsyn.tilsyn.completed.v1"
OF_RECEIPTS = """INSERT INTO receipts (id, authority, source, event_id, content_hash, answer, repeats, received_at)
VALUES ($1, $2, $3, $4, $5, $6, 0, $7) ON CONFLICT DO NOTHING"""
OF_TILSYN = """INSERT INTO tilsyn (authority, tilsyn_id, version, kind, tilbud_id, accepted_number, decided_on, content)
VALUES ($1, $2, 1, 'tilbud', $3, 1, $4, $5)"""
OF_OUTBOX = "INSERT INTO outbox (topic, key, headers, value) VALUES ($1, $2, $3, $4)"
OF_SUBJECT = "UPDATE tilbud SET accepted_tilsyn = accepted_tilsyn + 1, sequence = sequence + 1 WHERE id = $1"


async def measure_inbound(stack: Stack, _: Path) -> list[Result]:
    """Measure the intake of events that are accepted, each the first of its tilsyn."""
    async with migrated_database(stack.postgres.create_database("approval"), "approval") as database:
        await _know(database)
        results = []
        for what, together in (("one statement each", False), ("one executemany for each table", True)):
            ours, bare = await in_turns(partial(_ours, database), partial(_bare, database, together=together))
            results.append(Result(f"tilsyn taken in; bare: {what}", ours, bare, "tilsyn/s", "≥ 0.5"))
        return results


def _tilbud(number: int) -> str:
    return f"CRV-{number % TILBUD + 1:04}"


def _records() -> list[Record]:
    """Return the events, with new ids each time."""
    found = []
    for number in range(COUNT):
        tilsyn = factories.tilsyn_completed() | {"tilbud_id": _tilbud(number), "tilsyn_id": uuid7()}
        about = {"ce_specversion": "1.0", "ce_id": uuid7(), "ce_source": "urn:nord", "ce_type": TYPE}
        headers = [(name, value.encode()) for name, value in about.items()]
        value = json.dumps(tilsyn).encode()
        found.append(Record(tilsyn_topic(factories.NORD), 0, number, _tilbud(number), headers, value))
    return found


async def _know(database: Database) -> None:
    rows = [{"id": _tilbud(number), "authority": factories.NORD} for number in range(TILBUD)]
    known = (
        "INSERT INTO tilbud (id, kind, known, name, authority) VALUES (:id, 'tilbud', true, 'Solsikken', :authority)"
    )
    async with database.begin() as session:
        await session.execute(text(known), rows)


async def _clean(database: Database) -> None:
    async with database.begin() as session:
        await session.execute(text("TRUNCATE receipts, tilsyn, outbox, inbox"))
        await session.execute(text("UPDATE tilbud SET tilsyn_that_day = 0, accepted_tilsyn = 0"))


async def _ours(database: Database) -> float:
    await _clean(database)
    [subscription] = [each for each in subscriptions() if each.name == "approval.external"]
    records = _records()

    async def take() -> None:
        for start in range(0, COUNT, BATCH):
            await deliver(database, subscription, *records[start : start + BATCH])

    return await _accepted(database, await rate(COUNT, take))


async def _accepted(database: Database, found: float) -> float:
    async with database.read() as session:
        count = await session.scalar(text("SELECT count(*) FROM tilsyn"))
    if count != COUNT:
        raise RuntimeError(f"{count} of {COUNT} tilsyn were taken in")
    return found


async def _bare(database: Database, *, together: bool) -> float:
    await _clean(database)
    connection = await asyncpg.connect(database.url.replace("+asyncpg", ""))
    records = _records()

    async def take() -> None:
        for start in range(0, COUNT, BATCH):
            async with connection.transaction():
                await _insert(connection, records[start : start + BATCH], together=together)

    try:
        return await _accepted(database, await rate(COUNT, take))
    finally:
        await connection.close()


async def _insert(connection: Any, records: Sequence[Record], *, together: bool) -> None:
    statements: dict[str, list[tuple[Any, ...]]] = {OF_RECEIPTS: [], OF_TILSYN: [], OF_OUTBOX: [], OF_SUBJECT: []}
    for record in records:
        attributes = {name: value.decode() for name, value in record.headers}
        headers, content = json.dumps(sorted(attributes.items())), (record.value or b"").decode()
        data = json.loads(content)
        tilsyn_id, decided_on = data["tilsyn_id"], date.fromisoformat(data["decided_on"])
        receipt = (uuid7(), factories.NORD, attributes["ce_source"], attributes["ce_id"], "", content, now())
        statements[OF_RECEIPTS].append(receipt)
        statements[OF_TILSYN].append((factories.NORD, tilsyn_id, record.key, decided_on, content))
        for topic in ("approval.tilsyn.v1", "external.receipts.v1"):
            statements[OF_OUTBOX].append((topic, record.key, headers, record.value))
        statements[OF_SUBJECT].append((record.key,))
    for statement, rows in statements.items():
        if together:
            await connection.executemany(statement, rows)
        else:
            for row in rows:
                await connection.execute(statement, *row)
