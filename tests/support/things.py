"""A little service to test the chassis with: things that have a value.

It runs as a process too: ``python -m tests.support.things worker`` and ``… operate dead-letters list``.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from typing import ClassVar

from pydantic import BaseModel
from sqlalchemy import String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.database import Sequenced, lock_or_create
from chassis.envelope import Envelope
from chassis.outbox import emit
from chassis.settings import Settings
from chassis.subscriptions import Subscription
from chassis.worker import Worker, run_worker
from devstack.in_process import Topic
from operations.cli import create_cli

SERVICE = os.environ.get("THINGS_SERVICE", "things")
TOPIC = os.environ.get("THINGS_TOPIC", "things.v1")
POISON = os.environ.get("THINGS_POISON", "poison")
SLOW = os.environ.get("THINGS_SLOW")
STATUSES = {
    "bad-request": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "not-found": 404,
    "method-not-allowed": 405,
    "request-timeout": 408,
    "conflict": 409,
    "stale": 412,
    "too-large": 413,
    "unsupported-media-type": 415,
    "invalid": 422,
    "idempotency-mismatch": 422,
    "precondition-required": 428,
    "too-many-requests": 429,
    "internal": 500,
    "unavailable": 503,
}
PROBLEMS = {slug: (f"https://things.example/{slug}", status, slug) for slug, status in STATUSES.items()}


class ThingsSettings(Settings):
    """The settings of the little service."""

    service = SERVICE


class Base(DeclarativeBase):
    """The tables of the little service."""


class Thing(Sequenced, Base):
    """A thing, with the value that the newest event gave it and how often it was given one."""

    __tablename__ = "things"
    id: Mapped[str] = mapped_column(String, primary_key=True)
    value: Mapped[str] = mapped_column(String, default="")
    seen: Mapped[int] = mapped_column(default=0)
    applied: Mapped[int] = mapped_column(default=0)


class ThingChanged(BaseModel):
    """A thing has a new value."""

    ce_type: ClassVar[str] = "test.things.thing-changed.v1"

    thing_id: str
    value: str

    @property
    def key(self) -> str:
        return self.thing_id

    @property
    def destination(self) -> str:
        return TOPIC


async def change(session: AsyncSession, thing_id: str, value: str) -> None:
    """Change a thing and tell it, as a use case does: lock, save, emit."""
    thing = (await lock_or_create(session, Thing.id, [thing_id]))[thing_id]
    thing.value = value
    emit(session, ThingChanged(thing_id=thing_id, value=value), aggregate=thing)


async def lock_things(session: AsyncSession, keys: Sequence[str]) -> None:
    """Make and lock the rows of a batch."""
    await lock_or_create(session, Thing.id, keys)


async def on_changed(session: AsyncSession, event: ThingChanged, envelope: Envelope) -> None:
    """Take a value that is newer than what is known; ``POISON`` cannot be taken, ``SLOW`` takes for ever."""
    if event.value == POISON:
        raise ValueError("poison")
    if event.value == SLOW:
        await asyncio.sleep(600)
    thing = await session.get_one(Thing, event.thing_id)
    thing.applied += 1
    if envelope.sequence > thing.seen:
        thing.seen = envelope.sequence
        thing.value = event.value


CHANGES = Topic(TOPIC, frozenset({ThingChanged.ce_type}))
THINGS = Subscription(f"{SERVICE}.changed", (CHANGES,), lock=lock_things, on={ThingChanged: on_changed})


if __name__ == "__main__":
    process = sys.argv.pop(1)
    if process == "worker":
        run_worker(Worker(ThingsSettings.load(), subscriptions=[THINGS]))
    else:
        create_cli(ThingsSettings.load)()
