"""How much the database is asked: what reporters do most often does not cost more statements than it needs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event

from chassis.database import Database
from services.reporting.tests.http_requests import Client, edit, example, return_case

Counted = list[str]


@asynccontextmanager
async def counting(database: Database) -> AsyncIterator[Counted]:
    """Collect the statements that are executed in the block."""
    statements: Counted = []

    def collect(*execution: Any) -> None:
        statements.append(execution[2])

    event.listen(database.engine.sync_engine, "before_cursor_execute", collect)
    yield statements
    event.remove(database.engine.sync_engine, "before_cursor_execute", collect)


async def test_showing_and_saving_a_step_asks_nine_times_at_most(
    reporter: Client, approved: Any, database: Database
) -> None:
    url = f"/v1/tilbud/{approved.tilbud_id}/draft/steps/values"
    for text, shown_with, saved_with in (("Nyt.", 4, 9), ("Nyere.", 4, 8)):
        async with counting(database) as shown:
            tag = {"If-Match": (await reporter.get(url)).headers["ETag"]}
        async with counting(database) as saved:
            body = example("steps/values") | {"values": text}
            assert (await reporter.put(url, json=body, headers=tag)).status_code == 200
        assert (len(shown), len(saved)) == (shown_with, saved_with)


async def test_sending_and_sending_again_ask_little_more_than_two_dozen_times_at_most(
    reporter: Client, approved: Any, database: Database
) -> None:
    url = f"/v1/tilbud/{approved.tilbud_id}"
    await edit(reporter, approved.tilbud_id, "values", values="Nyt.")
    async with counting(database) as sent:
        case = (await reporter.post(f"{url}/submissions")).json()["id"]
    assert len(sent) <= 25
    await return_case(database, case, "values")
    await edit(reporter, approved.tilbud_id, "values", values="Konkret.")
    async with counting(database) as sent_again:
        assert (await reporter.post(f"{url}/submissions/{case}/resubmission")).status_code == 200
    assert len(sent_again) <= 27


async def test_the_first_report_with_all_its_steps_asks_no_more(
    reporter: Client, filled: str, database: Database
) -> None:
    async with counting(database) as sent:
        assert (await reporter.post(f"/v1/tilbud/{filled}/submissions")).status_code == 201
    assert len(sent) <= 23
