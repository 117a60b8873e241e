"""Fixtures of the tests of chassis and web: a database with the tables of ``tests.support.things``."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, text

from chassis import tables
from chassis.database import Database
from tests.support import things


def _create(connection: Connection) -> None:
    tables.create_tables(Operations(MigrationContext.configure(connection)))
    things.Base.metadata.create_all(connection)


@pytest.fixture(scope="session")
async def things_database(postgres: Any) -> AsyncIterator[Database]:
    """One database for the whole run."""
    database = Database(postgres.create_database("things"), source="/services/things")
    async with database.engine.begin() as connection:
        await connection.run_sync(_create)
    yield database
    await database.close()


@pytest.fixture
async def database(things_database: Database) -> Database:
    """The database of the little service, empty."""
    async with things_database.begin() as session:
        await session.execute(text("TRUNCATE outbox, inbox, dead_letters, idempotency, things RESTART IDENTITY"))
    return things_database


@pytest.fixture
def scalar(database: Database) -> Callable[[str], Any]:
    """Ask the database for one value."""

    async def ask(statement: str) -> Any:
        async with database.read() as session:
            return await session.scalar(text(statement))

    return ask
