"""The receipt of a case over HTTP: both sides read every round of it, for good."""

from typing import Any

import pytest
from sqlalchemy import update

from approval.cases.models import CaseStep
from chassis.clock import now
from chassis.database import Database
from devstack.personas import PERSONAS
from services.approval.tests.inbound.https_sender import send, tilsyn
from services.approval.tests.officer import CASE, approve_first, conclude, decide_all, slug

RECEIPT = f"{CASE}/receipt"
EVIL = '#panic("x") $a$ *b* _c_ `d` @e <f> // g /* #import "h" \\u{41}'


async def test_an_approval_says_who_decided_what_and_why_it_is_not_public(scenario: Any, client_as: Any) -> None:
    async with client_as("officer-nord-a") as officer, client_as("reporter-solsikken") as reporter:
        await scenario.open_case()
        assert slug(await officer.get(RECEIPT)) == "wrong-state"
        await decide_all(officer)
        assert (await conclude(officer)).json()["publication"] == "awaits-tilsyn"
        receipt = (await officer.get(RECEIPT)).json()
        assert (await reporter.get(RECEIPT)).json() == receipt
    assert (receipt["outcome"], receipt["publication"]) == ("approved", "awaits-tilsyn")
    assert "ikke godkendt ved et tilsyn endnu" in receipt["summary"]
    assert receipt["decided_by"]["org_name"] == receipt["authority_name"] == "Socialtilsyn Nord"
    assert {step["verdict"] for step in receipt["steps"]} == {"approve"}
    assert receipt["steps"][0]["decided_by"] == receipt["decided_by"]
    assert receipt["on_behalf"] is None


@pytest.mark.parametrize(
    ("decision", "publication", "said"),
    [
        ("approved", "published", "Oplysningerne er offentliggjort."),
        ("not-approved", "not-approved", "ikke godkendt ved det seneste tilsyn"),
    ],
)
async def test_a_receipt_says_what_the_tilsyn_made_of_the_approval(
    scenario: Any, client_as: Any, system_client: Any, decision: str, publication: str, said: str
) -> None:
    async with client_as("officer-nord-a") as officer, system_client("socialtilsyn-nord") as system:
        await scenario.open_case()
        await send(system, tilsyn(decision=decision, intensified=None))
        await decide_all(officer)
        assert (await conclude(officer)).json()["publication"] == publication
        receipt = await officer.get(RECEIPT)
        document = await officer.get(RECEIPT, headers={"Accept": "application/pdf"})
    assert (receipt.status_code, document.status_code) == (200, 200)
    assert receipt.json()["publication"] == publication
    assert said in receipt.json()["summary"]


async def test_earlier_rounds_stay_with_their_reasons_while_the_case_is_decided_anew(
    scenario: Any, client_as: Any
) -> None:
    async with client_as("officer-nord-a") as officer, client_as("reporter-solsikken") as reporter:
        await scenario.open_case()
        await decide_all(officer, contact="Telefonnummeret mangler.")
        await conclude(officer)
        await scenario.deliver(scenario.sent(revision=2), scenario.routed(revision=2))
        waiting = (await reporter.get(RECEIPT)).json()
        assert (waiting["revision"], waiting["outcome"], waiting["earlier"]) == (1, "returned", [])
        await decide_all(officer)
        await conclude(officer)
        receipt = (await reporter.get(RECEIPT)).json()
    [earlier] = receipt["earlier"]
    assert (receipt["revision"], receipt["outcome"], earlier["revision"]) == (2, "approved", 1)
    assert earlier["summary"] == "Sagen er returneret til tilbuddet: 1 af 3 trin er afvist."
    assert earlier["steps"][0]["reason"] == "Telefonnummeret mangler."


async def test_what_the_reporter_closes_says_so_and_keeps_the_choices(scenario: Any, client_as: Any) -> None:
    async with client_as("officer-nord-a") as officer:
        await scenario.open_case()
        await decide_all(officer, contact="Nej.")
        await conclude(officer)
        await scenario.deliver(scenario.closed())
        receipt = (await officer.get(RECEIPT)).json()
        case = (await officer.get(CASE)).json()
    assert (receipt["outcome"], receipt["earlier"][0]["outcome"]) == ("given-up", "returned")
    assert receipt["summary"].startswith("Sagen er afsluttet af tilbuddet.")
    assert receipt["steps"][0]["reason"] == "Nej."
    assert (case["closed_by"], case["has_receipt"]) == (receipt["decided_by"], True)


async def test_who_presses_second_reads_what_came_of_the_first(scenario: Any, client_as: Any) -> None:
    async with client_as("officer-nord-a") as rasmus, client_as("officer-nord-b") as nanna:
        await scenario.open_case()
        await decide_all(rasmus)
        etag = (await nanna.get(CASE)).headers["etag"]
        await conclude(rasmus)
        refused = await nanna.post(f"{CASE}/outcome", headers={"If-Match": etag})
    assert slug(refused) == "wrong-state"
    detail = refused.json()["detail"]
    assert detail.startswith("Sagen blev godkendt og afsluttet den ")
    assert detail.endswith(f" af {PERSONAS['officer-nord-a'].name}, Socialtilsyn Nord.")


async def test_a_history_without_a_log_of_its_choices_has_its_receipt(
    scenario: Any, client_as: Any, database: Database
) -> None:
    await scenario.open_case()
    chosen = {"verdict": "approve", "decided_by": {"sub": "1", "name": "Rasmus Toft", "org_name": "Nord"}}
    async with database.begin() as session:
        await session.execute(update(CaseStep).values(**chosen, decided_at=now()))
    async with client_as("officer-nord-a") as officer:
        await conclude(officer)
        receipt = (await officer.get(RECEIPT)).json()
    assert {(step["verdict"], step["decided_by"]["name"]) for step in receipt["steps"]} == {("approve", "Rasmus Toft")}


async def test_only_who_sees_the_case_gets_its_receipt(scenario: Any, client_as: Any) -> None:
    async with client_as("officer-nord-a") as officer:
        await approve_first(scenario, officer)
    for persona in ("officer-syd", "reporter-other", "no-tilbud", "caseworker-aalborg"):
        async with client_as(persona) as client:
            assert (await client.get(RECEIPT)).status_code == 404


async def test_the_document_is_tagged_and_takes_what_was_typed_for_text(scenario: Any, client_as: Any) -> None:
    async with client_as("officer-nord-a") as officer:
        await scenario.open_case()
        await decide_all(officer, contact=EVIL)
        await conclude(officer)
        first, again = [await officer.get(RECEIPT, headers={"Accept": "application/pdf"}) for _ in range(2)]
    assert (first.status_code, first.headers["content-type"]) == (200, "application/pdf")
    assert first.content == again.content
    assert b"/StructTreeRoot" in first.content
    assert b"/Lang" in first.content
    assert b"pdfuaid" in first.content


async def test_a_sign_that_no_font_has_keeps_nobody_from_the_document(scenario: Any, client_as: Any) -> None:
    async with client_as("officer-nord-a") as officer:
        await scenario.open_case()
        await decide_all(officer, contact="Se 😀 日本")
        await conclude(officer)
        answer = await officer.get(RECEIPT, headers={"Accept": "application/pdf"})
    assert answer.status_code == 200
    assert b"/StructTreeRoot" in answer.content
