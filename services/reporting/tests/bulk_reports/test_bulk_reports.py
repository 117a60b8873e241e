"""One step of many tilbud from one file: every row has its own outcome, and what is wrong touches no other."""

import io
import json
from typing import Any

from openpyxl import load_workbook

from chassis.database import Database
from reporting.bulk_reports.commands import work_off
from reporting.bulk_reports.reading import XLSX
from services.reporting.tests.http_requests import Client, example

NDJSON = "application/x-ndjson"


async def upload(client: Client, content: bytes, media_type: str, **params: str) -> Any:
    """Send a file."""
    return await client.post("/v1/bulk-reports", content=content, headers={"Content-Type": media_type}, params=params)


async def outcomes(client: Client, database: Database, content: bytes, media_type: str, **params: str) -> Any:
    """Send a file, let the worker settle it, and return its rows."""
    answer = await upload(client, content, media_type, **params)
    assert answer.status_code == 202, answer.text
    await work_off(database)
    shown = (await client.get(f"/v1/bulk-reports/{answer.json()['id']}")).json()
    assert shown["state"] == "done", shown
    return shown["rows"]


async def test_the_template_filled_in_is_saved_and_the_same_again_changes_nothing(
    reporter: Client, tilbud_id: str, database: Database
) -> None:
    template = await reporter.get("/v1/bulk-template", params={"step": "budget"})
    assert template.status_code == 200, template.text
    book = load_workbook(io.BytesIO(template.content))
    sheet = book["Indberetning"]
    ids = [cell.value for cell in sheet[2]]
    assert sheet.cell(3, 1).value == tilbud_id
    for name, value in example("steps/budget").items():
        if value is not None:
            cell = sheet.cell(3, ids.index(name) + 1)
            cell.value = value / 100 if name.endswith("_oere") else "Privat tilbud" if name == "schema" else value
    written = io.BytesIO()
    book.save(written)
    rows = await outcomes(reporter, database, written.getvalue(), XLSX)
    assert [(row["row"], row["tilbud_id"], row["outcome"], row["errors"]) for row in rows] == [
        (3, tilbud_id, "saved", [])
    ]
    step = (await reporter.get(f"/v1/tilbud/{tilbud_id}/draft/steps/budget")).json()
    assert step["complete"]
    rows = await outcomes(reporter, database, written.getvalue(), XLSX)
    assert [row["outcome"] for row in rows] == ["unchanged"]


async def test_ndjson(reporter: Client, tilbud_id: str, database: Database) -> None:
    line = {"tilbud_id": tilbud_id, "step": "budget", "data": example("steps/budget")}
    content = json.dumps(line).encode() + b"\n" + json.dumps(line | {"tilbud_id": "CRV-1"}).encode() + b"\n{"
    rows = await outcomes(reporter, database, content, NDJSON)
    assert [(row["outcome"], [error["code"] for error in row["errors"]]) for row in rows] == [
        ("saved", []),
        ("refused", ["unknown"]),
        ("refused", ["json-invalid"]),
    ]
