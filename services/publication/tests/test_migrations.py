"""The migrations make exactly the tables of the models."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from chassis import tables
from chassis.database import Database
from chassis.migrate import migrate
from publication.models import Base


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_server_default": True})
    return list(compare_metadata(context, [Base.metadata, tables.metadata]))  # type: ignore[arg-type]


async def test_migrations_make_the_tables_of_the_models(database: Database) -> None:
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrating_again_changes_nothing(database: Database) -> None:
    await migrate(database.url, "publication")
    async with database.read() as session:
        assert (await session.execute(text("SELECT id, sequence FROM feed_head"))).all() == [(1, 0)]
