"""The migrations make exactly the tables of the models."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from chassis import tables
from chassis.database import Database
from chassis.migrate import migrate
from reporting.models import Base


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    known = {*Base.metadata.tables, *tables.metadata.tables, "alembic_version"}
    found = compare_metadata(context, Base.metadata)
    return [each for each in found if not (each[0] in {"remove_table", "remove_index"} and _name(each[1]) in known)]


def _name(thing: object) -> str:
    table = getattr(thing, "table", thing)
    return str(getattr(table, "name", ""))


async def test_models_and_migrations_agree(database: Database) -> None:
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    await migrate(database.url, "reporting")
    async with database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM alembic_version")) == 1
        assert await session.scalar(text("SELECT nextval('tilbud_numbers')")) == 6325
