"""The dumps are brought to the tables of the models, however often one migrates."""

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from chassis.database import Database
from devstack.testing import TestPostgres
from operations.migrate import configuration, migrate
from tests.upgrade.conftest import NAMES, Urls


@pytest.mark.parametrize("service", NAMES)
async def test_the_data_end_in_the_tables_of_the_models(service: str, migrated: Urls, postgres: TestPostgres) -> None:
    url = postgres.clone_database(migrated[service])
    await migrate(url, service)
    database = Database(url, source=f"/services/{service}")
    async with database.engine.connect() as connection:
        assert await connection.run_sync(unlike_the_models, service) == []
        held = await connection.scalar(text("SELECT count(*) FROM tilbud"))
    await database.close()
    assert held, "the dump holds no data"


def unlike_the_models(connection: Connection, service: str) -> list[Any]:
    """Return what Alembic would change to turn the database into the models that the migrations name."""
    config = configuration(service)
    config.attributes["connection"] = connection
    script = ScriptDirectory.from_config(config)
    models: list[Any] = []

    def nothing_to_run(_: Any, context: MigrationContext) -> list[Any]:
        models.extend(context.opts["target_metadata"])
        return []

    with EnvironmentContext(config, script, fn=nothing_to_run):
        script.run_env()
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, models))  # type: ignore[arg-type]
