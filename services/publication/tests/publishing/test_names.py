"""Names of people leave the history once it is old, and what is public now keeps them."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import text, update

from chassis.clock import now
from chassis.database import Database
from contracts.testing.factories import example_steps, tilbud_ceased
from publication.publishing import names
from publication.publishing.maintenance import rebuild
from publication.publishing.names import forget_old_names
from publication.records.models import PublicVersion, Tilbud
from publication.records.names import without_names
from publication.search.models import SearchRow
from services.publication.tests.factories import approved_case, publishing_facts

YEAR = timedelta(days=365)
NAMES = ("Karen Eksempel", "Jørgen Eksempel", "visitation@kornblomsten.example", "98000002")


async def shift(database: Database, **by: float) -> None:
    """Let everything that was published have happened so much earlier."""
    span = timedelta(**by)
    async with database.begin() as session:
        await session.execute(update(PublicVersion).values(valid_from=PublicVersion.valid_from - span))
        await session.execute(update(Tilbud).values(changed_at=Tilbud.changed_at - span))
        of_row = {"valid_from": SearchRow.valid_from - span, "valid_to": SearchRow.valid_to - span}
        await session.execute(update(SearchRow).values(of_row))


def mentioned(answer: httpx2.Response) -> list[str]:
    return [name for name in NAMES if name in answer.text]


async def publish_twice(deliver_facts: Any, database: Database) -> str:
    """Publish CRV-1 with its people and again with another leader; return a moment between the two."""
    await deliver_facts(*publishing_facts("CRV-1"))
    await shift(database, days=10)
    between = (now() - timedelta(days=1)).isoformat()
    contact = example_steps()["contact"]
    contact["leader"]["name"] = "Nina Ny"
    contact["contact_person"] = None
    await deliver_facts(approved_case("CRV-1", number=2, content={"contact": contact}))
    return between


async def test_a_version_that_was_replaced_loses_its_names_after_the_time(
    client: httpx2.AsyncClient, deliver_facts: Any, database: Database
) -> None:
    between = await publish_twice(deliver_facts, database)
    await forget_old_names(database, retention=YEAR)
    then = {"as_of": between}
    assert mentioned(await client.get("/v1/tilbud/CRV-1", params=then)) == list(NAMES)

    await shift(database, days=366)
    then = {"as_of": (now() - timedelta(days=367)).isoformat()}
    before = (await client.get("/v1/tilbud/CRV-1", params=then)).json()
    found = await client.get("/v1/search", params=then)
    await forget_old_names(database, retention=YEAR)
    past = await client.get("/v1/tilbud/CRV-1", params=then)
    assert mentioned(past) == []
    # Nothing else is missing.
    contact = before["steps"]["contact"]
    del contact["leader"], contact["contact_person"]
    assert past.json() == before
    assert (await client.get("/v1/search", params=then)).json() == found.json()
    assert mentioned(await client.get("/v1/feed")) == []
    assert "Nina Ny" in (await client.get("/v1/tilbud/CRV-1")).text
    changed = (await client.get("/v1/tilbud/CRV-1/changes")).json()["items"][0]["changes"]
    assert {"path": "/steps/contact/leader/name"} in changed


async def test_what_is_public_keeps_its_names_however_old_and_a_rebuild_brings_none_back(
    client: httpx2.AsyncClient, deliver_facts: Any, database: Database
) -> None:
    await publish_twice(deliver_facts, database)
    await deliver_facts(*publishing_facts("CRV-2"))
    await shift(database, days=3_000)
    await forget_old_names(database, retention=YEAR)
    await rebuild(database)
    assert mentioned(await client.get("/v1/tilbud/CRV-2")) == list(NAMES)
    assert "Nina Ny" in (await client.get("/v1/tilbud/CRV-1")).text
    then = {"as_of": (now() - timedelta(days=3_001)).isoformat()}
    assert mentioned(await client.get("/v1/tilbud/CRV-1", params=then)) == []


async def test_what_was_removed_loses_its_names_too(
    client: httpx2.AsyncClient, deliver_facts: Any, database: Database
) -> None:
    await deliver_facts(*publishing_facts("CRV-1"))
    await shift(database, days=1)
    await deliver_facts(tilbud_ceased("CRV-1"))
    await shift(database, days=400)
    then = {"as_of": (now() - timedelta(days=400, hours=12)).isoformat()}
    assert mentioned(await client.get("/v1/tilbud/CRV-1", params=then)) == list(NAMES)
    await forget_old_names(database, retention=YEAR)
    past = await client.get("/v1/tilbud/CRV-1", params=then)
    assert (past.status_code, mentioned(past)) == (200, [])


async def test_many_versions_and_a_second_run(
    client: httpx2.AsyncClient, deliver_facts: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "CHUNK", 2)
    monkeypatch.setattr(names, "TILBUD_CHUNK", 1)
    for tilbud_id in ("CRV-1", "CRV-2"):
        await deliver_facts(*publishing_facts(tilbud_id))
        for number in range(2, 7):
            content = {"values": example_steps()["values"] | {"values": [f"Værdi {number}"]}}
            await deliver_facts(approved_case(tilbud_id, number=number, content=content))
    await shift(database, days=400)
    for _ in range(2):
        await forget_old_names(database, retention=YEAR)
    versions = text("SELECT version, record::text LIKE '%Karen%' FROM public_versions WHERE tilbud_id = 'CRV-2'")
    async with database.read() as session:
        found = (await session.execute(versions)).all()
    assert {row[0]: row[1] for row in found} == {version: version == 6 for version in range(1, 7)}
    assert (await client.get("/v1/search")).json()["total"] == 4


def test_people_go_wherever_the_form_says_that_one_stands() -> None:
    steps = {"contact": {"name": "Solsikken", "leader": {"name": "K"}, "contact_person": None, "address": {}}}
    record = {"steps": steps, "departments": [{"id": "a", "steps": {"places": {"vacancies": 1}}}], "name": "Solsikken"}
    found = without_names(record)
    assert found == record | {"steps": {"contact": {"name": "Solsikken", "contact_person": None, "address": {}}}}
