"""Choices and outcomes over HTTP: what is refused, and what happens at the same moment."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import update

from approval.cases.models import CaseStep
from chassis.clock import now
from chassis.database import Database
from services.approval.tests.officer import CASE, STEPS, conclude, decide, decide_all, slug

OFFICER = {"sub": "1", "name": "Rasmus Toft", "org_name": "Socialtilsyn Nord"}


async def test_a_decision_needs_the_current_etag_and_a_reason_to_reject(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as client:
        assert slug(await client.put(f"{CASE}/decisions/contact", json={"verdict": "approve"})) == (
            "precondition-required"
        )
        first = await decide(client, "contact")
        assert first.headers["etag"] == first.json()["etag"]
        assert slug(await decide(client, "contact", etag='"old"')) == "stale"
        assert slug(await decide(client, "contact", "reject", "  ")) == "reason-required"
        cpr = await decide(client, "contact", "reject", "Ring til 010190-1234.")
        assert (slug(cpr), cpr.json()["errors"][0]["code"]) == ("invalid", "cpr-number")
        assert "010190" not in cpr.text
        assert slug(await decide(client, "contact", "perhaps")) == "invalid"
        assert (await decide(client, "values", etag='"x"')).status_code == 404
        assert (await decide(client, "places/afd-9", etag='"x"')).status_code == 404
        changed = await decide(client, "contact", "reject", "Forkert nummer.", etag=first.json()["etag"])
        assert changed.json()["verdict"] == "reject"
        log = (await client.get(CASE)).json()["log"]
        assert [(entry["act"], entry["verdict"]) for entry in log] == [
            ("opened", None),
            ("decided", "approve"),
            ("decided", "reject"),
        ]


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("  Ret\u00a0op.\r\nNu. ", "Ret op.\nNu."),
        ("Bo\u00adfællesskab\u200b", "Bofællesskab"),
        ("A\u030angiv årstal", "Ångiv årstal"),
        ("a\u2028b\u000bc", "a\nb\nc"),
    ],
)
async def test_a_reason_is_stored_as_every_text_is(scenario: Any, client_as: Any, written: str, stored: str) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as client:
        decided = (await decide(client, "contact", "reject", written)).json()
        log = (await client.get(CASE)).json()["log"]
    assert decided["reason"] == log[-1]["reason"] == stored


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("\u200b\u3164\u2800", "reason-required"),
        ("Ring\x1b[31m", "control-character"),
        ("a\x07b", "control-character"),
        ("Borger 670180-1234", "cpr-number"),
        ("Borger 01 01 90 1234", "cpr-number"),
        ("x" * 2_001, "too-long"),
    ],
)
async def test_a_reason_that_cannot_be_stored_is_refused(
    scenario: Any, client_as: Any, written: str, code: str
) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as client:
        refused = await decide(client, "contact", "reject", written)
    [error] = refused.json()["errors"]
    assert (refused.status_code, error["pointer"], error["code"]) == (422, "/reason", code)
    assert written[:20] not in refused.text


async def test_of_two_officers_at_the_same_step_one_is_told(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as rasmus, client_as("officer-nord-b") as nanna:
        etag = (await rasmus.get(CASE)).json()["steps"][0]["etag"]
        answers = await asyncio.gather(
            decide(rasmus, "contact", etag=etag), decide(nanna, "contact", "reject", "Nej.", etag=etag)
        )
        assert sorted(answer.status_code for answer in answers) == [200, 412]


async def test_the_outcome_is_pressed_once(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as rasmus, client_as("officer-nord-b") as nanna:
        await decide_all(rasmus)
        assert slug(await rasmus.post(f"{CASE}/outcome")) == "precondition-required"
        assert slug(await rasmus.post(f"{CASE}/outcome", headers={"If-Match": '"old"'})) == "stale"
        answers = await asyncio.gather(conclude(rasmus), conclude(nanna))
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        receipt = next(answer.json() for answer in answers if answer.status_code == 200)
        assert receipt["outcome"] == "approved"
        assert [step["step"] for step in receipt["steps"]] == list(STEPS)
        assert slug(await decide(rasmus, "contact")) == "wrong-state"
    assert [fact["fact"] for fact in await scenario.published()].count("case-approved") == 1


async def test_a_repeated_command_gets_the_same_receipt(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as client:
        await decide_all(client)
        etag = (await client.get(CASE)).headers["etag"]
        headers = {"If-Match": etag, "Idempotency-Key": "k-1"}
        first = await client.post(f"{CASE}/outcome", headers=headers)
        again = await client.post(f"{CASE}/outcome", headers=headers)
        assert first.status_code == 200
        assert (again.status_code, again.json()) == (200, first.json())


async def test_deciding_and_concluding_at_the_same_moment_contradict_never(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as rasmus, client_as("officer-nord-b") as nanna:
        await decide_all(rasmus)
        step = (await nanna.get(CASE)).json()["steps"][0]["etag"]
        decided, concluded = await asyncio.gather(
            decide(nanna, "contact", "reject", "Vent.", etag=step), conclude(rasmus)
        )
        outcomes = (decided.status_code, concluded.status_code, concluded.json().get("outcome"))
        assert outcomes in {(200, 412, None), (409, 200, "approved"), (200, 200, "returned")}


async def test_closing_at_the_moment_of_the_outcome_leaves_one_end(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as client:
        await decide_all(client)
        concluded, _ = await asyncio.gather(conclude(client), scenario.deliver(scenario.closed()))
    ends = [fact["fact"] for fact in await scenario.published() if fact["fact"] in {"case-approved", "case-closed"}]
    assert ends == (["case-approved"] if concluded.status_code == 200 else ["case-closed"])


async def test_another_authority_decides_everything_itself(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as nord:
        await decide_all(nord, contact="Forkert nummer.")
        assert (await conclude(nord)).json()["outcome"] == "returned"
    await scenario.deliver(scenario.sent(revision=2), scenario.routed("socialtilsyn-syd", revision=2))
    async with client_as("officer-syd") as syd, client_as("officer-nord-a") as nord:
        case = (await syd.get(CASE)).json()
        assert all(step["verdict"] is None and step["proposed"] is None for step in case["steps"])
        acts = [(entry["act"], entry["authority"]) for entry in case["log"]]
        assert acts.count(("decided", "socialtilsyn-nord")) == 3
        assert acts[-1] == ("reopened", "socialtilsyn-syd")
        assert (await nord.get(CASE)).json()["can_open"] is False


async def test_reasons_that_do_not_fit_into_one_event_are_told_before_anything_is_sent(
    scenario: Any, client_as: Any, database: Database
) -> None:
    content = {f"places/afd-{number}": {"approved_places": 1} for number in range(240)}
    await scenario.open_case(content=content)
    async with database.begin() as session:
        await session.execute(update(CaseStep).values(verdict="reject", reason="æ" * 2_000, decided_by=OFFICER))
        await session.execute(update(CaseStep).values(decided_at=now()))
    async with client_as("officer-nord-a") as client:
        refused = await conclude(client)
        assert (refused.status_code, slug(refused)) == (413, "too-large")
        assert (await client.get(CASE)).json()["state"] == "awaiting"
