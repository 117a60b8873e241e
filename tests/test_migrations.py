"""The migrations of every service make exactly the tables of its models, however often they run."""

import importlib
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData

from chassis import tables
from devstack.in_process import migrated_database
from devstack.services import SERVICES
from operations.migrate import migrate


def differences(connection: Connection, models: MetaData) -> list[Any]:
    """Return what Alembic would change to turn the database into the models."""
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, [models, tables.metadata]))  # type: ignore[arg-type]


@pytest.mark.parametrize("service", [each.name for each in SERVICES])
async def test_the_migrations_make_the_tables_of_the_models(service: str, postgres: Any) -> None:
    models = importlib.import_module(f"{service}.models").Base.metadata
    async with migrated_database(postgres.create_database(f"migrated_{service}"), service) as database:
        await migrate(database.url, service)
        async with database.engine.connect() as connection:
            assert await connection.run_sync(differences, models) == []


async def test_a_model_without_a_migration_is_seen(postgres: Any) -> None:
    """A comparison that finds nothing anywhere would be worth nothing."""
    async with migrated_database(postgres.create_database("migrated_other"), "jurisdiction") as database:
        others = importlib.import_module("notification.models").Base.metadata
        async with database.engine.connect() as connection:
            assert await connection.run_sync(differences, others) != []
