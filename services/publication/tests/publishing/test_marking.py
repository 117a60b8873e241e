"""L3: what is marked is public at once, in whatever order its facts come, and is not when the marking is removed."""

import itertools
import json
from datetime import date
from typing import Any

import httpx2
import pytest

from chassis.database import Database
from contracts.events.approval import TilsynDecision
from contracts.testing.factories import sample_changed, sample_marked, tilsyn_published
from devstack.in_process import emitted
from publication.publishing.maintenance import rebuild
from services.publication.tests.factories import publishing_facts

ID = "CRV-1"
MARKING = {"since": "2026-12-30", "reason": "Antallet af pladser er ikke rettet."}
CLOSED: dict[str, Any] = {"state": "closed", "act": "closure", "deadline": None}


async def marking(client: httpx2.AsyncClient) -> Any:
    return (await client.get(f"/v1/tilbud/{ID}")).json().get("marking")


async def test_a_marking_is_on_the_record_in_the_search_in_the_feed_and_in_the_files(
    client: httpx2.AsyncClient, deliver_facts: Any, database: Database
) -> None:
    await deliver_facts(*publishing_facts(ID), sample_changed(ID))
    before = (await client.get("/v1/feed")).json()
    assert await marking(client) is None
    assert len(before) == 1
    await deliver_facts(sample_marked(ID))
    assert await marking(client) == MARKING
    last = (await client.get("/v1/feed")).json()[-1]["data"]
    assert (last["reason"], last["tilbud"]["marking"]) == ("corrected", MARKING)
    assert {change["path"] for change in last["changes"]} == {"/marking/since", "/marking/reason"}
    items = (await client.get("/v1/search")).json()["items"]
    assert {item["marked_since"] for item in items} == {"2026-12-30"}
    assert "2026-12-30" in (await client.get("/v1/open-data/tilbud.csv")).text
    state = json.loads((await emitted(database))[-1]["value"])["tilbud"]
    assert state["marking"] == MARKING
    await deliver_facts(sample_changed(ID, 6, **CLOSED))
    assert await marking(client) is None
    assert {item["marked_since"] for item in (await client.get("/v1/search")).json()["items"]} == {None}


@pytest.mark.parametrize("order", [*itertools.permutations(range(4))])
async def test_facts_in_any_order_and_twice_say_the_same(
    client: httpx2.AsyncClient, deliver_facts: Any, order: tuple[int, ...]
) -> None:
    second = sample_marked(ID, 2, number=2, marking={"since": date(2027, 5, 1), "reason": "Igen."})
    facts = [sample_marked(ID, 5), sample_changed(ID, 6, **CLOSED), sample_changed(ID, 1, number=2), second]
    await deliver_facts(*publishing_facts(ID), *(facts[index] for index in order), facts[order[0]])
    assert await marking(client) == {"since": "2027-05-01", "reason": "Igen."}


async def test_a_rebuild_and_a_repetition_change_nothing(
    client: httpx2.AsyncClient, deliver_facts: Any, database: Database
) -> None:
    await deliver_facts(*publishing_facts(ID), sample_marked(ID))
    entries = (await client.get("/v1/feed")).json()
    assert await rebuild(database) == 0
    await deliver_facts(sample_marked(ID, republished=True))
    assert (await client.get("/v1/feed")).json() == entries
    assert await marking(client) == MARKING


async def test_what_is_not_public_is_marked_when_it_becomes_so(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await deliver_facts(sample_marked(ID), *publishing_facts(ID))
    assert await marking(client) == MARKING
    await deliver_facts(tilsyn_published(ID, 3, decision=TilsynDecision.NOT_APPROVED))
    assert (await client.get(f"/v1/tilbud/{ID}")).status_code == 410
