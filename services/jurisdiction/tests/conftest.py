"""Fixtures: this service's migrated database and its API."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from chassis.database import Database
from devstack.in_process import api_client, migrated_database
from jurisdiction.app import build
from jurisdiction.settings import JurisdictionSettings
from services.jurisdiction.tests.factories import Client


@pytest.fixture(scope="session")
async def migrated(postgres: Any) -> AsyncIterator[Database]:
    """One database for the whole run."""
    async with migrated_database(postgres.create_database("jurisdiction"), "jurisdiction") as database:
        yield database


@pytest.fixture
async def database(migrated: Database) -> Database:
    """The database, empty."""
    async with migrated.begin() as session:
        await session.execute(
            text(
                "TRUNCATE outbox, inbox, dead_letters, idempotency, tilbud, assignments, submissions, routings"
                " RESTART IDENTITY"
            )
        )
    return migrated


@pytest.fixture
def client(database: Database, identity: Any) -> Client:
    """Open a client of the API for a token, or for nobody."""
    settings = JurisdictionSettings(
        database_url=SecretStr(database.url),
        kafka_bootstrap="127.0.0.1:1",
        identity_issuer=identity.issuer,
        rate_limit_per_second=0,
    )
    app = build(settings, database)
    return lambda token=None: api_client(app, token)
