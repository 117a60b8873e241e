"""Fixtures of the library's tests: the gardens' database and API, and the people who report on a garden."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import Connection

from chassis import tables
from chassis.clock import now
from chassis.database import Database
from devstack.in_process import api_client, empty
from devstack.testing import TestIdentity, TestPostgres
from reports.testing.gardens import REPORT_RIGHT, SEE_RIGHT, Base, Garden, GardenSettings, build
from reports.testing.scenario import AUTHORITY, OWNER, Client, Scenario

ClientAs = Callable[..., Awaitable[Client]]


def _create(connection: Connection) -> None:
    tables.create_tables(Operations(MigrationContext.configure(connection)))
    Base.metadata.create_all(connection)


@pytest.fixture(scope="session")
async def gardens_database(postgres: TestPostgres) -> AsyncIterator[Database]:
    """One database for the whole run."""
    database = Database(postgres.create_database("gardens"), source="/services/gardens")
    async with database.engine.begin() as connection:
        await connection.run_sync(_create)
    yield database
    await database.close()


@pytest.fixture
async def database(gardens_database: Database) -> Database:
    """The database, empty."""
    await empty(gardens_database, Base.metadata, tables.metadata)
    return gardens_database


@pytest.fixture
async def scenario(database: Database) -> Scenario:
    """A garden that was created and not reported yet."""
    return await _plant(database, "rose")


@pytest.fixture
def plant(database: Database) -> Callable[[str], Awaitable[Scenario]]:
    """Create another garden."""
    return lambda garden_id: _plant(database, garden_id)


async def _plant(database: Database, garden_id: str, owner: str = OWNER) -> Scenario:
    async with database.begin() as session:
        garden = Garden(
            id=garden_id, name="Ny have", plot=f"7{garden_id}", owner=owner, authority=AUTHORITY, changed_at=now()
        )
        session.add(garden)
    return Scenario(database, garden_id)


@pytest.fixture(scope="session")
def app(gardens_database: Database, identity: TestIdentity) -> FastAPI:
    """The API of the gardens."""
    settings = GardenSettings(
        environment="development",
        database_url=SecretStr(gardens_database.url),
        kafka_bootstrap="127.0.0.1:1",
        identity_issuer=identity.issuer,
    )
    return build(settings, gardens_database)


@pytest.fixture
async def client_as(app: FastAPI, identity: TestIdentity) -> AsyncIterator[ClientAs]:
    """Open a client for somebody with these claims."""
    async with AsyncExitStack() as clients:

        async def client(sub: str, **claims: Any) -> Client:
            names = {"sub": sub, "name": sub.title(), "org_name": "Haveforeningen", "loa": "substantial"}
            return await clients.enter_async_context(api_client(app, identity.mint(**names, **claims)))

        yield client


@pytest.fixture
async def owner(client_as: ClientAs) -> Client:
    return await client_as("rosa", cvr=OWNER)


@pytest.fixture
async def colleague(client_as: ClientAs) -> Client:
    return await client_as("tim", cvr=OWNER)


@pytest.fixture
async def neighbour(client_as: ClientAs) -> Client:
    """Somebody who has a garden elsewhere."""
    return await client_as("ned", cvr="99000023")


@pytest.fixture
async def officer(client_as: ClientAs) -> Client:
    """An officer of the authority who may report on behalf."""
    return await client_as("olga", cvr="", rights=[f"{REPORT_RIGHT}:{AUTHORITY}"])


@pytest.fixture
async def outsider(client_as: ClientAs) -> Client:
    """An officer of the authority who may only look."""
    return await client_as("otto", cvr="", rights=[f"{SEE_RIGHT}:{AUTHORITY}"])
