"""Fixtures of ``publication``'s tests: its migrated database, empty for each test, and its API on top of it."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, tzinfo
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from chassis import clock, tables
from chassis.database import Database
from devstack.in_process import api_client, deliver, empty, migrated_database, record_of
from publication.app import build
from publication.consumers import subscriptions
from publication.feed.commands import append_pending
from publication.models import Base
from publication.settings import PublicationSettings

SOURCES = {
    "approval.cases.v1": "/services/approval",
    "approval.tilsyn.v1": "/services/approval",
    "approval.samples.v1": "/services/approval",
    "reporting.tilbud.v1": "/services/reporting",
    "jurisdiction.tilbud.v1": "/services/jurisdiction",
}
DeliverFacts = Callable[..., Awaitable[None]]
SetClock = Callable[[datetime], None]


@pytest.fixture(scope="session")
async def migrated(postgres: Any) -> AsyncIterator[Database]:
    """One database for the whole run."""
    async with migrated_database(postgres.create_database("publication"), "publication") as database:
        yield database


@pytest.fixture
async def database(migrated: Database) -> Database:
    """The database, empty."""
    await empty(migrated, Base.metadata, tables.metadata, but={"feed_head"})
    async with migrated.begin() as session:
        await session.execute(text("INSERT INTO search_changes VALUES ('', 0)"))
        await session.execute(text("UPDATE feed_head SET sequence = 0"))
    return migrated


@pytest.fixture
def settings(identity: Any) -> PublicationSettings:
    """Settings of an API process; database and broker are given by the tests."""
    return PublicationSettings(
        database_url="postgresql+asyncpg://unused", kafka_bootstrap="unused", identity_issuer=identity.issuer
    )


@pytest.fixture
async def client(settings: PublicationSettings, database: Database) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the public API without any login."""
    async with api_client(build(settings, database)) as client:
        yield client


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Let it be another moment, until it is set again."""

    def set_to(moment: datetime) -> None:
        class Stopped(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Any:
                return moment.astimezone(tz)

        monkeypatch.setattr(clock, "datetime", Stopped)

    return set_to


@pytest.fixture
def deliver_facts(database: Database) -> DeliverFacts:
    """Deliver facts one by one through their subscriptions, then let the feed writer run."""
    by_topic = {topic: each for each in subscriptions() for topic in each.topic_names}
    offsets = itertools.count()

    async def deliver_all(*facts: Any) -> None:
        for fact in facts:
            record = record_of(fact, source=SOURCES[fact.topic], offset=next(offsets))
            await deliver(database, by_topic[fact.topic], record)
        while await append_pending(database):
            continue

    return deliver_all
