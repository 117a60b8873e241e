"""Bad files get a clear answer in Danish, cost little, and leave nothing; good ones are read whatever made them."""

import asyncio
import io
import json
import struct
import zipfile
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from chassis.errors import DomainError
from reporting.bulk_reports.columns import layout_of
from reporting.bulk_reports.reading import CSV, NDJSON, OLE, XLSX, read_file
from reporting.bulk_reports.schemas import Entry
from reporting.bulk_reports.sheets import MAX_ROWS, UnusableFile, column_letter
from services.reporting.tests.bulk_reports.files import part, saved, with_parts, xlsx

SHEET = "xl/worksheets/sheet1.xml"
TYPES = "[Content_Types].xml"
ETAG = "0" * 32
HEADINGS = ("Tilbuds-id", "Budgetår", "Forventede indtægter fra takster (kr.)")
GOOD = xlsx([HEADINGS, ("CRV-6325", 2027, 1234.5)])


def budget_version() -> str:
    layout = layout_of("budget")
    assert layout
    return layout.version


async def read(content: bytes, media_type: str = XLSX, step: str | None = "budget") -> list[Entry]:
    return await read_file(content, media_type, step)


async def refusal(content: bytes, media_type: str = XLSX, step: str | None = "budget") -> str:
    """Return the code that a file is refused with."""
    with pytest.raises(UnusableFile) as refused:
        await read(content, media_type, step)
    assert refused.value.detail.endswith("."), "it is a sentence"
    return refused.value.errors[0].code


def csv(*lines: str, encoding: str = "utf-8-sig") -> bytes:
    return "\r\n".join(lines).encode(encoding)


async def test_a_workbook_is_read_by_ids_or_by_labels() -> None:
    by_id = xlsx([("tilbud_id", "year", "rate_income_oere"), ("CRV-6325", 2027, "1.234,50")])
    for content in (GOOD, by_id):
        [entry] = await read(content)
        assert (entry.tilbud_id, entry.rows, entry.errors) == ("CRV-6325", [2], [])
        assert entry.parts[0].answers == {"year": 2027, "rate_income_oere": 123450}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "latin-1", "utf-16"])
async def test_danish_csv(encoding: str) -> None:
    content = csv(
        "Tilbuds-id;Forventede indtægter fra takster;Koncernnote;Erklæringens dato",
        'CRV-6325;1.234,50;"Blåbær; =ikke en formel";31-12-2026',
        encoding=encoding,
    )
    [entry] = await read(content, CSV)
    assert entry.errors == []
    assert entry.parts[0].answers == {
        "rate_income_oere": 123450,
        "group_note": "Blåbær; =ikke en formel",
        "rate_audited_on": "2026-12-31",
    }


def bomb() -> bytes:
    return with_parts(GOOD, {SHEET: b"<worksheet>" + b" " * (40 * 1024 * 1024) + b"</worksheet>"})


def lying_bomb() -> bytes:
    """Return a package that says of its largest part that it is small."""
    content = bytearray(bomb())
    size = struct.pack("<I", 40 * 1024 * 1024 + len(b"<worksheet></worksheet>"))
    return bytes(content.replace(size, struct.pack("<I", 100)))


def expanding_entities() -> bytes:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<!DOCTYPE w [<!ENTITY e0 "{"x" * 100}">{entities}]><worksheet>&e11;</worksheet>'
    return with_parts(GOOD, {SHEET: text.encode()})


def external_entity() -> bytes:
    text = '<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet>&e;</worksheet>'
    return with_parts(GOOD, {SHEET: text.encode()})


def damaged() -> bytes:
    content = bytearray(GOOD)
    content[100] ^= 0xFF
    return bytes(content)


def many_cells() -> bytes:
    row = b"<row r='%d'>" + b"<c s='1'/>" * 20 + b"</row>"
    rows = b"".join(row % number for number in range(1, 200_000))
    return with_parts(GOOD, {SHEET: b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"})


def encrypted() -> bytes:
    return OLE + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 500


def locked_package() -> bytes:
    content = bytearray(GOOD)
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


BAD = {
    "empty": (b"  \n", "missing"),
    "cut off": (GOOD[: len(GOOD) // 2], "file-damaged"),
    "damaged inside": (damaged(), "file-damaged"),
    "no workbook": (with_parts(GOOD, {TYPES: b"<Types/>"}), "file-format"),
    "with macros": (with_parts(GOOD, {"xl/vbaProject.bin": b"macro"}), "file-macros"),
    "of a macro type": (
        with_parts(GOOD, {TYPES: part(GOOD, TYPES).replace(b"spreadsheetml.sheet.main", b"sheet.macroEnabled.main")}),
        "file-macros",
    ),
    "old Excel": (OLE + b"\0" * 1000, "file-format"),
    "protected": (encrypted(), "file-protected"),
    "protected package": (locked_package(), "file-protected"),
    "bomb": (bomb(), "file-too-large"),
    "lying bomb": (lying_bomb(), "file-damaged"),
    "entities": (expanding_entities(), "file-damaged"),
    "external entity": (external_entity(), "file-damaged"),
    "many parts": (with_parts(GOOD, {f"xl/part{n}": b"" for n in range(300)}), "file-too-large"),
    "many cells": (many_cells(), "file-too-large"),
    "too many rows": (xlsx([HEADINGS, *(("CRV-1", 2027, 1) for _ in range(MAX_ROWS + 1))]), "too-many"),
    "too many columns": (xlsx([HEADINGS, ("CRV-1", *range(300))]), "file-too-large"),
    "no id": (xlsx([("Budgetår",), (2027,)]), "missing-column"),
    "no rows": (xlsx([HEADINGS]), "missing"),
    "heading twice": (xlsx([(*HEADINGS, "Budgetår"), ("CRV-1", 2027, 1, 2)]), "duplicate-value"),
    "other column": (xlsx([(*HEADINGS, "Noget andet"), ("CRV-1", 2027, 1, 2)]), "unknown-column"),
    "older template": (
        xlsx([("tilbud_id", "version"), ("CRV-1", f"budget.00000000.{ETAG}")]),
        "template-outdated",
    ),
    "other step": (
        xlsx([("tilbud_id", "version"), ("CRV-1", f"annual-report.{budget_version()}.{ETAG}")]),
        "wrong-step",
    ),
}


@pytest.mark.parametrize(("content", "code"), BAD.values(), ids=BAD)
async def test_what_cannot_be_used_is_refused(content: bytes, code: str) -> None:
    assert await refusal(content) == code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (csv("tilbud_id;group_note", 'CRV-1;"afbrudt'), "file-damaged"),
        (csv("tilbud_id,year", "CRV-1,2027"), "file-format"),
        (b"tilbud_id;year\r\n\0\0", "file-format"),
        (b"%PDF-1.7 tilbud_id;year", "file-format"),
        (csv("tilbud_id;year", *("CRV-1;2027" for _ in range(MAX_ROWS + 60))), "too-many"),
    ],
)
async def test_csv_that_cannot_be_used_is_refused(content: bytes, code: str) -> None:
    assert await refusal(content, CSV) == code


async def test_the_step_has_to_be_named_or_said_by_the_template() -> None:
    assert await refusal(GOOD, step=None) == "missing"
    assert await refusal(GOOD, step="pond") == "wrong-step"
    version = f"budget.{budget_version()}.{ETAG}"
    [entry] = await read(xlsx([("tilbud_id", "year", "version"), ("CRV-6325", 2027, version)]), step=None)
    assert (entry.step, entry.if_match) == ("budget", f'"{ETAG}"')


async def test_other_types_are_not_taken() -> None:
    with pytest.raises(DomainError) as refused:
        await read(GOOD, "application/json")
    assert refused.value.slug == "unsupported-media-type"


async def test_a_million_empty_rows_are_passed_over() -> None:
    book = load_workbook(io.BytesIO(GOOD))
    book["Indberetning"].row_dimensions[1_048_576].height = 20
    book["Indberetning"]["A1048576"] = " "
    [entry] = await read(saved(book))
    assert entry.rows == [2]


def cell_file(heading: str, value: Any) -> bytes:
    return xlsx([("tilbud_id", heading), ("CRV-6325", value)])


WRONG_CELLS: dict[str, tuple[str, Any, str]] = {
    "formula": ("rate_income_oere", "=1+1", "formula"),
    "formula in a text": ("group_note", "=HYPERLINK(1)", "formula"),
    "error": ("rate_income_oere", "#REF!", "formula"),
    "two readings": ("rate_income_oere", "1.234", "ambiguous-number"),
    "two other readings": ("rate_income_oere", "1,234", "ambiguous-number"),
    "three decimals": ("rate_income_oere", 12.345, "wrong-type"),
    "words": ("rate_income_oere", "ca. 12 mio.", "wrong-type"),
    "day for a number": ("rate_income_oere", date(2027, 1, 1), "wrong-type"),
    "half a year": ("year", 2027.5, "wrong-type"),
    "other choice": ("schema", "Halvprivat", "unknown-value"),
    "neither": ("rate_audited", "måske", "wrong-type"),
    "American day": ("rate_audited_on", "12/31/2026", "invalid-date"),
    "day in two ways": ("rate_audited_on", "03/04/2026", "invalid-date"),
    "no day": ("rate_audited_on", 46_000, "invalid-date"),
    "text made a day": ("rate_auditor", date(2027, 1, 2), "wrong-type"),
    "person": ("group_note", "Vores leder, 010180-0000, sagde det", "cpr-number"),
    "long": ("rate_auditor", "x" * 500, "too-long"),
    "huge": ("rate_income_oere", 1e300, "too-large"),
}


@pytest.mark.parametrize(("heading", "value", "code"), WRONG_CELLS.values(), ids=WRONG_CELLS)
async def test_a_wrong_cell_is_named(heading: str, value: Any, code: str) -> None:
    [entry] = await read(cell_file(heading, value))
    assert [(each.row, each.column, each.code) for each in entry.errors] == [(2, heading, code)]
    assert entry.parts == []


@pytest.mark.parametrize(
    ("heading", "value", "answer"),
    [
        ("rate_income_oere", 1234.56, 123456),
        ("rate_income_oere", 0.1 + 0.2, 30),
        ("rate_income_oere", "1.234.567,00 kr.", 123456700),
        ("rate_income_oere", "kr. 1.234.567,-", 123456700),
        ("rate_income_oere", "1234.5", 123450),
        ("rate_income_oere", " 12 000 ", 1200000),
        ("year", "2027", 2027),
        ("schema", "privat tilbud", "private"),
        ("schema", "private", "private"),
        ("rate_audited", "JA", True),
        ("rate_audited", False, False),
        ("rate_audited_on", date(2026, 12, 31), "2026-12-31"),
        ("rate_audited_on", "31.12.2026", "2026-12-31"),
        ("rate_auditor", 1234, "1234"),
        ("rate_income_oere", "", None),
    ],
)
async def test_a_cell_stands_for_an_answer(heading: str, value: Any, answer: Any) -> None:
    [entry] = await read(cell_file(heading, value))
    assert entry.errors == []
    assert entry.parts[0].answers == {heading: answer}


async def test_nothing_that_may_be_a_cpr_number_is_kept() -> None:
    number = "010180-0000"
    table = [("tilbud_id", "group_note", "rate_income_oere", "year"), (number, number, number, "ti")]
    for content, kind in (
        (xlsx(table), XLSX),
        (csv(*(";".join(map(str, row)) for row in table)), CSV),
        (json.dumps({"tilbud_id": number, "step": "values", "data": {"values": number}}).encode(), NDJSON),
        (json.dumps({"tilbud_id": "CRV-1", "step": "values", "data": {number: "x"}}).encode(), NDJSON),
    ):
        entries = await read(content, kind)
        assert all(entry.errors for entry in entries)
        assert number not in json.dumps([entry.model_dump() for entry in entries])


async def test_the_same_tilbud_twice_is_refused_in_both_rows() -> None:
    [entry] = await read(xlsx([HEADINGS, ("CRV-1", 2027, 1), ("crv-1", 2027, 2)]))
    assert [(each.row, each.code) for each in entry.errors] == [(2, "not-unique"), (3, "not-unique")]
    lines = b"\n".join(json.dumps({"tilbud_id": "CRV-1", "step": "budget", "data": {}}).encode() for _ in range(2))
    first, second = await read(lines, NDJSON)
    assert [first.errors[0].code, second.errors[0].code] == ["not-unique", "not-unique"]


async def test_lines_are_taken_one_by_one() -> None:
    lines = [
        b'{"tilbud_id": "CRV-1", "step": "budget", "data": {"year": 2027}, "if_match": "\\"x\\""}',
        b'{"tilbud_id": "CRV-2", "step": "pond", "data": {}}',
        b'{"tilbud_id": "CRV-3", "step": "budget", "data": []}',
        b'{"tilbud_id": 4, "step": "budget", "data": {}}',
        b'{"tilbud_id": "CRV-5", "step": "annual-report", "data": {"sickness_absence_days": "1.234"}}',
        b'{"tilbud_id": "CRV-6", "step": "budget", "data": {}, "more": 1}',
        b"[1]",
        b"[" * 5000,
        b'{"tilbud_id": "CRV-7", "step": "budget", "da',
    ]
    entries = await read(b"\n\n".join(lines), NDJSON)
    assert [each.rows[0] for each in entries] == [1, 3, 5, 7, 9, 11, 13, 15, 17]
    assert entries[0].whole == {"year": 2027}
    assert entries[0].if_match == '"x"'
    codes = [[error.code for error in each.errors] for each in entries[1:]]
    assert codes == [
        ["unknown-value"],
        ["not-an-object"],
        ["missing"],
        ["ambiguous-number"],
        ["unknown-field"],
        ["not-an-object"],
        ["json-depth"],
        ["json-invalid"],
    ]


async def test_the_process_that_serves_is_not_kept_busy_by_a_parser() -> None:
    """Others have their turns while a large workbook is read: far more than the steps in which it is read."""
    large = xlsx([HEADINGS, *((f"CRV-{n}", 2027, n) for n in range(4_000))])
    turns, done = 0, asyncio.Event()

    async def tick() -> None:
        nonlocal turns
        while not done.is_set():
            await asyncio.sleep(0.01)
            turns += 1

    ticking = asyncio.create_task(tick())
    entries = await asyncio.gather(*(read(large) for _ in range(3)))
    done.set()
    await ticking
    assert [len(each) for each in entries] == [4_000] * 3
    assert turns > 20


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_a_spreadsheet_names_them(index: int, letter: str) -> None:
    assert column_letter(index) == letter


def test_a_damaged_package_is_one() -> None:
    """What the tests of damage stand on: the file that they damage is whole."""
    assert zipfile.ZipFile(io.BytesIO(GOOD)).testzip() is None
