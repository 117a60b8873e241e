"""One step of many tilbud from one file: every row has its own outcome, and what is wrong touches no other."""

import asyncio
import io
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import text, update

from chassis.clock import now
from chassis.database import Database
from reporting.bulk_reports import commands
from reporting.bulk_reports.commands import MOST_OPEN, forget_uploads, settle_next, work_off
from reporting.bulk_reports.models import BulkReport
from reporting.bulk_reports.reading import CSV, NDJSON, XLSX
from reports.bulk.commands import save_row
from services.reporting.tests.bulk_reports.files import saved
from services.reporting.tests.http_requests import (
    STEPS,
    Client,
    count_rows,
    edit,
    edit_department,
    example,
    save,
    with_value,
)

BUDGET = example("steps/budget")
ECONOMY = {"rights": ["tilbud.report-step:budget", "tilbud.report-step:annual-report"]}
Create = Callable[[str], Awaitable[str]]


@pytest.fixture
def create(officer: Client) -> Create:
    """Create another tilbud of the same operator."""

    async def created(name: str) -> str:
        answer = await officer.post("/v1/tilbud", json=with_value("name", name))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    return created


def lines(*tilbud_ids: str, step: str = "budget", **changed: Any) -> bytes:
    """Return NDJSON with the same budget for each tilbud."""
    bodies = [{"tilbud_id": each, "step": step, "data": {**BUDGET, **changed}} for each in tilbud_ids]
    return "\n".join(map(json.dumps, bodies)).encode()


async def upload(client: Client, content: bytes, kind: str, key: str | None = None, **params: str) -> Any:
    """Send a file."""
    headers = {"Content-Type": kind} | ({"Idempotency-Key": key} if key else {})
    return await client.post("/v1/bulk-reports", content=content, headers=headers, params=params)


async def outcomes(client: Client, database: Database, content: bytes, kind: str, **params: str) -> Any:
    """Send a file, let the worker settle it, and return its rows."""
    answer = await upload(client, content, kind, **params)
    assert answer.status_code == 202, answer.text
    await work_off(database)
    shown = (await client.get(f"/v1/bulk-reports/{answer.json()['id']}")).json()
    assert (shown["state"], shown["done"]) == ("done", shown["total"]), shown
    return shown["rows"]


def found(rows: Any) -> list[tuple[str, list[str]]]:
    return [(row["outcome"], [error["code"] for error in row["errors"]]) for row in rows]


async def template(client: Client, step: str) -> Workbook:
    answer = await client.get("/v1/bulk-template", params={"step": step})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == XLSX
    return load_workbook(io.BytesIO(answer.content))


def fill(book: Workbook, row: int, **answers: Any) -> None:
    sheet = book["Indberetning"]
    ids = [cell.value for cell in sheet[2]]
    for name, value in answers.items():
        sheet.cell(row, ids.index(name) + 1).value = value


async def step_of(client: Client, tilbud_id: str, step: str = "budget") -> Any:
    return (await client.get(f"/v1/tilbud/{tilbud_id}/draft/steps/{step}")).json()


async def test_p4_p6_the_template_filled_in_is_saved_and_the_same_again_changes_nothing(
    reporter: Client, tilbud_id: str, database: Database
) -> None:
    book = await template(reporter, "budget")
    amounts = {name: value / 100 for name, value in BUDGET.items() if name.endswith("_oere")}
    fill(book, 3, year=2027, schema="Privat tilbud", **amounts)
    rows = await outcomes(reporter, database, saved(book), XLSX)
    assert [(row["row"], row["tilbud_id"], row["outcome"], row["errors"]) for row in rows] == [
        (3, tilbud_id, "saved", [])
    ]
    step = await step_of(reporter, tilbud_id)
    assert step["complete"]
    assert step["data"] == {name: value for name, value in BUDGET.items() if value is not None}
    assert found(await outcomes(reporter, database, saved(book), XLSX)) == [("unchanged", [])]
    fill(book, 3, year=2028)
    assert found(await outcomes(reporter, database, saved(book), XLSX)) == [("saved", [])], "as my upload has left it"


@pytest.mark.parametrize("step", STEPS)
async def test_a_template_as_it_came_changes_nothing(
    reporter: Client, filled: str, database: Database, step: str
) -> None:
    before = await step_of(reporter, filled, step)
    rows = await outcomes(reporter, database, saved(await template(reporter, step)), XLSX)
    assert {row["outcome"] for row in rows} == {"unchanged"}, rows
    assert await step_of(reporter, filled, step) == before


async def test_rows_of_departments_and_lists(reporter: Client, filled: str, database: Database) -> None:
    book = await template(reporter, "staffing")
    sheet = book["Indberetning"]
    ids = [cell.value for cell in sheet[2]]
    group, hours, night = (
        ids.index(each) + 1 for each in ("positions/staff_group", "positions/hours_per_week", "night_staff")
    )
    rows = [row for row in range(3, sheet.max_row + 1) if sheet.cell(row, 3).value == "afd-1"]
    spare = next(row for row in rows if sheet.cell(row, group).value is None)
    offered = {row[0].value for row in book["Valg"].iter_rows(max_col=1)}
    sheet.cell(spare, group).value = min(offered - {sheet.cell(row, group).value for row in rows})
    sheet.cell(spare, hours).value = "mange"
    result = await outcomes(reporter, database, saved(book), XLSX)
    wrong = [(row["row"], error["column"]) for row in result for error in row["errors"]]
    assert wrong == [(spare, "positions/hours_per_week")]
    assert {row["outcome"] for row in result} == {"refused"}
    sheet.cell(spare, hours).value = 18.5
    sheet.cell(rows[0], night).value = None
    result = await outcomes(reporter, database, saved(book), XLSX)
    assert {row["outcome"] for row in result} == {"saved"}
    before, after = example("steps/staffing"), (await step_of(reporter, filled, "staffing"))["data"]["departments"]
    assert [each["hours_per_week"] for each in after["afd-1"]["positions"]][-1] == 18.5
    assert "night_staff" not in after["afd-1"]
    assert after["afd-2"] == before["departments"]["afd-2"]


async def test_what_has_no_column_stays_and_departments_must_be_there(
    reporter: Client, colleague: Client, filled: str, database: Database
) -> None:
    content = f"tilbud_id;department_id;vacancies\n{filled};afd-1;1\n{filled};afd-9;1\n{filled};;1".encode()
    rows = await outcomes(reporter, database, content, CSV, step="places")
    assert [[error["column"] for error in row["errors"]] for row in rows] == [[], ["department_id"], ["department_id"]]
    assert {row["outcome"] for row in rows} == {"refused"}
    await edit_department(colleague, filled, "places/afd-1", vacancies=0)
    content = f"tilbud_id;department_id;vacancies\n{filled};afd-1;1".encode()
    rows = await outcomes(reporter, database, content, CSV, step="places")
    assert found(rows) == [("refused", ["changed-meanwhile"])], "without a template nobody's draft is replaced"
    tag = (await reporter.get(f"/v1/tilbud/{filled}/draft/steps/places")).headers["ETag"]
    places = example("steps/places")
    places["departments"]["afd-1"]["vacancies"] = 1
    line = json.dumps({"tilbud_id": filled, "step": "places", "data": places, "if_match": tag}).encode()
    assert found(await outcomes(reporter, database, line, NDJSON)) == [("saved", [])]
    assert (await step_of(reporter, filled, "places"))["data"] == places


async def test_every_row_has_its_own_outcome(
    reporter: Client, other_operator: Client, create: Create, tilbud_id: str, database: Database
) -> None:
    second = await create("Valmuen")
    content = b"\n".join(
        (
            lines(tilbud_id),
            lines("CRV-1"),
            json.dumps({"tilbud_id": second, "step": "budget", "data": {"year": 2027, "pond": 1}}).encode(),
            b"{",
        )
    )
    rows = await outcomes(reporter, database, content, NDJSON)
    assert found(rows) == [
        ("saved", []),
        ("refused", ["unknown"]),
        ("refused", ["unknown-field"]),
        ("refused", ["json-invalid"]),
    ]
    assert [row["tilbud_name"] for row in rows] == ["Kornblomsten", None, "Valmuen", None] or rows[0]["tilbud_name"]
    assert (await step_of(reporter, second))["saved_at"] is None
    rows = await outcomes(other_operator, database, lines(tilbud_id, year=2029), NDJSON)
    assert found(rows) == [("refused", ["unknown"])], "another operator's tilbud is as one that is not there"
    assert rows[0]["tilbud_name"] is None
    assert (await step_of(reporter, tilbud_id))["data"]["year"] == 2027


async def test_a_draft_that_was_changed_meanwhile_is_not_overwritten(
    reporter: Client, colleague: Client, tilbud_id: str, database: Database
) -> None:
    book = await template(reporter, "budget")
    await edit(colleague, tilbud_id, "budget", year=2030)
    fill(book, 3, year=2027)
    assert found(await outcomes(reporter, database, saved(book), XLSX)) == [("refused", ["changed-meanwhile"])]
    assert found(await outcomes(reporter, database, lines(tilbud_id), NDJSON)) == [("refused", ["changed-meanwhile"])]
    assert (await step_of(reporter, tilbud_id))["data"]["year"] == 2030
    book = await template(reporter, "budget")
    assert book["Indberetning"].cell(3, 3).value == 2030
    fill(book, 3, year=2027)
    assert found(await outcomes(reporter, database, saved(book), XLSX))[0][0] == "saved"
    await edit(colleague, tilbud_id, "budget", year=2031)
    fill(book, 3, year=2028)
    assert found(await outcomes(reporter, database, saved(book), XLSX)) == [("refused", ["changed-meanwhile"])]


async def test_what_awaits_approval_is_locked_in_template_and_upload(
    reporter: Client, sent: Any, database: Database
) -> None:
    book = await template(reporter, "budget")
    assert book["Indberetning"].cell(3, 3).protection.locked
    fill(book, 3, year=2029)
    assert found(await outcomes(reporter, database, saved(book), XLSX)) == [("refused", ["locked"])]
    assert (await step_of(reporter, sent.tilbud_id))["data"]["year"] == BUDGET["year"]


async def test_an_upload_replaces_no_draft_of_who_started_over(
    reporter: Client, tilbud_id: str, database: Database
) -> None:
    await save(reporter, tilbud_id, "values", example("steps/values"))
    assert (await reporter.post(f"/v1/tilbud/{tilbud_id}/draft", json={"start": "new"})).status_code == 200
    assert found(await outcomes(reporter, database, lines(tilbud_id), NDJSON)) == [("saved", [])]
    assert (await step_of(reporter, tilbud_id, "values"))["data"]["values"]


async def test_p4_a_right_for_single_steps_is_for_these_of_all_tilbud(
    client_as: Any, filled: str, create: Create, database: Database
) -> None:
    economy = await client_as("reporter-solsikken", sub="economy", **ECONOMY)
    second = await create("Valmuen")
    url = f"/v1/tilbud/{filled}"
    draft = (await economy.get(f"{url}/draft")).json()
    assert [step["step"] for step in draft["steps"]] == ["annual-report", "budget"]
    assert (draft["all_steps"], draft["may_send"]) == (False, False)
    summary = (await economy.get(f"{url}/draft/summary")).json()
    assert [step["step"] for step in summary["steps"]] == ["annual-report", "budget"]
    assert summary["can_submit"] is False
    assert (await edit(economy, filled, "budget", year=2028)).status_code == 200
    tag = {"If-Match": "*"}
    refused = [
        await economy.get(f"{url}/draft/steps/values"),
        await economy.put(f"{url}/draft/steps/values", json={}, headers=tag),
        await economy.post(f"{url}/draft", json={"start": "new"}),
        await economy.post(f"{url}/draft/restoration"),
        await economy.post(f"{url}/submissions"),
        await economy.post(f"{url}/draft/steps/values/copies", json={"to": [second]}),
        await economy.put(f"{url}/vacancies", json={"departments": [{"vacancies": 1}]}, headers=tag),
        await economy.get("/v1/bulk-template", params={"step": "values"}),
    ]
    assert [answer.status_code for answer in refused] == [403] * len(refused)
    rows = await outcomes(economy, database, lines(filled, second), NDJSON)
    assert found(rows) == [("saved", []), ("saved", [])]
    values = json.dumps({"tilbud_id": second, "step": "values", "data": {"values": "x"}}).encode()
    assert found(await outcomes(economy, database, values, NDJSON)) == [("refused", ["no-right"])]
    sender = await client_as("reporter-solsikken", rights=[*ECONOMY["rights"], "tilbud.send-report:*"])
    assert (await sender.post(f"{url}/submissions")).status_code == 201


async def test_p4_who_has_single_steps_reads_only_their_approved_data(client_as: Any, approved: Any) -> None:
    economy = await client_as("reporter-solsikken", **ECONOMY)
    shown = (await economy.get(f"/v1/tilbud/{approved.tilbud_id}")).json()
    assert set(shown["baseline"]["steps"]) == {"annual-report", "budget"}
    every = await client_as("reporter-solsikken", rights=["tilbud.report-step:*"])
    assert len((await every.get(f"/v1/tilbud/{approved.tilbud_id}")).json()["baseline"]["steps"]) == len(STEPS)


async def test_the_same_file_twice_is_one_upload_while_it_is_worked_on(
    reporter: Client, colleague: Client, tilbud_id: str, database: Database
) -> None:
    content = lines(tilbud_id)
    first, again = await asyncio.gather(*(upload(reporter, content, NDJSON) for _ in range(2)))
    assert first.json() == again.json()
    keyed = [await upload(reporter, lines(tilbud_id, year=2029), NDJSON, key="one") for _ in range(2)]
    assert keyed[0].json() == keyed[1].json() != first.json()
    assert (await upload(reporter, content, NDJSON, key="one")).status_code == 422
    assert (await upload(colleague, content, NDJSON)).json() != first.json(), "another person's is another"
    await work_off(database)
    later = await upload(reporter, content, NDJSON)
    assert later.json() != first.json()


async def test_uploads_are_ones_own(reporter: Client, colleague: Client, tilbud_id: str, database: Database) -> None:
    ids = []
    for year in (2027, 2028, 2029):
        ids.append((await upload(reporter, lines(tilbud_id, year=year), NDJSON)).json()["id"])
        await work_off(database)
    page = (await reporter.get("/v1/bulk-reports", params={"limit": 2})).json()
    rest = (await reporter.get("/v1/bulk-reports", params={"limit": 2, "cursor": page["next"]})).json()
    assert [each["id"] for each in (*page["items"], *rest["items"])] == ids[::-1]
    assert (page["items"][0]["done"], page["items"][0]["total"], page["items"][0]["steps"]) == (1, 1, ["budget"])
    assert (await colleague.get("/v1/bulk-reports")).json()["items"] == []
    assert (await colleague.get(f"/v1/bulk-reports/{ids[0]}")).status_code == 404


async def test_uploads_that_wait_are_limited(reporter: Client, tilbud_id: str) -> None:
    answers = [await upload(reporter, lines(tilbud_id, year=2027 + n), NDJSON) for n in range(MOST_OPEN + 1)]
    assert [answer.status_code for answer in answers] == [202] * MOST_OPEN + [409]


async def test_two_workers_and_one_that_is_killed_take_no_row_twice_and_lose_none(
    reporter: Client, create: Create, tilbud_id: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [tilbud_id, *[await create(f"Nr. {number}") for number in range(7)]]
    report_id = (await upload(reporter, lines(*ids), NDJSON)).json()["id"]
    real, calls = save_row, 0

    async def dying(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        outcome = await real(*arguments)
        if calls == 2:
            raise asyncio.CancelledError
        return outcome

    monkeypatch.setattr(commands, "save_row", dying)
    assert await settle_next(database, report_id)
    with pytest.raises(asyncio.CancelledError):
        await settle_next(database, report_id)
    shown = (await reporter.get(f"/v1/bulk-reports/{report_id}")).json()
    assert (shown["state"], shown["done"]) == ("running", 1), "what was killed is as if it had not begun"
    await asyncio.gather(*(work_off(database) for _ in range(3)))
    await work_off(database)
    shown = (await reporter.get(f"/v1/bulk-reports/{report_id}")).json()
    assert shown["state"] == "done"
    assert {row["outcome"] for row in shown["rows"]} == {"saved"}
    assert await count_rows(database, "actions WHERE what = 'step-saved'") == len(ids)


async def test_a_fault_of_ours_ends_after_three_attempts_and_holds_nobody_up(
    reporter: Client, create: Create, tilbud_id: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = await create("Valmuen")
    real = save_row

    async def broken(session: Any, mount: Any, context: Any, row: Any, by: Any) -> Any:
        if row.subject_id == tilbud_id:
            raise RuntimeError("a bug")
        return await real(session, mount, context, row, by)

    monkeypatch.setattr(commands, "save_row", broken)
    rows = await outcomes(reporter, database, lines(tilbud_id, second), NDJSON)
    assert found(rows) == [("refused", ["internal"]), ("saved", [])]


async def test_content_is_dropped_once_it_is_saved_and_uploads_after_thirty_days(
    reporter: Client, tilbud_id: str, database: Database
) -> None:
    await outcomes(reporter, database, lines(tilbud_id) + b"\n" + lines("CRV-1"), NDJSON)
    async with database.read() as session:
        kept = list(await session.scalars(text("SELECT content -> 'whole' FROM bulk_report_entries ORDER BY position")))
    assert kept[0] is None
    assert kept[1] is not None
    await forget_uploads(database)
    assert await count_rows(database, "bulk_reports") == 1
    async with database.begin() as session:
        await session.execute(update(BulkReport).values(finished_at=now() - timedelta(days=31)))
    await forget_uploads(database)
    assert await count_rows(database, "bulk_report_entries") == await count_rows(database, "bulk_reports") == 0


async def test_who_runs_nothing_gets_no_template(client_as: Any, reporter: Client, tilbud_id: str) -> None:
    nobody = await client_as("no-tilbud")
    answer = await nobody.get("/v1/bulk-template", params={"step": "budget"})
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (403, "no-tilbud")
    assert (await reporter.get("/v1/bulk-template", params={"step": "pond"})).status_code == 404
    assert tilbud_id
