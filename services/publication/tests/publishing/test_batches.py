"""Facts about one tilbud that come in one batch say in the end what they say one by one."""

from typing import Any

import httpx2
import pytest

from chassis.database import Database
from contracts.events.approval import TilsynDecision
from contracts.testing.factories import example_steps, tilsyn_published
from devstack.in_process import deliver, emitted, record_of
from publication.consumers import subscriptions
from publication.feed.commands import append_pending
from publication.publishing import commands
from services.publication.tests.factories import approved_case

CASES, TILSYN, *_ = subscriptions()
SOURCE = "/services/approval"


async def approved_together(database: Database, *contents: dict[str, Any]) -> None:
    """Deliver one approved case for each content, all in one batch, upon a first one and a positive tilsyn."""
    await deliver(database, CASES, record_of(approved_case("CRV-1"), source=SOURCE))
    await deliver(database, TILSYN, record_of(tilsyn_published("CRV-1"), source=SOURCE))
    cases = [approved_case("CRV-1", number, content) for number, content in enumerate(contents, 2)]
    batch = [record_of(each, source=SOURCE, offset=each.number) for each in cases]
    await deliver(database, CASES, *batch)
    while await append_pending(database):
        continue


def named(name: str) -> dict[str, Any]:
    return {"contact": example_steps(name)["contact"]}


async def test_each_case_of_a_batch_is_a_version_and_the_last_is_found(
    client: httpx2.AsyncClient, database: Database
) -> None:
    await approved_together(database, named("Anemone"), named("Bellis"), named("Cikorie"))
    feed = (await client.get("/v1/feed")).json()
    assert [entry["data"]["tilbud"]["name"] for entry in feed] == ["Solsikken", "Anemone", "Bellis", "Cikorie"]
    assert [entry["data"]["tilbud"]["version"] for entry in feed] == [1, 2, 3, 4]
    times = [entry["time"] for entry in feed]
    assert sorted(set(times)) == times
    found = (await client.get("/v1/search")).json()["items"]
    assert {item["name"] for item in found} == {"Cikorie"}
    for time, name in zip(times, ("Solsikken", "Anemone", "Bellis", "Cikorie"), strict=True):
        then = (await client.get("/v1/search", params={"as_of": time})).json()
        assert {item["name"] for item in then["items"]} == {name}
    states = [row for row in await emitted(database) if row["topic"] == "publication.tilbud.v1"]
    assert [row["sequence"] for row in states] == [1, 2, 3, 4]


async def test_an_address_that_becomes_secret_within_a_batch_is_secret_in_all_of_it(
    client: httpx2.AsyncClient, database: Database
) -> None:
    moved = example_steps("Anemone")["contact"]
    moved["address"] = moved["address"] | {"street": "Mellemvej 3"}
    company = example_steps()["company"] | {"legal_bases": ["kvindekrisecenter", "botilbud-laengerevarende"]}
    await approved_together(database, {"contact": moved}, {"company": company})
    feed = await client.get("/v1/feed")
    assert [entry["data"]["tilbud"]["address_hidden"] for entry in feed.json()] == [True, True, True]
    times = [entry["time"] for entry in feed.json()]
    answers = [feed, await client.get("/v1/search")]
    answers += [await client.get("/v1/search", params={"as_of": time}) for time in times]
    for answer in answers:
        assert answer.status_code == 200
        assert "Mellemvej" not in answer.text
        assert "Kornblomstvej" not in answer.text
    for time in times:
        for street in ("Mellemvej", "Kornblomstvej"):
            found = (await client.get("/v1/search", params={"as_of": time, "q": street})).json()
            assert found["total"] == 0
    assert (await client.get("/v1/search")).json()["total"] == 2


async def test_what_comes_and_goes_in_a_batch_that_begins_with_a_removal_is_not_found(
    client: httpx2.AsyncClient, database: Database
) -> None:
    await deliver(database, CASES, *(record_of(approved_case(each), source=SOURCE) for each in ("CRV-1", "CRV-2")))
    await deliver(database, TILSYN, record_of(tilsyn_published("CRV-1"), source=SOURCE))
    assert (await client.get("/v1/search")).json()["total"] == 2
    gone = TilsynDecision.NOT_APPROVED
    facts = [
        tilsyn_published("CRV-1", 2, decision=gone),
        tilsyn_published("CRV-2", 3),
        tilsyn_published("CRV-2", 4, decision=gone),
    ]
    await deliver(database, TILSYN, *(record_of(fact, source=SOURCE) for fact in facts))
    assert (await client.get("/v1/search")).json()["total"] == 0
    assert (await client.get("/v1/tilbud/CRV-2")).status_code == 410


async def test_a_long_past_is_hidden_in_pieces(
    client: httpx2.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "CHUNK", 2)
    company = example_steps()["company"] | {"legal_bases": ["kvindekrisecenter", "botilbud-laengerevarende"]}
    await approved_together(database, *(named(f"Navn {number}") for number in range(2, 7)), {"company": company})
    feed = await client.get("/v1/feed")
    times = [entry["time"] for entry in feed.json()]
    assert len(times) == 7
    assert "Kornblomstvej" not in feed.text
    for number, time in enumerate(times[1:6], 2):
        then = (await client.get("/v1/search", params={"as_of": time})).json()
        assert {item["name"] for item in then["items"]} == {f"Navn {number}"}
    assert (await client.get("/v1/search")).json()["total"] == 2


async def test_a_batch_of_large_records_is_written_in_pieces(
    client: httpx2.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "MAX_WAITING_BYTES", 20_000)
    await approved_together(database, *(named(f"Navn {number}") for number in range(2, 9)))
    entries = (await client.get("/v1/feed")).json()
    assert [entry["data"]["tilbud"]["version"] for entry in entries] == list(range(1, 9))
    for number, entry in enumerate(entries[1:], 2):
        then = (await client.get("/v1/search", params={"as_of": entry["time"]})).json()
        assert {item["name"] for item in then["items"]} == {f"Navn {number}"}
    assert (await client.get("/v1/search")).json()["total"] == 2
