"""The log of cases: only added to, and exported with reasons."""

import csv
import io
import json
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from chassis.clock import today
from chassis.database import Database
from services.approval.tests.officer import CASE, decide, slug

FORMULA = '=HYPERLINK("http://ond.example")'


@pytest.mark.parametrize(
    "statement",
    ["UPDATE case_log SET reason = 'andet'", "DELETE FROM case_log", "TRUNCATE case_log", "TRUNCATE cases CASCADE"],
)
async def test_the_database_refuses_to_change_or_remove_a_row(
    scenario: Any, database: Database, statement: str
) -> None:
    await scenario.open_case()
    with pytest.raises(ProgrammingError, match="only added to"):
        async with database.begin() as session:
            await session.execute(text(statement))
    async with database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM case_log")) == 1


async def test_a_case_has_its_log_as_files_in_which_no_cell_is_a_formula(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as officer:
        await decide(officer, "contact", "reject", FORMULA)
        table = (await officer.get(f"{CASE}/log.csv")).content.decode("utf-8-sig")
        lines = (await officer.get(f"{CASE}/log.ndjson")).text.splitlines()
        assert (await officer.get(f"{CASE}/log.pdf")).status_code in {404, 422}
    rows = list(csv.DictReader(io.StringIO(table), delimiter=";"))
    assert [row["act"] for row in rows] == ["opened", "decided"]
    assert rows[1]["reason"] == f"'{FORMULA}"
    acts = [json.loads(line) for line in lines]
    assert (acts[1]["reason"], acts[1]["by_organisation"]) == (FORMULA, "Socialtilsyn Nord")
    assert acts[0]["reason"]


async def test_an_authority_has_the_log_of_its_own_cases_between_two_days(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    await scenario.deliver(scenario.routed("socialtilsyn-syd", sequence=99))
    day = today().isoformat()
    async with client_as("officer-nord-a") as nord, client_as("officer-syd") as syd:
        path = f"/v1/log.ndjson?from={day}&until={day}"
        mine = [json.loads(line) for line in (await nord.get(path)).text.splitlines()]
        theirs = [json.loads(line) for line in (await syd.get(path)).text.splitlines()]
        assert [act["act"] for act in mine] == ["opened"]
        assert [act["act"] for act in theirs] == ["moved"]
        assert (await nord.get(f"{path}&after={mine[-1]['id']}")).text == ""
        assert slug(await nord.get("/v1/log.csv")) == "invalid"


async def test_who_may_not_open_a_case_gets_no_log_of_it(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    async with client_as("reporter-solsikken") as reporter, client_as("officer-syd") as syd:
        assert slug(await reporter.get(f"{CASE}/log.csv")) == "wrong-state"
        assert (await syd.get(f"{CASE}/log.csv")).status_code == 404
        assert (await reporter.get("/v1/log.csv?from=2026-01-01&until=2026-01-02")).status_code == 403
