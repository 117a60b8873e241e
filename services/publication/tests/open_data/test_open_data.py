"""Everything public as files: what Excel makes of them, what a program does, and what is said of each field."""

import csv
import io
import json
from datetime import date, datetime, time
from typing import Any

import httpx2
import pytest

from chassis.clock import COPENHAGEN
from chassis.database import Database
from contracts.testing.factories import (
    example_steps,
    tilbud_ceased,
    tilsyn_published,
    vacancies_changed,
    without_departments,
)
from publication.code_lists.lists import code_lists
from publication.feed.commands import append_pending
from publication.open_data.columns import COLUMNS
from publication.open_data.csv_format import cell, lines
from publication.publishing.maintenance import publish_day_changes
from services.publication.tests.factories import SANCTIONS, approved_case, publishing_facts

# Described as one.
WHOLE = ("intensified", "confirmed", "announced", "marking", "tilsyn/orders", "tilsyn/conditions", "tilsyn/intensified")
CSV = "/v1/open-data/tilbud.csv"


async def table(client: httpx2.AsyncClient) -> list[dict[str, str]]:
    """Return the file as Danish Excel reads it."""
    answer = await client.get(CSV)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


async def test_each_department_is_a_row_that_excel_reads(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await deliver_facts(
        approved_case("CRV-1"), tilsyn_published("CRV-1", **SANCTIONS), vacancies_changed("CRV-1", free={"afd-1": 1})
    )
    answer = await client.get(CSV)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="tilbud.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbftilbud_id;department_id;name;")
    first, second = await table(client)
    assert (first["tilbud_id"], first["department_id"], second["department_id"]) == ("CRV-1", "afd-1", "afd-2")
    told = {
        "name": "Solsikken",
        "department_name": "Afdeling Nord",
        "authority_name": "Socialtilsyn Nord",
        "target_groups": "autism, anxiety",
        "age_from": "18",
        "age_to": "65",
        "municipality_name": "Aalborg",
        "postcode": "9000",
        "vacancies": "1",
        "vacancies_confirmed_at": "2026-11-29T12:01:00Z",
        "rate_oere": "412500",
        "rate_unit": "day-and-night",
        "rate_year": "2026",
        "rate_confirmed_at": "2026-11-02T14:00:00Z",
        "occupancy_percent": "97",
        "quality": "4,2",
        "sanctions": "order, condition, intensified",
        "next_deadline": "2027-01-15",
        "address_hidden": "nej",
    }
    assert {name: first[name] for name in told} == told
    assert (second["vacancies"], second["occupancy_percent"]) == ("0", "96,5")
    # Nobody's name is in the file.
    assert "Eksempel" not in answer.text


async def test_sanctions_stand_from_their_first_day_to_their_last(
    client: httpx2.AsyncClient, deliver_facts: Any, set_clock: Any, database: Database
) -> None:
    names = ("sanctions", "overdue", "intensified_from", "intensified_until", "announced_from")
    set_clock(datetime(2026, 11, 18, 12, tzinfo=COPENHAGEN))
    await deliver_facts(approved_case("CRV-1"), tilsyn_published("CRV-1", **SANCTIONS))
    found = []
    for day in (date(2026, 11, 19), date(2026, 11, 20), date(2027, 1, 16), date(2027, 5, 20)):
        set_clock(datetime.combine(day, time(12), COPENHAGEN))
        await publish_day_changes(database)
        while await append_pending(database):
            continue
        row = (await table(client))[0]
        found.append(tuple(row[name] for name in names))
    assert found == [
        ("order, condition", "nej", "", "", "2026-11-20"),
        ("order, condition, intensified", "nej", "2026-11-20", "2027-05-19", ""),
        ("order, condition, intensified", "ja", "2026-11-20", "2027-05-19", ""),
        ("order, condition", "ja", "", "", ""),
    ]


async def test_what_was_not_answered_is_empty_and_never_no(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    content = example_steps("A")
    content["agreements"].pop("prison_approved", None)
    content["supplementary"]["accessibility"] = []
    for row in content["departments"]["departments"]:
        row.pop("accessibility", None)
    answered = example_steps("B", agreements={"prison_approved": False})
    await deliver_facts(*publishing_facts("CRV-1", content), *publishing_facts("CRV-2", answered))
    rows = {row["tilbud_id"]: row for row in await table(client)}
    assert [rows["CRV-1"][name] for name in ("prison_approved", "accessibility", "wheelchair")] == ["", "", ""]
    assert rows["CRV-2"]["prison_approved"] == "nej"
    assert rows["CRV-2"]["wheelchair"] in {"ja", "nej"}
    record = (await client.get("/v1/tilbud/CRV-1")).json()
    assert "prison_approved" not in record["steps"]["agreements"]


async def test_a_secret_address_is_in_no_file_and_a_removed_tilbud_in_none(
    client: httpx2.AsyncClient, deliver_facts: Any
) -> None:
    base = {"legal_bases": ["kvindekrisecenter"], "primary_legal_basis": "kvindekrisecenter"}
    await deliver_facts(*publishing_facts("CRV-1", without_departments(example_steps("A", company=base))))
    (row,) = await table(client)
    assert [row[name] for name in ("street", "postcode", "city", "address_hidden")] == ["", "", "", "ja"]
    assert (row["municipality"], row["department_id"]) == ("0851", "")
    ndjson = await client.get("/v1/open-data/tilbud.ndjson")
    assert "Kornblomstvej" not in ndjson.text
    assert [json.loads(line)["id"] for line in ndjson.text.splitlines()] == ["CRV-1"]
    await deliver_facts(tilbud_ceased("CRV-1"))
    assert await table(client) == []
    assert (await client.get("/v1/open-data/tilbud.ndjson")).text == ""


async def test_the_lines_are_those_of_the_dump(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await deliver_facts(*publishing_facts("CRV-1"), *publishing_facts("CRV-2"))
    lines_of, dump = [await client.get(path) for path in ("/v1/open-data/tilbud.ndjson", "/v1/dump")]
    assert lines_of.text == dump.text
    assert lines_of.headers["feed-position"] == dump.headers["feed-position"] == "2"
    assert lines_of.headers["content-type"] == "application/x-ndjson"


@pytest.mark.parametrize("path", [CSV, "/v1/open-data/tilbud.ndjson", "/v1/open-data/fields"])
async def test_who_has_a_file_is_not_sent_it_again(client: httpx2.AsyncClient, deliver_facts: Any, path: str) -> None:
    await deliver_facts(*publishing_facts("CRV-1"))
    first = await client.get(path)
    again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert first.headers["cache-control"].startswith("public, max-age=")
    assert (await client.get(path, params={"format": "xlsx"})).status_code == 422


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=HYPERLINK(A1)", "'=HYPERLINK(A1)"),
        (" =1+1", "'=1+1"),
        ("+4598000000", "'+4598000000"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"),
        ("＝1", "'＝1"),
        (["=1", "b"], "'=1, b"),
        ("Bo\r\n=cmd", "Bo =cmd"),
        ("a=b", "a=b"),
        (None, ""),
        (True, "ja"),
        (False, "nej"),
        (0, "0"),
        (92.5, "92,5"),
        ([], ""),
    ],
)
def test_a_cell_is_never_a_formula(value: Any, shown: str) -> None:
    assert cell(value) == shown


def test_a_separator_inside_a_text_is_quoted() -> None:
    assert lines([['a;"b"', 1, None]]) == b'"a;""b""";1;\r\n'


async def test_every_field_is_described_with_its_list_of_codes(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    found = (await client.get("/v1/open-data/fields")).json()
    assert found["licence"]["url"].startswith("https://creativecommons.org/")
    of_csv, of_ndjson = found["files"]
    assert [each["name"] for each in of_csv["fields"]] == [each.name for each in COLUMNS]
    assert len({each.name for each in COLUMNS}) == len(COLUMNS)
    for each in (*of_csv["fields"], *of_ndjson["fields"]):
        assert each["label"], each
        assert each["description"], each
        if each["codes"]:
            assert each["codes"].removeprefix("/v1/code-lists/") in code_lists(), each
    bare = without_departments(example_steps("Bar"))
    await deliver_facts(
        *(approved_case("CRV-1"), tilsyn_published("CRV-1", **SANCTIONS), vacancies_changed("CRV-1")),
        *(approved_case("CRV-2", content=bare), tilsyn_published("CRV-2", themes=[])),
    )
    described = {each["name"] for each in of_ndjson["fields"]}
    for tilbud_id in ("CRV-1", "CRV-2"):
        record = (await client.get(f"/v1/tilbud/{tilbud_id}")).json()
        assert {path for path in paths(record) if not is_described(path, described)} == set()


def is_described(path: str, described: set[str]) -> bool:
    return path in described or any(path.startswith(f"{whole}/") for whole in WHOLE)


def paths(value: Any, before: str = "") -> set[str]:
    """Return the path of everything in a record that is no object, as the description names it."""
    if isinstance(value, dict):
        return {path for name, each in value.items() for path in paths(each, f"{before}/{name}" if before else name)}
    if isinstance(value, list) and any(isinstance(each, dict) for each in value):
        return {path for each in value for path in paths(each, f"{before}/*")}
    return {before}
