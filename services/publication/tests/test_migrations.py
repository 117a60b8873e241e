"""Migrating again leaves what stands in the tables."""

from sqlalchemy import text

from chassis.database import Database
from operations.migrate import migrate


async def test_migrating_again_leaves_the_head_of_the_feed(database: Database) -> None:
    await migrate(database.url, "publication")
    async with database.read() as session:
        assert (await session.execute(text("SELECT id, sequence FROM feed_head"))).all() == [(1, 0)]
