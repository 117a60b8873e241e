"""Removal never waits: nothing that came before, however large or broken, keeps a tilbud public."""

import asyncio
from datetime import date
from typing import Any

import httpx2
import pytest

from chassis.database import Database
from contracts.events.approval import TilsynDecision
from contracts.testing.factories import example_steps, sanction, tilbud_ceased, tilsyn_published
from devstack.in_process import deliver, emitted, record_of
from publication.consumers import REMOVALS, subscriptions
from publication.feed.commands import append_pending
from publication.publishing import commands
from publication.publishing.commands import lock_tilbud
from services.publication.tests.factories import approved_case, publishing_facts

ID = "CRV-1"
SOURCE = "/services/approval"
TILSYN = subscriptions()[1]
LARGE: dict[str, Any] = {"orders": [sanction("æ" * 19_900, id=f"p{number}") for number in range(38)]}


async def status(client: httpx2.AsyncClient) -> int:
    return (await client.get(f"/v1/tilbud/{ID}")).status_code


@pytest.mark.parametrize(
    "removal", [tilsyn_published(ID, 3, decision=TilsynDecision.NOT_APPROVED), tilbud_ceased(ID)], ids=["loss", "end"]
)
async def test_a_removal_passes_what_could_not_be_handled(
    client: httpx2.AsyncClient, database: Database, deliver_facts: Any, monkeypatch: pytest.MonkeyPatch, removal: Any
) -> None:
    await deliver_facts(*publishing_facts(ID))
    with monkeypatch.context() as patch:
        # Not even the shortest record would fit.
        patch.setattr(commands, "MAX_RECORD_BYTES", 100)
        patch.setattr("publication.publishing.events.MAX_RECORD_BYTES", 100)
        failing = tilsyn_published(ID, 2, orders=[sanction()])
        await deliver(database, TILSYN, record_of(failing, source=SOURCE, offset=7))
    assert await status(client) == 200
    await deliver(database, TILSYN, record_of(removal, source=SOURCE, offset=8))
    assert await status(client) == 410


async def test_an_accepted_tilsyn_of_any_size_is_shown_and_can_be_followed_by_a_removal(
    client: httpx2.AsyncClient, database: Database, deliver_facts: Any
) -> None:
    visit = tilsyn_published(ID, 2, decision=TilsynDecision.NO_DECISION, **LARGE)
    await deliver_facts(*publishing_facts(ID), visit)
    record = (await client.get(f"/v1/tilbud/{ID}")).json()
    assert [order["id"] for order in record["orders"]] == [f"p{number}" for number in range(38)]
    assert all(order["text"].endswith("(forkortet)") for order in record["orders"])
    rows = await emitted(database)
    assert max(len(row["value"] or b"") for row in rows) < 900_000
    assert (await client.get("/v1/feed")).json()[-1]["data"]["tilbud"] == record
    await deliver_facts(tilsyn_published(ID, 3, decision=TilsynDecision.NOT_APPROVED, **LARGE))
    assert await status(client) == 410


async def test_a_report_of_any_size_is_shown(client: httpx2.AsyncClient, database: Database) -> None:
    content = example_steps("Solsikken")
    content["values"] |= dict.fromkeys(content["values"], "x" * 500_000)
    for record in (approved_case(ID, content=content), tilsyn_published(ID)):
        by_topic = {topic: each for each in subscriptions() for topic in each.topic_names}
        await deliver(database, by_topic[record.topic], record_of(record, source=SOURCE))
    assert await append_pending(database) == 1
    shown = (await client.get(f"/v1/tilbud/{ID}")).json()["steps"]["values"]
    assert all(text.endswith("(forkortet)") for text in shown.values())


@pytest.mark.parametrize(
    "removal", [tilsyn_published(ID, 3, decision=TilsynDecision.NOT_APPROVED), tilbud_ceased(ID)], ids=["loss", "end"]
)
async def test_a_removal_is_not_kept_by_what_stands_before_it(
    client: httpx2.AsyncClient, database: Database, deliver_facts: Any, removal: Any
) -> None:
    await deliver_facts(*publishing_facts(ID))
    before = [tilsyn_published(ID, 2), tilsyn_published("CRV-2", 2)]
    records = [record_of(fact, source=SOURCE, offset=offset) for offset, fact in enumerate((*before, removal), 10)]
    await deliver(database, REMOVALS, *records)
    assert await status(client) == 410
    assert (await client.get("/v1/search")).json()["total"] == 0
    await deliver(database, TILSYN, *records)
    assert await append_pending(database) == 1
    assert [entry["method"] for entry in (await client.get("/v1/feed")).json()] == ["PUT", "DELETE"]
    again = tilsyn_published(ID, 4, decided_on=date(2026, 12, 24), kind="approval")
    await deliver(database, REMOVALS, record_of(again, source=SOURCE))
    assert await status(client) == 410
    await deliver_facts(again)
    assert await status(client) == 200


async def test_a_removal_waits_for_no_batch_about_others(
    client: httpx2.AsyncClient, database: Database, deliver_facts: Any
) -> None:
    await deliver_facts(*publishing_facts(ID), *publishing_facts("CRV-2"))
    async with database.begin() as session:
        await lock_tilbud(session, ["CRV-2"])
        facts = [tilsyn_published("CRV-2", 2), tilsyn_published(ID, 3, decision=TilsynDecision.NOT_APPROVED)]
        async with asyncio.timeout(5):
            await deliver(database, REMOVALS, *(record_of(fact, source=SOURCE) for fact in facts))
        assert await status(client) == 410
