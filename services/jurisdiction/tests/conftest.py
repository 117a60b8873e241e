"""Fixtures: this service's migrated database and its API."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import SecretStr

from chassis import tables
from chassis.database import Database
from devstack.in_process import SharedApp, api_client, empty, migrated_database
from jurisdiction.app import build
from jurisdiction.models import Base
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
    await empty(migrated, Base.metadata, tables.metadata)
    return migrated


def build_on(database: Database, identity: Any) -> SharedApp:
    """Build the API on a database."""
    settings = JurisdictionSettings(
        database_url=SecretStr(database.url),
        kafka_bootstrap="127.0.0.1:1",
        identity_issuer=identity.issuer,
        rate_limit_per_second=0,
    )
    return SharedApp(build(settings, database))


@pytest.fixture(scope="session")
def shared_app(migrated: Database, identity: Any) -> SharedApp:
    return build_on(migrated, identity)


@pytest.fixture
def client(shared_app: SharedApp, database: Database) -> Client:
    """Open a client of the API for a token, or for nobody."""
    app = shared_app.as_built(database=database)
    return lambda token=None: api_client(app, token)
