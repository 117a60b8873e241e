"""A tilbud that was public and is not: why is told, and nothing of what it said; and the tilsyn of one that is."""

from datetime import date, timedelta
from typing import Any

import httpx2
import pytest

from chassis.clock import today
from contracts.events.approval import TilsynDecision
from contracts.testing.factories import sanction, tilbud_ceased, tilsyn_published
from publication.records.removal import removal
from publication.records.state import TilbudState, apply
from services.publication.tests.factories import publishing_facts

ID = "CRV-1"
REFUSAL = tilsyn_published(ID, 2, decision=TilsynDecision.NOT_APPROVED)
CEASED = tilbud_ceased(ID)


def state_after(*facts: Any) -> TilbudState:
    state = TilbudState()
    for fact in (*publishing_facts(ID), *facts):
        state = apply(state, fact)
    return state


@pytest.mark.parametrize(
    ("facts", "reason", "since"),
    [
        ((REFUSAL,), "not-approved", REFUSAL.decided_on),
        ((CEASED,), "ceased", CEASED.ceased_on),
        ((REFUSAL, CEASED), "ceased", CEASED.ceased_on),
        ((tilsyn_published(ID, decision=TilsynDecision.NO_DECISION, version=2),), "no-approval", date(2026, 5, 4)),
    ],
    ids=["loss", "end", "loss, then end", "the decision is corrected away"],
)
def test_why_it_is_gone(facts: tuple[Any, ...], reason: str, since: date) -> None:
    found = removal(state_after(*facts), date(2026, 5, 4), today())
    assert (found.reason, found.since) == (reason, since)
    assert str(since.year) in found.detail


@pytest.mark.parametrize(("fact", "reason"), [(REFUSAL, "not-approved"), (CEASED, "ceased")])
async def test_r89_what_is_gone_says_why_and_where_to_go(
    client: httpx2.AsyncClient, deliver_facts: Any, fact: Any, reason: str
) -> None:
    await deliver_facts(*publishing_facts(ID), fact)
    for path in (f"/v1/tilbud/{ID}", f"/v1/tilbud/{ID}/tilsyn"):
        gone = await client.get(path)
        assert gone.status_code == 410
        told = gone.json()
        assert set(told) == {"type", "title", "status", "detail", "instance", "errors", "removed"}
        assert set(told["removed"]) == {"name", "reason", "since", "authority"}
        assert told["removed"]["name"] == "Solsikken"
        assert told["removed"]["reason"] == reason
        assert told["removed"]["authority"]["name"].startswith("Socialtilsyn")
    past = (await client.get(f"/v1/tilbud/{ID}", params={"as_of": (today() + timedelta(days=1)).isoformat()})).json()
    assert "removed" not in past


async def test_the_tilsyn_of_a_public_tilbud_latest_first(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    later = [tilsyn_published(ID, number, orders=[sanction(f"Påbud {number}.")]) for number in (2, 3, 4)]
    await deliver_facts(*publishing_facts(ID), *later, tilsyn_published("CRV-2", 9))
    first = (await client.get(f"/v1/tilbud/{ID}/tilsyn", params={"limit": 3})).json()
    assert [each["orders"][0]["text"] for each in first["items"]] == ["Påbud 4.", "Påbud 3.", "Påbud 2."]
    assert first["items"][0]["authority"] == {"id": "socialtilsyn-nord", "name": "Socialtilsyn Nord"}
    rest = (await client.get(f"/v1/tilbud/{ID}/tilsyn", params={"limit": 3, "cursor": first["next"]})).json()
    assert ([each["orders"] for each in rest["items"]], rest["next"]) == ([[]], None)
    assert (await client.get("/v1/tilbud/CRV-3/tilsyn")).status_code == 404
    assert (await client.get(f"/v1/tilbud/{ID}/tilsyn?cursor=x")).status_code == 422
