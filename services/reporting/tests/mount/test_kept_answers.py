"""What is saved and not sent: answers that do not apply now, and what was typed and cannot be read."""

from typing import Any

import pytest
from sqlalchemy import text

from chassis.database import Database
from services.reporting.tests.http_requests import Client, edit, edit_department, save

FEATURES = ["secured"]
YEAR = {"has_report": True, "year": 2025, "revenue_oere": 100}


def step_url(tilbud_id: str, step: str) -> str:
    return f"/v1/tilbud/{tilbud_id}/draft/steps/{step}"


async def look(client: Client, tilbud_id: str, step: str) -> Any:
    return (await client.get(step_url(tilbud_id, step))).json()


async def statuses(client: Client, tilbud_id: str) -> dict[str, str]:
    listed = (await client.get(f"/v1/tilbud/{tilbud_id}/draft")).json()["steps"]
    return {each["step"]: each["status"] for each in listed}


async def test_an_answer_that_no_longer_applies_waits_and_comes_back(reporter: Client, tilbud_id: str) -> None:
    await save(reporter, tilbud_id, "annual-report", YEAR)
    no = (await save(reporter, tilbud_id, "annual-report", {**YEAR, "has_report": False})).json()
    assert (no["data"], no["complete"], no["errors"]) == ({"has_report": False}, True, [])
    assert no["set_aside"] == {"year": 2025, "revenue_oere": 100}
    # A system that sends back what it was shown deletes nothing of what it was not shown.
    again = (await save(reporter, tilbud_id, "annual-report", no["data"])).json()
    assert again["set_aside"] == no["set_aside"]
    yes = (await save(reporter, tilbud_id, "annual-report", {"has_report": True})).json()
    assert (yes["data"], yes["set_aside"]) == (YEAR, {})
    await save(reporter, tilbud_id, "annual-report", {"has_report": False})
    gone = (await save(reporter, tilbud_id, "annual-report", {"has_report": True, "year": None})).json()
    assert gone["data"] == {"has_report": True, "revenue_oere": 100}


async def test_answers_of_a_type_that_is_unticked_wait_for_it(reporter: Client, filled: str) -> None:
    company = (await look(reporter, filled, "company"))["data"] | {"specialist_features": FEATURES}
    await save(reporter, filled, "company", company)
    day = {"legal_bases": ["saerligt-dagtilbud"], "primary_legal_basis": "saerligt-dagtilbud"}
    other = (await save(reporter, filled, "company", {**company, **day})).json()
    assert "unknown-field" not in {each["code"] for each in other["errors"]}
    assert other["set_aside"]["specialist_features"] == company["specialist_features"]
    back = (await save(reporter, filled, "company", {**other["data"], "legal_bases": company["legal_bases"],
        "primary_legal_basis": company["primary_legal_basis"]})).json()  # fmt: skip
    assert back["data"]["specialist_features"] == company["specialist_features"]


async def test_what_does_not_apply_is_not_sent(reporter: Client, filled: str) -> None:
    whole = (await look(reporter, filled, "annual-report"))["data"]
    await save(reporter, filled, "annual-report", {**whole, "has_report": False})
    sent = await reporter.post(f"/v1/tilbud/{filled}/submissions")
    assert sent.status_code == 201, sent.text
    assert (await look(reporter, filled, "annual-report"))["data"] == {"has_report": False}


async def test_a_step_that_another_one_emptied_says_so(reporter: Client, filled: str) -> None:
    rows = (await look(reporter, filled, "departments"))["data"]
    await save(reporter, filled, "departments", {"departments": []})
    found = await statuses(reporter, filled)
    assert (found["places"], found["staffing"]) == ("emptied", "emptied")
    await save(reporter, filled, "departments", rows)
    assert (await statuses(reporter, filled))["places"] == "complete"


@pytest.mark.parametrize("typed", ["otte", "1,200,000", "ca. 12 mio.", "1.234,5.6"])
async def test_a_number_that_cannot_be_read_is_kept_as_it_was_typed(reporter: Client, filled: str, typed: str) -> None:
    department = (await look(reporter, filled, "places"))["data"]["departments"]["afd-1"]
    await edit_department(reporter, filled, "places/afd-1", approved_places=typed)
    shown = await look(reporter, filled, "places")
    pointer = "/departments/afd-1/approved_places"
    assert shown["unread"] == {pointer: typed}
    assert "approved_places" not in shown["data"]["departments"]["afd-1"]
    assert shown["data"]["departments"]["afd-1"]["vacancies"] == department["vacancies"]
    assert [each["pointer"] for each in shown["errors"]].count(pointer) == 1
    assert shown["complete"] is False
    assert (await statuses(reporter, filled))["places"] == "wrong"
    refused = await reporter.post(f"/v1/tilbud/{filled}/submissions")
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (422, "incomplete")
    await edit_department(reporter, filled, "places/afd-1", approved_places=department["approved_places"])
    assert (await look(reporter, filled, "places"))["unread"] == {}


@pytest.mark.parametrize("typed", ["x" * 5000, "a\x07b"])
async def test_a_text_that_cannot_be_stored_leaves_the_rest_saved(reporter: Client, tilbud_id: str, typed: str) -> None:
    body = (await save(reporter, tilbud_id, "values", {"values": typed, "professional_goals": "Mål"})).json()
    assert body["data"] == {"professional_goals": "Mål"}
    assert body["unread"] == {"/values": typed}
    assert (await look(reporter, tilbud_id, "values"))["unread"] == body["unread"]


async def test_a_cpr_number_is_never_stored_and_leaves_the_old_answer(
    reporter: Client, tilbud_id: str, database: Database
) -> None:
    await save(reporter, tilbud_id, "values", {"values": "Respekt", "professional_goals": "Mål"})
    for typed in ("Borger 010180-1234", "x" * 5000 + " 010180-1234", "0101\x0180-1234"):
        body = {"values": typed, "professional_goals": "Nye mål"}
        shown = (await save(reporter, tilbud_id, "values", body)).json()
        assert shown["data"] == {"values": "Respekt", "professional_goals": "Nye mål"}
        assert (shown["unread"], shown["complete"]) == ({"/values": None}, False)
    async with database.begin() as session:
        rows = await session.scalars(text("SELECT data::text || coalesce(unread::text, '') FROM draft_steps"))
        assert not any("1234" in each for each in rows)
    fixed = (await edit(reporter, tilbud_id, "values", values="Respekt")).json()
    assert (fixed["unread"], fixed["complete"]) == ({}, True)
