"""Tilsyn over HTTP: read by officers and the operator, created by kommune and region."""

from datetime import timedelta
from typing import Any

import pytest

from approval.app import build
from chassis.clock import today
from chassis.database import Database
from devstack.in_process import api_client
from services.approval.tests.inbound.https_sender import receipt, send, tilsyn
from services.approval.tests.officer import slug

LIST = "/v1/tilbud/CRV-6324/tilsyn"


async def test_a_system_sends_and_officers_and_the_operator_read(
    scenario: Any, client_as: Any, system_client: Any
) -> None:
    await scenario.deliver(scenario.created(), scenario.assigned())
    async with system_client("socialtilsyn-nord") as client:
        sent = await send(client, tilsyn())
        assert (await receipt(client, sent)).json()["accepted"] is True
        again = await send(client, tilsyn())
        assert again.json() == sent.json()
        assert slug(await send(client, tilsyn(decision="not-approved"))) == "already-handled"
    for persona in ("officer-nord-a", "officer-syd", "officer-region", "reporter-solsikken"):
        async with client_as(persona) as client:
            listed = (await client.get(LIST)).json()
            assert [(item["id"], item["latest"]) for item in listed["items"]] == [("T/1", True)]
            shown = (await client.get("/v1/tilsyn/T/1")).json()
            assert shown == listed["items"][0]
            assert shown["intensified"]["from"] == "2025-11-20"
    for persona in ("reporter-other", "no-tilbud", "caseworker-aalborg"):
        async with client_as(persona) as client:
            assert (await client.get(LIST)).status_code == 404
            assert (await client.get("/v1/tilsyn/T/1")).status_code == 404


async def test_back_with_the_first_authority_its_old_tilsyn_count_no_more(
    scenario: Any, client_as: Any, system_client: Any
) -> None:
    async def status() -> Any:
        async with client_as("officer-nord-a") as officer:
            return (await officer.get(LIST)).json()["status"]

    await scenario.deliver(scenario.created(), scenario.assigned())
    async with system_client("socialtilsyn-nord") as client:
        await receipt(client, await send(client, tilsyn()))
    assert await status() == "approved"
    moved = scenario.assigned(
        "kommune-0851", version=2, approving_kinds=["kommune"], approving_since=today() - timedelta(days=1)
    )
    back = scenario.assigned(version=3, approving_kinds=["socialtilsyn"], approving_since=today())
    await scenario.deliver(back, moved)
    assert await status() == "under-approval"
    new = tilsyn(tilsyn_id="T/2", decided_on=today().isoformat())
    async with system_client("socialtilsyn-nord") as client:
        assert (await receipt(client, await send(client, new, event_id="e-2"))).json()["accepted"] is True
    assert await status() == "approved"


async def test_a_later_tilsyn_that_does_not_count_hides_none_that_does(
    scenario: Any, client_as: Any, system_client: Any
) -> None:
    await scenario.deliver(scenario.created(), scenario.assigned())
    async with system_client("socialtilsyn-nord") as client:
        await receipt(client, await send(client, tilsyn(decision="not-approved", decided_on=today().isoformat())))
    await scenario.deliver(scenario.assigned("kommune-0851", version=2, approving_kinds=["kommune"]))
    earlier = tilsyn(tilsyn_id="T/2", decided_on=(today() - timedelta(days=3)).isoformat())
    async with system_client("kommune-0851") as client:
        assert (await receipt(client, await send(client, earlier, event_id="e-2"))).json()["accepted"] is True
    async with client_as("officer-aalborg") as officer:
        found = (await officer.get(LIST)).json()
    assert found["status"] == "approved"
    assert [each["id"] for each in found["items"] if each["latest"]] == ["T/2"]


async def test_before_its_first_tilsyn_a_tilbud_is_known_to_its_own_authority_only(
    scenario: Any, client_as: Any
) -> None:
    await scenario.deliver(scenario.created(), scenario.assigned())
    found = {}
    for persona in ("officer-nord-a", "reporter-solsikken", "officer-syd", "officer-region"):
        async with client_as(persona) as client:
            found[persona] = (await client.get(LIST)).status_code
    assert found == {"officer-nord-a": 200, "reporter-solsikken": 200, "officer-syd": 404, "officer-region": 404}


BODY = {"tilbud_id": "CRV-6324", "decision": "approved", "themes": [{"theme": "competences"}]}


async def test_a_kommune_publishes_a_tilsyn_of_a_tilbud_that_it_supervises(scenario: Any, client_as: Any) -> None:
    await scenario.deliver(scenario.created(), scenario.assigned("kommune-0851"))
    async with client_as("officer-aalborg") as client:
        made = await client.post("/v1/tilsyn", json=BODY, headers={"Idempotency-Key": "k"})
        again = await client.post("/v1/tilsyn", json=BODY, headers={"Idempotency-Key": "k"})
        assert made.status_code == 201
        assert again.json() == made.json()
        assert made.json()["external"] is False
        assert (await client.get(made.headers["location"])).json() == made.json()
        no = await client.post("/v1/tilsyn", json=BODY | {"decision": "not-approved"})
        assert no.json()["accepted_number"] == 2
        listed = (await client.get(LIST)).json()
        assert (listed["status"], listed["total"]) == ("not-approved", 2)
        twice = {"themes": [{"theme": "competences"}, {"theme": "competences"}]}
        late = {"visited_on": "2025-01-02", "decided_on": "2025-01-01"}
        bell = {"conclusion": "a\x07b"}
        cpr = {"conclusion": "Om 010190-1234."}
        for wrong in ({"decided_on": "2999-01-01"}, cpr, {"decision": "ja"}, {"x": 1}, twice, late, bell):
            assert (await client.post("/v1/tilsyn", json=BODY | wrong)).status_code == 422
        assert (await client.post("/v1/tilsyn", json=BODY | {"tilbud_id": "CRV-1"})).status_code == 404
    facts = [fact for fact in await scenario.published() if fact["fact"] == "tilsyn-published"]
    assert [fact["data"]["decision"] for fact in facts] == ["approved", "not-approved"]


async def test_everything_that_is_wrong_is_said_at_once(scenario: Any, client_as: Any) -> None:
    await scenario.deliver(scenario.created(), scenario.assigned("kommune-0851"))
    wrong = {
        "decided_on": str(today() + timedelta(days=1)),
        "visited_on": str(today() + timedelta(days=2)),
        "conclusion": "Om 010190-1234.",
        "themes": [{"theme": "competences", "score": 7}],
    }
    async with client_as("officer-aalborg") as client:
        answer = (await client.post("/v1/tilsyn", json={**BODY, **wrong, "decision": "ja"})).json()
        late = BODY | {"decided_on": "2025-01-01", "visited_on": "2025-01-02", "conclusion": "a\x07b"}
        others = (await client.post("/v1/tilsyn", json=late)).json()
    found = {(error["pointer"], error["code"]) for error in answer["errors"]}
    assert found >= {
        ("/decided_on", "future"),
        ("/visited_on", "future"),
        ("/conclusion", "cpr-number"),
        ("/themes/0/score", "out-of-range"),
    }
    assert "/decision" in {pointer for pointer, _ in found}
    assert {error["pointer"] for error in others["errors"]} == {"/visited_on", "/conclusion"}


@pytest.mark.parametrize(
    ("persona", "status"),
    [("officer-region", 404), ("officer-nord-a", 403), ("reporter-solsikken", 403)],
)
async def test_who_cannot_create_a_tilsyn(scenario: Any, client_as: Any, persona: str, status: int) -> None:
    await scenario.deliver(scenario.created(), scenario.assigned("kommune-0851"))
    async with client_as(persona) as client:
        assert (await client.post("/v1/tilsyn", json=BODY)).status_code == status


async def test_a_socialtilsyn_cannot_even_with_the_right(
    scenario: Any, settings: Any, database: Database, identity: Any
) -> None:
    await scenario.deliver(scenario.created(), scenario.assigned())
    token = identity.token("officer-nord-a", rights=["tilsyn.create:socialtilsyn-nord"])
    async with api_client(build(settings, database), token) as client:
        assert (await client.post("/v1/tilsyn", json=BODY)).status_code == 403


async def test_the_list_comes_in_pages_with_the_latest_first(scenario: Any, client_as: Any, system_client: Any) -> None:
    await scenario.deliver(scenario.created(), scenario.assigned())
    async with system_client("socialtilsyn-nord") as client:
        for number, day in enumerate(("2025-03-01", "2025-05-01", "2025-04-01"), start=1):
            await send(client, tilsyn(tilsyn_id=f"T-{number}", visited_on=None, decided_on=day), event_id=f"e-{number}")
        await send(client, tilsyn(tilsyn_id="T-1", version=2, visited_on=None, decided_on="2025-06-01"), event_id="e-4")
    async with client_as("officer-nord-a") as client:
        first = (await client.get(LIST, params={"limit": 2})).json()
        second = (await client.get(LIST, params={"limit": 2, "cursor": first["next"]})).json()
        listed = [(item["id"], item["version"]) for item in first["items"] + second["items"]]
        assert listed == [("T-1", 2), ("T-2", 1), ("T-3", 1)]
        assert second["next"] is None
        assert [item["latest"] for item in first["items"]] == [True, False]


async def test_intensified_tilsyn_stands_although_a_later_tilsyn_says_nothing_of_it(
    scenario: Any, client_as: Any, system_client: Any
) -> None:
    await scenario.deliver(scenario.created(), scenario.assigned())
    running = {"from": str(today()), "until": str(today() + timedelta(days=30)), "reason": "Uro."}
    day_before = str(today() - timedelta(days=1))
    async with system_client("socialtilsyn-nord") as system, client_as("officer-nord-a") as officer:
        await send(system, tilsyn(decided_on=day_before, intensified=running), event_id="e-1")
        await send(system, tilsyn(tilsyn_id="T-2", decided_on=str(today()), intensified=None), event_id="e-2")
        listed = (await officer.get(LIST)).json()
        assert listed["status"] == "intensified"
        assert [(item["id"], item["latest"]) for item in listed["items"]] == [("T-2", True), ("T/1", False)]
        lost = tilsyn(tilsyn_id="T-3", decided_on=str(today()), decision="not-approved", intensified=None)
        await send(system, lost, event_id="e-3")
        regained = tilsyn(tilsyn_id="T-4", decided_on=str(today()), intensified=None)
        await send(system, regained, event_id="e-4")
        assert (await officer.get(LIST)).json()["status"] == "approved"


async def test_the_list_says_what_is_in_force_what_is_announced_and_what_is_overdue(
    scenario: Any, client_as: Any, system_client: Any
) -> None:
    await scenario.deliver(scenario.created(), scenario.assigned())
    day = today()
    given: dict[str, Any] = {
        "decided_on": str(day - timedelta(days=20)),
        "visited_on": None,
        "decision": "approved-with-conditions",
        "orders": [{"id": "p1", "text": "Vagtplanen skal dække natten.", "deadline": str(day - timedelta(days=1))}],
        "conditions": [{"id": "v1", "text": "Højst otte borgere."}],
        "intensified": {"from": str(day + timedelta(days=5)), "until": str(day + timedelta(days=60))},
    }
    ending: dict[str, Any] = {
        "tilsyn_id": "T/2",
        "decided_on": str(day - timedelta(days=2)),
        "visited_on": None,
        "orders": [],
        "conditions": [],
        "intensified": None,
        "ended": [{"tilsyn_id": "T/1", "id": "v1"}],
    }
    async with system_client("socialtilsyn-nord") as client:
        for number, fields in enumerate((given, ending)):
            answer = await receipt(client, await send(client, tilsyn(**fields), event_id=f"e-{number}"))
            assert answer.json()["accepted"] is True, answer.json()
    async with client_as("officer-nord-a") as client:
        listed = (await client.get(LIST)).json()
    [order] = listed["sanctions"]
    assert (order["kind"], order["tilsyn_id"], order["id"], order["overdue"]) == ("order", "T/1", "p1", True)
    [period] = listed["announced"]
    assert (period["kind"], period["from"], period["until"]) == (
        "intensified",
        str(day + timedelta(days=5)),
        str(day + timedelta(days=60)),
    )
