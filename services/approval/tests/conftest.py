"""What the tests of ``approval`` share: a migrated database for each test, and callers of its API."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime, time, tzinfo
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from approval.app import build
from approval.models import Base
from approval.settings import ApprovalSettings
from chassis import clock, tables
from chassis.database import Database
from devstack.in_process import SharedApp, api_client, empty, migrated_database
from services.approval.tests.factories import Scenario

Caller = Callable[[str], AbstractAsyncContextManager[httpx2.AsyncClient]]


@pytest.fixture(scope="session")
async def migrated(postgres: Any) -> AsyncIterator[Database]:
    """One migrated database for the whole run."""
    async with migrated_database(postgres.create_database("approval"), "approval") as opened:
        yield opened


@pytest.fixture
async def database(migrated: Database) -> Database:
    """The database, empty."""
    await empty(migrated, Base.metadata, tables.metadata)
    return migrated


@pytest.fixture(scope="session")
def settings(migrated: Database, identity: Any) -> ApprovalSettings:
    """Settings that name the test's database and identity provider."""
    return ApprovalSettings(
        environment="development",
        database_url=migrated.url,
        kafka_bootstrap="127.0.0.1:1",
        identity_issuer=identity.issuer,
    )


@pytest.fixture(scope="session")
def shared_app(settings: ApprovalSettings, migrated: Database) -> SharedApp:
    return SharedApp(build(settings, migrated))


@pytest.fixture
def app(shared_app: SharedApp, database: Database) -> FastAPI:
    """The API on the database of this test."""
    return shared_app.as_built(database=database)


@pytest.fixture
def client_as(app: FastAPI, identity: Any) -> Caller:
    """Open the API as a persona."""
    return lambda persona, **claims: api_client(app, identity.token(persona, **claims))


@pytest.fixture
def system_client(app: FastAPI, identity: Any) -> Any:
    """Open the API as the supervision system of an authority."""
    return lambda authority: api_client(app, identity.system_token(authority))


@pytest.fixture
def scenario(database: Database) -> Scenario:
    """The events that lead to a case."""
    return Scenario(database)


@pytest.fixture
def set_day(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Let it be noon of another day, until it is set again."""

    def set_to(day: date) -> None:
        class Stopped(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Any:
                return datetime.combine(day, time(12), clock.COPENHAGEN).astimezone(tz)

        monkeypatch.setattr(clock, "datetime", Stopped)

    return set_to
