"""The leader's CPR number: encrypted in one table, shown to few, and every look written down."""

import asyncio
import json
from typing import Any

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from chassis.database import Database
from contracts.vocabularies import vocabulary
from reporting.leader_cpr.schemas import CprPurpose
from services.reporting.tests.http_requests import (
    PURPOSE,
    Client,
    add_cpr,
    count_rows,
    example,
    submit,
    with_value,
)

CPR = example("create-tilbud")["leader"]["cpr"]


async def change(officer: Client, tilbud_id: str, number: str) -> httpx2.Response:
    """Enter another number."""
    tag = (await officer.get(f"/v1/tilbud/{tilbud_id}")).json()["leader_cpr"]["etag"]
    return await officer.put(f"/v1/tilbud/{tilbud_id}/leader-cpr", json={"cpr": number}, headers={"If-Match": tag})


async def shown(officer: Client, tilbud_id: str) -> str:
    """Return the number in full."""
    answer = await officer.post(f"/v1/tilbud/{tilbud_id}/leader-cpr/views", json=PURPOSE)
    return str(answer.json()["cpr"])


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
        "unreadable": False,
        "etag": shown.json()["leader_cpr"]["etag"],
    }
    assert CPR not in shown.text
    assert digits.decode() not in caplog.text
    assert CPR not in caplog.text
    async with database.read() as session:
        row = (await session.execute(text("SELECT nonce, ciphertext FROM leader_cprs"))).one()
    assert len(row.nonce) == 12
    assert digits not in row.ciphertext


async def test_showing_the_cpr_number_needs_the_right_and_a_purpose_and_is_written_down(
    client_as: Any, officer: Client, database: Database, tilbud_id: str
) -> None:
    url = f"/v1/tilbud/{tilbud_id}/leader-cpr"
    for persona, status in (("reporter-solsikken", 403), ("officer-nord-basic", 403), ("officer-syd", 404)):
        assert (await (await client_as(persona)).post(f"{url}/views", json=PURPOSE)).status_code == status
    wrong = [{}, {"purpose": "identity"}, *({"note": note, "purpose": "identity"} for note in ("", " \u200b", CPR))]
    for body in (*wrong, PURPOSE | {"purpose": "curiosity"}):
        refused = await officer.post(f"{url}/views", json=body)
        assert (refused.status_code, CPR in refused.text) == (422, False)
    assert await count_rows(database, "cpr_accesses") == 0
    response = await officer.post(f"{url}/views", json=PURPOSE)
    assert response.json() == {"cpr": CPR}
    assert response.headers["Cache-Control"] == "no-store"
    assert (await officer.get(url)).status_code == 405


async def test_the_tilbud_reads_who_saw_the_number_when_and_what_for(
    client_as: Any, officer: Client, reporter: Client, tilbud_id: str
) -> None:
    url = f"/v1/tilbud/{tilbud_id}/leader-cpr"
    await change(officer, tilbud_id, "020285-0000")
    for number in range(3):
        await officer.post(f"{url}/views", json=PURPOSE | {"note": f"Sag {number}"})
    first = (await reporter.get(f"{url}/accesses?limit=3")).json()
    second = (await reporter.get(f"{url}/accesses", params={"cursor": first["next"]})).json()
    assert [each["note"] for each in first["items"]] == ["Sag 2", "Sag 1", "Sag 0"]
    latest = first["items"][0]
    assert (latest["act"], latest["purpose"], latest["by"]["name"]) == ("shown", "certificates", "Rasmus Toft")
    assert (latest["by"]["org_name"], latest["at"][:2]) == ("Socialtilsyn Nord", "20")
    assert [(each["act"], each["purpose"]) for each in second["items"]] == [("set", None)]
    assert (await (await client_as("reporter-other")).get(f"{url}/accesses")).status_code == 404


@pytest.mark.parametrize(
    ("before", "why"),
    [("SELECT", "permission denied"), ("GRANT ALL ON cpr_accesses TO CURRENT_USER", "only added to")],
)
async def test_the_services_login_cannot_change_or_remove_a_view(
    officer: Client, database: Database, tilbud_id: str, before: str, why: str
) -> None:
    """The login has no right to, and one that it gave itself would not help."""
    await officer.post(f"/v1/tilbud/{tilbud_id}/leader-cpr/views", json=PURPOSE)
    for statement in ("UPDATE cpr_accesses SET note = ''", "DELETE FROM cpr_accesses", "TRUNCATE tilbud CASCADE"):
        async with database.begin() as session:
            await session.execute(text(before))
            with pytest.raises(ProgrammingError, match=why):
                await session.execute(text(statement))
            await session.rollback()
    assert await count_rows(database, "cpr_accesses") == 1


def test_the_purposes_are_those_of_the_vocabulary() -> None:
    assert tuple(CprPurpose) == vocabulary("cpr-purposes").ids


async def test_a_stored_cpr_number_is_changed_with_its_etag_only(officer: Client, tilbud_id: str) -> None:
    url, body = f"/v1/tilbud/{tilbud_id}/leader-cpr", {"cpr": "0202850000"}
    assert (await officer.put(url, json=body)).status_code == 428
    assert (await officer.put(url, json=body, headers={"If-Match": '"old"'})).status_code == 412
    changed = await change(officer, tilbud_id, "0202850000")
    assert changed.json()["masked"] == "020285-****"
    assert await shown(officer, tilbud_id) == "020285-0000"


@pytest.mark.parametrize(
    "typed", ["010180-0000", "0101800000", "010180 - 0000", "010180\u20110000", "\u202a010180\u00a00000\u202c"]
)
async def test_a_number_comes_out_of_what_is_pasted_with_it(officer: Client, typed: str) -> None:
    created = await officer.post("/v1/tilbud", json=with_value("leader.cpr", typed))
    assert await shown(officer, created.json()["id"]) == "010180-0000"


async def test_who_may_only_approve_does_not_change_the_number(client_as: Any, officer: Client, tilbud_id: str) -> None:
    basic = await client_as("officer-nord-basic")
    assert (await change(basic, tilbud_id, "0202850000")).status_code == 403
    assert await shown(officer, tilbud_id) == CPR


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
    for tilbud_id, status in ((first, 503), (second, 200)):
        answer = await officer.post(f"/v1/tilbud/{tilbud_id}/leader-cpr/views", json=PURPOSE)
        assert answer.status_code == status


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
