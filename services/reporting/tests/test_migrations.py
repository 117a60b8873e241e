"""Migrating again leaves what stands in the database."""

from sqlalchemy import text

from chassis.database import Database
from operations.migrate import migrate


async def test_migrating_again_leaves_the_numbers_of_tilbud(database: Database) -> None:
    await migrate(database.url, "reporting")
    async with database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM alembic_version")) == 1
        assert await session.scalar(text("SELECT nextval('tilbud_numbers')")) == 6325
