"""Migrating again leaves what stands in the database."""

from importlib import import_module
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, text

from chassis.database import Database
from operations.migrate import migrate
from services.reporting.tests.http_requests import Client, edit


async def test_migrating_again_leaves_the_numbers_of_tilbud(database: Database) -> None:
    await migrate(database.url, "reporting")
    async with database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM alembic_version")) == 1
        assert await session.scalar(text("SELECT nextval('tilbud_numbers')")) == 6325


async def test_what_stands_already_takes_the_form_in_which_it_is_entered_now(
    database: Database, reporter: Client, approved: Any
) -> None:
    await edit(reporter, approved.tilbud_id, "contact", website="https://solsikken.example/ny")
    async with database.begin() as session:
        for statement in AS_TYPED:
            await session.execute(text(statement))
    for _ in range(2):
        async with database.begin() as session:
            await (await session.connection()).run_sync(mend)
    async with database.read() as session:
        row = (await session.execute(text("SELECT id, name, leader, contact FROM tilbud"))).one()
        approved_step = await session.scalar(text("SELECT data FROM approved_steps WHERE key = 'contact'"))
        draft_step = await session.scalar(text("SELECT data FROM draft_steps WHERE step = 'contact'"))
    assert row.name == f"Uden navn ({row.id})"
    assert (row.leader["phone"], row.contact["phone"]) == ("98000009", "+4612345678")
    assert (draft_step["phone"], draft_step["leader"]["phone"]) == ("98000009", "98000009")
    # What was approved stays as it was approved: others have copies of it.
    assert (approved_step["phone"], approved_step["leader"]["phone"]) == ("98 00 00 09", "98 00 00 09")


AS_TYPED = (
    "UPDATE tilbud SET name = U&' \\3164\\200b\\00ad '",
    """UPDATE tilbud SET leader = jsonb_set(leader, '{phone}', '"+45 98 00 00 09"')""",
    """UPDATE tilbud SET contact = '{"name": "Ib", "email": "ib@x.example", "phone": "+46 12 34 56 78"}'""",
    """UPDATE approved_steps SET data = jsonb_set(data, '{phone}', '"98 00 00 09"') WHERE key = 'contact'""",
    """UPDATE approved_steps SET data = jsonb_set(data, '{leader,phone}', '"98 00 00 09"') WHERE key = 'contact'""",
    """UPDATE draft_steps SET data = (SELECT data FROM approved_steps WHERE key = 'contact') WHERE step = 'contact'""",
)


def mend(connection: Connection) -> None:
    """Do what the migration does with the rows that it finds."""
    revision = import_module("reporting.migrations.versions.0009_register_answers")
    with Operations.context(MigrationContext.configure(connection)):
        revision.mend()
