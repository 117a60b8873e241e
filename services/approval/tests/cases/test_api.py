"""Cases over HTTP: who sees what, and how they are listed."""

from typing import Any

import pytest

from approval.app import build
from chassis.database import Database
from contracts.testing import factories
from devstack.in_process import api_client
from devstack.personas import system_claims
from services.approval.tests.factories import SECOND, SUBMISSION, THIRD
from services.approval.tests.officer import CASE, approve_case, approve_first, conclude, decide, slug


@pytest.mark.parametrize(
    ("persona", "listed", "shown", "decision"),
    [
        ("officer-nord-a", 1, 200, 200),
        ("officer-nord-basic", 1, 200, 200),
        ("officer-syd", 0, 404, 404),
        ("officer-aalborg", 0, 404, 404),
        ("reporter-other", 0, 404, 403),
        ("no-tilbud", 0, 404, 403),
        ("caseworker-aalborg", 0, 404, 403),
        ("reporter-solsikken", 1, 200, 403),
    ],
)
async def test_who_sees_and_decides(
    scenario: Any, client_as: Any, persona: str, listed: int, shown: int, decision: int
) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as officer, client_as(persona) as client:
        etag = (await officer.get(CASE)).json()["steps"][0]["etag"]
        assert len((await client.get("/v1/cases")).json()["items"]) == listed
        assert (await client.get(CASE)).status_code == shown
        assert (await decide(client, "contact", etag=etag)).status_code == decision


async def test_the_system_of_a_kommune_is_no_employee_of_what_the_kommune_runs(
    scenario: Any, settings: Any, database: Database, identity: Any
) -> None:
    cvr = str(system_claims("kommune-0851")["cvr"])
    facts = factories.tilbud_facts(cvr=cvr)
    await scenario.deliver(scenario.created(tilbud=facts), scenario.assigned())
    await scenario.deliver(scenario.sent(tilbud=facts), scenario.routed())
    app = build(settings, database)
    async with api_client(app, identity.system_token("kommune-0851")) as system:
        assert (await system.get("/v1/cases")).json()["items"] == []
        assert (await system.get(CASE)).status_code == 404
    async with api_client(app, identity.token("no-tilbud", cvr=cvr)) as employee:
        assert [item["id"] for item in (await employee.get("/v1/cases")).json()["items"]] == [SUBMISSION]


async def test_nobody_without_a_token(scenario: Any, settings: Any, database: Database, identity: Any) -> None:
    await scenario.open_case()
    for token in (None, "nonsense", identity.foreign_token("officer-nord-a")):
        async with api_client(build(settings, database), token) as client:
            assert (await client.get(CASE)).status_code == 401
            assert (await decide(client, "contact", etag='"x"')).status_code == 401


async def test_the_reporter_sees_only_the_state_while_the_case_awaits(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as officer, client_as("reporter-valmuen") as reporter:
        await decide(officer, "contact", "reject", "Telefonnummeret mangler.")
        waiting = (await reporter.get(CASE)).json()
        assert (waiting["state"], waiting["can_open"], waiting["steps"], waiting["log"]) == ("awaiting", False, [], [])
        assert slug(await reporter.get(f"{CASE}/changes")) == "wrong-state"
        await decide(officer, "departments")
        await decide(officer, "places/afd-1")
        await conclude(officer)
        returned = (await reporter.get(CASE)).json()
        assert returned["state"] == "returned"
        assert [step["verdict"] for step in returned["steps"]] == ["reject", "approve", "approve"]
        assert returned["steps"][0]["reason"] == "Telefonnummeret mangler."
        assert (await reporter.get(f"{CASE}/changes")).status_code == 200


async def test_a_case_that_another_authority_decides_is_listed_and_cannot_be_opened(
    scenario: Any, client_as: Any
) -> None:
    await scenario.deliver(
        scenario.created(), scenario.assigned("socialtilsyn-syd"), scenario.sent(), scenario.routed()
    )
    async with client_as("officer-syd") as syd, client_as("officer-nord-a") as nord:
        [item] = (await syd.get("/v1/cases", params={"tilbud_id": "CRV-6324"})).json()["items"]
        assert (item["can_open"], item["authority"]) == (False, "socialtilsyn-nord")
        assert item["authority_name"] == "Socialtilsyn Nord"
        assert (await syd.get(CASE)).json()["steps"] == []
        etag = (await nord.get(CASE)).json()["steps"][0]["etag"]
        refused = await decide(syd, "contact", etag=etag)
        assert (slug(refused), slug(await syd.get(f"{CASE}/changes"))) == ("decided-elsewhere", "decided-elsewhere")
        detail = refused.json()["detail"]
        assert detail.startswith("Sagen afgøres af Socialtilsyn Nord")
        assert "Tilbuddet ligger i Aalborg" in detail
        [own] = (await nord.get("/v1/cases")).json()["items"]
        assert own["can_open"] is True


async def test_who_only_reports_for_the_deciding_authority_waits_for_colleagues(
    scenario: Any, settings: Any, database: Database, identity: Any
) -> None:
    await scenario.open_case()
    token = identity.token("officer-nord-a", rights=["tilbud.report:socialtilsyn-nord"])
    async with api_client(build(settings, database), token) as client:
        assert slug(await client.get(f"{CASE}/changes")) == "wrong-state"


async def test_a_department_has_its_name_where_the_case_does_not_list_it(scenario: Any, client_as: Any) -> None:
    async with client_as("officer-nord-a") as client:
        await approve_first(scenario, client)
        content = {"places/afd-1": {"approved_places": 9, "vacancies": 2}}
        await scenario.deliver(
            scenario.sent(number=2, submission_id=SECOND, content=content), scenario.routed(submission_id=SECOND)
        )
        step, decided, receipt = await approve_case(client, SECOND)
    assert step["title"] == decided["title"] == receipt["steps"][0]["title"] == "Pladser: Afdeling Nord"


@pytest.mark.parametrize("order", [(SECOND, THIRD), (THIRD, SECOND)])
async def test_a_name_is_as_new_as_the_case_that_reports_it(
    scenario: Any, client_as: Any, order: tuple[str, str]
) -> None:
    contact = {"contact": dict(scenario.content["contact"], name="Solsikken Nord")}
    values = {"values": {"values": "Vi ser mennesket først."}}
    async with client_as("officer-nord-a") as client:
        await approve_first(scenario, client)
        renamed = factories.tilbud_facts("Solsikken Nord")
        await scenario.deliver(
            scenario.sent(number=2, submission_id=SECOND, content=contact, tilbud=renamed),
            scenario.sent(number=3, submission_id=THIRD, content=values),
            scenario.routed(submission_id=SECOND),
            scenario.routed(submission_id=THIRD),
        )
        for case in order:
            await approve_case(client, case)
        assert {item["tilbud_name"] for item in (await client.get("/v1/cases")).json()["items"]} == {"Solsikken Nord"}


async def test_lists_come_in_pages_and_by_state(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    for number in range(2, 6):
        submission = f"0193a1b0-0000-7000-8000-00000000000{number}"
        await scenario.deliver(
            scenario.sent(number=number, submission_id=submission), scenario.routed(submission_id=submission)
        )
    async with client_as("officer-nord-a") as client:
        seen: list[str] = []
        cursor = None
        while True:
            params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await client.get("/v1/cases", params=params)).json()
            seen += [item["id"] for item in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert [item[-1] for item in seen] == ["5", "4", "3", "2", "1"]
        assert (await client.get("/v1/cases?state=returned")).json()["items"] == []
        assert slug(await client.get("/v1/cases?state=open")) == "invalid"
        assert slug(await client.get("/v1/cases?sort=name")) == "invalid"
        assert slug(await client.get("/v1/cases?limit=101")) == "invalid"
        for cursor in ("x", "WyJub3QgYSB0aW1lIiwgIngiXQ", "WzEsIDJd"):
            assert slug(await client.get(f"/v1/cases?cursor={cursor}")) == "invalid"


async def test_the_officer_is_told_before_an_approval_of_another_kind_of_authority_ends(
    scenario: Any, client_as: Any
) -> None:
    async with client_as("officer-nord-a") as nord, client_as("officer-aalborg") as aalborg:
        await approve_first(scenario, nord)
        await scenario.deliver(
            scenario.sent(number=2, submission_id=SECOND, content={"values": {"text": "Nyt"}}),
            scenario.routed("kommune-0851", submission_id=SECOND),
        )
        told = (await aalborg.get(f"/v1/cases/{SECOND}")).json()["ends_approval_of"]
        await scenario.deliver(scenario.routed("socialtilsyn-nord", submission_id=SECOND, sequence=90))
        other = (await nord.get(f"/v1/cases/{SECOND}")).json()["ends_approval_of"]
    assert (told, other) == ("Socialtilsyn Nord", None)
