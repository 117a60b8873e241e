"""A supervision system that writes to its Kafka topic."""

import json
from typing import Any

from sqlalchemy import func, select

from approval.consumers import subscriptions
from chassis.database import Database
from chassis.outbox import decode_headers
from chassis.subscriptions import Record
from chassis.tables import dead_letters, outbox
from contracts.testing.factories import NORD, tilsyn_completed
from devstack.in_process import deliver

EXTERNAL = next(item for item in subscriptions() if item.name == "approval.external")

TILSYN = "dk.tilsyn.tilsyn.completed.v1"

CEASED = "dk.tilsyn.tilbud.ceased.v1"

APPLICATION = "dk.tilsyn.application.transferred.v1"

STRUCTURED = [("content-type", b"application/cloudevents+json")]

BINARY = [("ce_id", b"e-1"), ("ce_source", b"/s"), ("ce_type", TILSYN.encode()), ("ce_specversion", b"1.0")]


def structured(**other: Any) -> bytes:
    """Return a tilsyn as a structured CloudEvent, with some attributes replaced."""
    event = {"specversion": "1.0", "id": "e-1", "source": "/tilsyn.dk", "type": TILSYN, "data": tilsyn_completed()}
    return json.dumps(event | other).encode()


class SupervisionSystem:
    """A supervision system that writes to its topic and reads its receipts."""

    def __init__(self, database: Database, scenario: Any) -> None:
        self.database = database
        self.scenario = scenario
        self.offset = 0

    async def send(
        self,
        data: Any,
        *,
        id: str = "e-1",  # noqa: A002
        ce_type: str = TILSYN,
        source: str = "/tilsyn.dk",
        authority: str = NORD,
    ) -> Any:
        """Write an event and return the receipts that it led to."""
        value = data if isinstance(data, bytes) else json.dumps(data).encode()
        attributes = {"ce_specversion": "1.0", "ce_id": id, "ce_source": source, "ce_type": ce_type}
        headers = [(name, text.encode()) for name, text in attributes.items()]
        return await self.write(headers, value, authority=authority)

    async def write(self, headers: list[Any], value: bytes | None, *, authority: str = NORD) -> Any:
        """Hand a record to the consumer and return the receipts that it led to."""
        before = len(await self.receipts())
        self.offset += 1
        record = Record(f"external.tilsyn.{authority}.v1", 0, self.offset, "", headers, value)
        await deliver(self.database, EXTERNAL, record)
        return (await self.receipts())[before:]

    async def receipts(self) -> list[dict[str, Any]]:
        """Return every receipt that was published."""
        return [
            fact["data"] for fact in await self.scenario.published() if fact["type"] == "dk.tilbudsportalen.receipt.v1"
        ]

    async def causes(self) -> list[str]:
        """Return the causation id of every receipt that was published."""
        async with self.database.read() as session:
            rows = await session.scalars(select(outbox.c.headers).order_by(outbox.c.id))
        headers = [{name: raw.decode() for name, raw in decode_headers(row)} for row in rows]
        return [each["ce_causationid"] for each in headers if each["ce_type"] == "dk.tilbudsportalen.receipt.v1"]

    async def tilsyn_events(self) -> list[dict[str, Any]]:
        """Return what was published about tilsyn and cessations."""
        return [fact for fact in await self.scenario.published() if fact["topic"] == "approval.tilsyn.v1"]

    async def dead_letters(self) -> int:
        """Return how many records could not be handled."""
        async with self.database.read() as session:
            return await session.scalar(select(func.count()).select_from(dead_letters)) or 0


def slug(receipt: dict[str, Any]) -> str:
    """Return the type of the problem that an event was refused with."""
    return str(receipt["problem"]["type"]).rsplit("/", 1)[1]
