"""The template: what is known, ids that are locked, lists to choose from, definitions, and text that stays text."""

import io
from typing import Any

from openpyxl import load_workbook

from chassis.database import Database
from reporting.bulk_reports.commands import work_off
from reporting.bulk_reports.reading import CSV, XLSX
from services.reporting.tests.bulk_reports.files import saved
from services.reporting.tests.bulk_reports.test_bulk_reports import Create, create, outcomes, upload
from services.reporting.tests.http_requests import Client, example, save

__all__ = ["create"]


async def sheet_of(client: Client, step: str) -> Any:
    answer = await client.get("/v1/bulk-template", params={"step": step})
    assert answer.status_code == 200, answer.text
    return load_workbook(io.BytesIO(answer.content))


async def test_p5_it_shows_what_is_approved_and_offers_what_can_be_chosen(reporter: Client, approved: Any) -> None:
    book = await sheet_of(reporter, "budget")
    sheet = book["Indberetning"]
    by_id = {cell.value: cell.column for cell in sheet[2]}
    known = example("steps/budget")
    assert sheet.cell(3, by_id["tilbud_id"]).value == approved.tilbud_id
    assert sheet.cell(3, by_id["year"]).value == known["year"]
    assert sheet.cell(3, by_id["rate_income_oere"]).value == known["rate_income_oere"] / 100
    assert sheet.cell(3, by_id["schema"]).value == "Privat tilbud"
    assert sheet.protection.sheet
    assert [sheet.cell(3, by_id[name]).protection.locked for name in ("tilbud_id", "version", "year")] == [
        True,
        True,
        False,
    ]
    assert "Det kalenderår" in sheet.cell(1, by_id["year"]).comment.text
    assert sheet.row_dimensions[2].hidden
    lists = [each for each in sheet.data_validations.dataValidation if each.type == "list"]
    assert any(sheet.cell(3, by_id["schema"]).coordinate in each.sqref for each in lists)
    assert "Offentligt tilbud" in {cell.value for row in book["Valg"].iter_rows() for cell in row}
    assert book["Valg"].sheet_state == "hidden"
    assert book["Vejledning"]["A1"].value == "Budget"


async def test_no_text_of_it_becomes_a_formula_or_a_day(reporter: Client, tilbud_id: str) -> None:
    values = {"values": '=HYPERLINK("http://evil.example";"Klik")', "professional_goals": "1-2"}
    assert (await save(reporter, tilbud_id, "values", values)).status_code == 200
    sheet = (await sheet_of(reporter, "values"))["Indberetning"]
    cells = [cell for cell in sheet[3] if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    assert {*values.values()} <= {cell.value for cell in cells}


async def test_only_the_rows_that_are_wrong_are_corrected_and_sent_again(
    reporter: Client, colleague: Client, create: Create, tilbud_id: str, database: Database
) -> None:
    second = await create("Valmuen")
    csv = f"tilbud_id;year;rate_income_oere;group_note\n{tilbud_id};2027;1.234;010180-0000\n{second};2027;1,50;x\n"
    answer = await upload(reporter, csv.encode(), CSV, step="budget")
    url = f"/v1/bulk-reports/{answer.json()['id']}/corrections"
    await work_off(database)
    file = await reporter.get(url)
    assert file.status_code == 200, file.text
    book = load_workbook(io.BytesIO(file.content))
    sheet = book["Indberetning"]
    by_id = {cell.value: cell.column for cell in sheet[2]}
    assert sheet.max_row == 3
    assert [sheet.cell(3, by_id[name]).value for name in ("tilbud_id", "year", "rate_income_oere", "group_note")] == [
        tilbud_id,
        2027 if sheet.cell(3, by_id["year"]).data_type == "n" else "2027",
        "1.234",
        None,
    ]
    assert "to måder" in sheet.cell(3, by_id["rate_income_oere"]).comment.text
    assert "CPR-nummer" in sheet.cell(3, by_id["group_note"]).comment.text
    sheet.cell(3, by_id["rate_income_oere"]).value = 1234
    assert [row["outcome"] for row in await outcomes(reporter, database, saved(book), XLSX, step="budget")] == ["saved"]
    assert (await colleague.get(url)).status_code == 404
    again = await upload(
        reporter, csv.partition("\n")[0].encode() + f"\n{second};2027;2,50;x\n".encode(), CSV, step="budget"
    )
    await work_off(database)
    assert (await reporter.get(f"/v1/bulk-reports/{again.json()['id']}/corrections")).status_code == 409
