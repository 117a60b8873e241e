"""The leader's CPR number: encrypted in one table, shown to few, and every look written down."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import text

from chassis.database import Database
from services.reporting.tests.http_requests import (
    Client,
    add_cpr,
    count_rows,
    example,
    submit,
    with_value,
)

CPR = example("create-tilbud")["leader"]["cpr"]


async def test_the_cpr_number_stands_encrypted_in_one_table_and_nowhere_else(
    officer: Client, reporter: Client, database: Database, caplog: Any
) -> None:
    tilbud_id = (await officer.post("/v1/tilbud", json=example("create-tilbud"))).json()["id"]
    digits = CPR.replace("-", "").encode()
    assert await rows_that_hold(database, CPR) == []
    assert await rows_that_hold(database, digits.decode()) == []
    shown = await reporter.get(f"/v1/tilbud/{tilbud_id}")
    assert shown.json()["leader_cpr"] == {
        "missing": False,
        "masked": "010180-****",
        "etag": shown.json()["leader_cpr"]["etag"],
    }
    assert CPR not in shown.text
    assert digits.decode() not in caplog.text
    assert CPR not in caplog.text
    async with database.read() as session:
        row = (await session.execute(text("SELECT nonce, ciphertext FROM leader_cprs"))).one()
    assert len(row.nonce) == 12
    assert digits not in row.ciphertext


async def test_showing_the_cpr_number_needs_the_right_and_is_written_down(
    client_as: Any, officer: Client, reporter: Client, database: Database, tilbud_id: str
) -> None:
    url = f"/v1/tilbud/{tilbud_id}/leader-cpr"
    assert (await reporter.get(url)).status_code == 403
    assert (await (await client_as("officer-nord-basic")).get(url)).status_code == 403
    assert (await (await client_as("officer-syd")).get(url)).status_code == 404
    assert await count_rows(database, "cpr_accesses") == 0
    response = await officer.get(url)
    assert response.json() == {"cpr": CPR}
    assert response.headers["Cache-Control"] == "no-store"
    async with database.read() as session:
        row = (await session.execute(text("SELECT act, by FROM cpr_accesses"))).one()
    assert row.act == "shown"
    assert row.by["name"] == "Rasmus Toft"


async def test_a_stored_cpr_number_is_changed_with_its_etag_only(officer: Client, tilbud_id: str) -> None:
    url = f"/v1/tilbud/{tilbud_id}/leader-cpr"
    body = {"cpr": "0202850000"}
    assert (await officer.put(url, json=body)).status_code == 428
    assert (await officer.put(url, json=body, headers={"If-Match": '"old"'})).status_code == 412
    tag = (await officer.get(url)).headers["ETag"]
    changed = await officer.put(url, json=body, headers={"If-Match": tag})
    assert changed.json()["masked"] == "020285-****"
    assert (await officer.get(url)).json() == {"cpr": "020285-0000"}


@pytest.mark.parametrize(
    "typed", ["010180-0000", "0101800000", "010180 - 0000", "010180\u20110000", "\u202a010180\u00a00000\u202c"]
)
async def test_a_number_comes_out_of_what_is_pasted_with_it(officer: Client, typed: str) -> None:
    created = await officer.post("/v1/tilbud", json=with_value("leader.cpr", typed))
    shown = await officer.get(created.headers["Location"] + "/leader-cpr")
    assert shown.json() == {"cpr": "010180-0000"}


async def test_who_may_only_approve_does_not_change_the_number(client_as: Any, officer: Client, tilbud_id: str) -> None:
    url, body = f"/v1/tilbud/{tilbud_id}/leader-cpr", {"cpr": "0202850000"}
    tag = (await officer.get(url)).headers["ETag"]
    basic = await client_as("officer-nord-basic")
    assert (await basic.put(url, json=body, headers={"If-Match": tag})).status_code == 403
    assert (await officer.get(url)).json() == {"cpr": CPR}


async def test_two_ciphertexts_cannot_be_exchanged(officer: Client, database: Database) -> None:
    first = (await officer.post("/v1/tilbud", json=example("create-tilbud"))).json()["id"]
    other = with_value("leader.cpr", "020285-0000")
    second = (await officer.post("/v1/tilbud", json=other)).json()["id"]
    swap = text(
        "UPDATE leader_cprs a SET nonce = b.nonce, ciphertext = b.ciphertext FROM leader_cprs b "
        "WHERE a.tilbud_id = :first AND b.tilbud_id = :second"
    )
    async with database.begin() as session:
        await session.execute(swap, {"first": first, "second": second})
    assert (await officer.get(f"/v1/tilbud/{first}/leader-cpr")).status_code == 500


async def test_without_the_leaders_cpr_number_nothing_is_sent(
    reporter: Client, officer: Client, filled: str, database: Database
) -> None:
    async with database.begin() as session:
        await session.execute(text("DELETE FROM leader_cprs"))
    response = await reporter.post(f"/v1/tilbud/{filled}/submissions")
    assert (response.status_code, response.json()["type"].rsplit("/", 1)[1]) == (409, "leader-cpr-missing")
    summary = (await reporter.get(f"/v1/tilbud/{filled}/draft/summary")).json()
    assert summary["obstacles"] == ["leader-cpr-missing"]
    assert (await reporter.put(f"/v1/tilbud/{filled}/leader-cpr", json={"cpr": "0101800000"})).status_code == 403
    added = await add_cpr(officer, filled)
    assert added.json()["masked"] == "010180-****"
    await submit(reporter, filled)


async def test_a_missing_cpr_number_has_an_etag_too(officer: Client, tilbud_id: str, database: Database) -> None:
    stale = (await officer.get(f"/v1/tilbud/{tilbud_id}")).json()["leader_cpr"]["etag"]
    async with database.begin() as session:
        await session.execute(text("DELETE FROM leader_cprs"))
    url, body = f"/v1/tilbud/{tilbud_id}/leader-cpr", {"cpr": "010180-0000"}
    assert (await officer.put(url, json=body)).status_code == 428
    assert (await officer.put(url, json=body, headers={"If-Match": stale})).status_code == 412
    missing = (await officer.get(f"/v1/tilbud/{tilbud_id}")).json()["leader_cpr"]
    assert (missing["missing"], missing["masked"]) == (True, None)
    twins = [officer.put(url, json=body, headers={"If-Match": missing["etag"]}) for _ in range(2)]
    assert sorted([answer.status_code for answer in await asyncio.gather(*twins)]) == [200, 412]


async def rows_that_hold(database: Database, needle: str) -> list[str]:
    """Return the tables with a row that shows ``needle`` in any column, outbox and stored answers included."""
    async with database.read() as session:
        tables = (await session.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))).scalars()
        found = []
        for table in tables.all():
            rows = (await session.execute(text(f"SELECT * FROM {table}"))).all()  # noqa: S608
            shown = json.dumps([[str(bytes(v)) if isinstance(v, bytes) else str(v) for v in row] for row in rows])
            if needle in shown:
                found.append(str(table))
        return found
