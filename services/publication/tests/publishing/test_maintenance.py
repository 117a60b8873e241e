"""What the operator can do."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from chassis.database import Database
from contracts.testing.factories import example_steps, tilbud_ceased, tilsyn_published
from devstack.in_process import emitted
from publication.operate import PROJECTION
from publication.publishing.maintenance import rebuild, republish
from publication.records.models import Tilbud
from services.publication.tests.factories import approved_case, publishing_facts


async def test_republishing_emits_the_state_and_nothing_else(
    client: httpx2.AsyncClient, deliver_facts: Any, database: Database
) -> None:
    await deliver_facts(
        *publishing_facts("CRV-1"),
        *publishing_facts("CRV-2"),
        tilbud_ceased("CRV-2"),
        approved_case("CRV-3"),
    )
    before = await emitted(database)
    async with database.begin() as session:
        assert [await republish(session, tilbud_id) for tilbud_id in ("CRV-1", "CRV-2", "CRV-3")] == [1, 1, 0]
    again = (await emitted(database))[len(before) :]
    assert [(row["topic"], row["key"]) for row in again] == [
        ("publication.tilbud.v1", "CRV-1"),
        ("publication.tilbud.v1", "CRV-2"),
    ]
    emitted_again = json.loads(again[0]["value"])
    assert emitted_again["republished"] is True
    assert emitted_again["tilbud"] == (await client.get("/v1/tilbud/CRV-1")).json()
    assert again[1]["value"] is None
    assert len((await client.get("/v1/feed")).json()) == 3


async def test_rebuilding_changes_nothing_that_is_right(
    client: httpx2.AsyncClient, deliver_facts: Any, database: Database
) -> None:
    await deliver_facts(
        *publishing_facts("CRV-1"),
        *publishing_facts("CRV-2"),
        tilbud_ceased("CRV-2"),
    )
    before = (await client.get("/v1/search", params={"q": "autisme"})).json()
    assert await rebuild(database) == 0
    assert (await client.get("/v1/search", params={"q": "autisme"})).json() == before

    async with database.begin() as session:
        await session.execute(text("UPDATE search_rows SET words = '', facets = '{}'"))
        await session.execute(text("UPDATE tilbud SET record = jsonb_set(record, '{name}', '\"Forkert\"')"))
    assert await rebuild(database) == 1
    assert (await client.get("/v1/search", params={"q": "autisme"})).json()["total"] == before["total"]
    assert (await client.get("/v1/tilbud/CRV-1")).json()["name"] == "Solsikken"
    assert (await client.get("/v1/tilbud/CRV-2")).status_code == 410


async def test_rebuilding_brings_back_what_the_search_has_lost(
    client: httpx2.AsyncClient, deliver_facts: Any, database: Database
) -> None:
    await deliver_facts(
        *publishing_facts("CRV-1"),
        *publishing_facts("CRV-2"),
        *publishing_facts("CRV-3"),
    )
    await deliver_facts(tilbud_ceased("CRV-3"))
    before = (await client.get("/v1/search")).json()
    async with database.begin() as session:
        await session.execute(text("DELETE FROM search_rows WHERE tilbud_id = 'CRV-1'"))
        await session.execute(text("UPDATE search_rows SET valid_to = now() WHERE tilbud_id = 'CRV-2'"))
        await session.execute(text("UPDATE search_rows SET valid_to = NULL WHERE tilbud_id = 'CRV-3'"))
    assert {item["tilbud_id"] for item in (await client.get("/v1/search")).json()["items"]} == {"CRV-3"}
    assert await rebuild(database) == 0
    assert (await client.get("/v1/search")).json() == before


async def test_rebuilding_hides_an_address_that_the_form_makes_a_secret(
    client: httpx2.AsyncClient, deliver_facts: Any, database: Database
) -> None:
    await deliver_facts(*publishing_facts("CRV-9", example_steps("Læ")))
    before = (await client.get("/v1/feed")).json()[-1]["time"]
    async with database.begin() as session:
        tilbud = await session.get_one(Tilbud, "CRV-9")
        company = tilbud.state["steps"]["company"]
        secret = company | {"data": company["data"] | {"legal_bases": ["kvindekrisecenter"]}}
        tilbud.state = tilbud.state | {"steps": tilbud.state["steps"] | {"company": secret}}
    assert await rebuild(database) == 1
    for path, params in (("/v1/tilbud/CRV-9", {"as_of": before}), ("/v1/feed", {}), ("/v1/search", {"as_of": before})):
        answer = await client.get(path, params=params)
        assert answer.status_code == 200
        assert "Læ" in answer.text
        assert "Kornblomstvej" not in answer.text


SHADOWS = (
    "CREATE SCHEMA shadow",
    *(f"CREATE TABLE shadow.{table} (LIKE public.{table} INCLUDING ALL)" for table in ("tilbud", "tilsyn")),
)
HIDDEN_SHADOWS = """INSERT INTO shadow.tilbud (id, known, address_hidden)
SELECT id, jsonb_set(known, '{steps,company,data,legal_bases}', '["kvindekrisecenter"]'), true FROM public.tilbud"""
TILBUD, TILSYN, *_ = PROJECTION.kept


@pytest.fixture
async def execute(database: Database) -> AsyncIterator[Callable[..., Awaitable[None]]]:
    """Run statements in one transaction; the shadows are gone afterwards."""

    async def run(*statements: str) -> None:
        async with database.begin() as session:
            for statement in statements:
                await session.execute(text(statement))

    yield run
    await run("DROP SCHEMA IF EXISTS shadow CASCADE")


async def test_a_rebuild_that_learns_of_a_secret_address_takes_it_out_of_the_past_too(
    client: httpx2.AsyncClient, deliver_facts: Any, database: Database, execute: Callable[..., Awaitable[None]]
) -> None:
    await deliver_facts(*publishing_facts("CRV-9", example_steps("Læ")))
    before = (await client.get("/v1/feed")).json()[-1]["time"]
    await execute(*SHADOWS, HIDDEN_SHADOWS, TILBUD.adopting())
    assert await rebuild(database) == 1
    for route, params in (("/v1/tilbud/CRV-9", {"as_of": before}), ("/v1/feed", {}), ("/v1/search", {"as_of": before})):
        answer = await client.get(route, params=params)
        assert "Læ" in answer.text
        assert "Kornblomstvej" not in answer.text


async def test_what_the_topics_do_not_know_is_taken_off_and_can_come_back(
    client: httpx2.AsyncClient, deliver_facts: Any, database: Database, execute: Callable[..., Awaitable[None]]
) -> None:
    await deliver_facts(*publishing_facts("CRV-1"))
    await execute(*SHADOWS, TILSYN.removing(), TILBUD.removing())
    assert await rebuild(database) == 1
    await deliver_facts()
    assert (await client.get("/v1/tilbud/CRV-1")).status_code == 410
    assert (await client.get("/v1/search")).json()["total"] == 0
    assert (await client.get("/v1/feed")).json()[-1]["method"] == "DELETE"
    async with database.read() as session:
        for table in (TILBUD, TILSYN):
            assert (await session.scalars(text(table.differing()))).all() == []
    await deliver_facts(approved_case("CRV-1", number=2), tilsyn_published("CRV-1"))
    assert (await client.get("/v1/tilbud/CRV-1")).status_code == 200
