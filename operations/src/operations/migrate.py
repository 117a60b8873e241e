"""Migrations: one Alembic history per service, run by ``python -m <service>.migrate``."""

import asyncio
import importlib
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from chassis import tables
from chassis.database import retry_conflicts
from chassis.settings import Settings

RETRY_SECONDS = 60.0


def configuration(package: str) -> Config:
    """Return Alembic's configuration for the migrations of ``package``."""
    module = importlib.import_module(package)
    config = Config()
    config.set_main_option("script_location", str(Path(str(module.__file__)).parent / "migrations"))
    return config


async def migrate(url: str, package: str) -> None:
    """Bring the database at ``url`` to the newest revision of ``package``; safe to run twice and side by side.

    It waits ten seconds for a lock at most, so that nobody queues behind it for long, and tries again for a minute
    when it meets the service at work.
    """
    engine = create_async_engine(url, poolclass=NullPool, connect_args={"server_settings": {"lock_timeout": "10s"}})
    config = configuration(package)

    def upgrade(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    async def migrate_once() -> None:
        async with engine.begin() as connection:
            await connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7235002)")
            await connection.run_sync(upgrade)

    try:
        await retry_conflicts(migrate_once, RETRY_SECONDS)
    finally:
        await engine.dispose()


def run_environment(metadata: MetaData) -> None:
    """Run the migrations that Alembic asks for; the body of every service's ``migrations/env.py``."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=[metadata, tables.metadata])
    context.run_migrations()


def main(settings: Settings, package: str) -> None:
    """Migrate the database that ``settings`` name."""
    asyncio.run(migrate(settings.database_url.get_secret_value(), package))
