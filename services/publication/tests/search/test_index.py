"""The index in memory: it follows the database, it answers without it, and it counts as the rows themselves say."""

import asyncio
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from chassis.database import Database, ReadSession
from contracts.testing.factories import example_steps, tilsyn_published, without_departments
from devstack.in_process import api_client
from publication.app import build
from publication.search import live
from publication.search.index import SearchIndex
from publication.search.live import LiveIndex
from publication.settings import PublicationSettings
from services.publication.tests.factories import approved_case, publishing_facts


async def publish(deliver_facts: Any, tilbud_id: str, content: dict[str, dict[str, Any]], **fields: Any) -> None:
    await deliver_facts(approved_case(tilbud_id, content=content), tilsyn_published(tilbud_id, **fields))


async def found(client: httpx2.AsyncClient, **params: Any) -> set[str]:
    answer = await client.get("/v1/search", params=params)
    assert answer.status_code == 200, answer.text
    return {item["tilbud_id"] for item in answer.json()["items"]}


def two_packages() -> dict[str, dict[str, Any]]:
    steps = without_departments(example_steps("To pakker"))
    first = steps["target-groups"]["packages"][0]
    steps["target-groups"]["packages"] = [
        first | {"target_groups": ["autism"], "age_from": 18, "age_to": 25},
        first | {"id": "anden", "target_groups": ["drug-abuse"], "age_from": 60, "age_to": 90},
    ]
    return steps


async def test_age_and_target_group_belong_to_one_package(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await publish(deliver_facts, "CRV-1", two_packages())
    past = {"as_of": "2126-01-01"}
    for moment in ({}, past):
        assert await found(client, age=70, target_group="autism", **moment) == set()
        assert await found(client, age=20, target_group="autism", **moment) == {"CRV-1"}
        assert await found(client, age=[20, 70], target_group="autism", **moment) == {"CRV-1"}
        assert await found(client, age=70, **moment) == {"CRV-1"}
    facets = (await client.get("/v1/search", params={"age": 70})).json()["facets"]
    assert "autism" not in {each["value"] for each in facets["target_group"]}
    assert "drug-abuse" in {each["value"] for each in facets["target_group"]}


async def test_rates_of_other_units_do_not_compare(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    hourly, daily = (without_departments(example_steps(name)) for name in ("Time", "Døgn"))
    row = hourly["interventions"]["interventions"][0]
    hourly["interventions"]["interventions"] = [row | {"rate_oere": 45_000, "rate_unit": "hour"}]
    await publish(deliver_facts, "CRV-1", hourly)
    await publish(deliver_facts, "CRV-2", daily)
    for moment in ({}, {"as_of": "2126-01-01"}):
        assert await found(client, rate_max=1_000_000, **moment) == {"CRV-2"}
        assert await found(client, rate_max=50_000, rate_unit="hour", **moment) == {"CRV-1"}
        answer = await client.get("/v1/search", params={"sort": "rate", **moment})
        assert [item["tilbud_id"] for item in answer.json()["items"]] == ["CRV-2", "CRV-1"]


async def test_what_nobody_answered_is_not_a_no(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    steps = without_departments(example_steps("Tavs"))
    steps["agreements"].pop("prison_approved", None)
    steps["supplementary"].pop("accessibility", None)
    await publish(deliver_facts, "CRV-1", steps)
    answer = (await client.get("/v1/search")).json()
    (item,) = answer["items"]
    assert (item["accessible"], item["prison_approved"]) == (None, None)
    assert (answer["facets"]["accessible"], answer["facets"]["prison_approved"]) == ([], [])


async def test_changes_and_removals_are_seen_at_once(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    for number in range(1, 6):
        await publish(deliver_facts, f"CRV-{number}", without_departments(example_steps(f"Hus {number}")))
    assert len(await found(client)) == 5
    await deliver_facts(approved_case("CRV-3", 2, without_departments(example_steps("Aben"))))
    answer = (await client.get("/v1/search", params={"sort": "name"})).json()
    assert [item["name"] for item in answer["items"]] == ["Aben", "Hus 1", "Hus 2", "Hus 4", "Hus 5"]
    assert await found(client, q="Aben") == {"CRV-3"}
    await deliver_facts(tilsyn_published("CRV-3", number=2, decision="not-approved"))
    assert await found(client) == {"CRV-1", "CRV-2", "CRV-4", "CRV-5"}
    assert await found(client, q="Aben") == set()


async def test_it_answers_while_the_database_is_away(
    settings: PublicationSettings, database: Database, deliver_facts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish(deliver_facts, "CRV-1", without_departments(example_steps("Huset")))
    async with api_client(build(settings, database)) as client:
        assert await found(client) == {"CRV-1"}

        async def away(*_: Any, **__: Any) -> None:
            raise ConnectionRefusedError

        monkeypatch.setattr(ReadSession, "execute", away)
        answer = await client.get("/v1/search", params={"q": "huset"})
        assert answer.status_code == 200
        assert [item["tilbud_id"] for item in answer.json()["items"]] == ["CRV-1"]
        assert answer.headers["warning"].startswith("110")
        monkeypatch.undo()
        assert "warning" not in (await client.get("/v1/search")).headers


async def test_a_change_that_commits_late_is_not_missed(database: Database, deliver_facts: Any) -> None:
    for number in (1, 2):
        await deliver_facts(*publishing_facts(f"CRV-{number}", without_departments(example_steps(f"Hus {number}"))))
    live = LiveIndex(database)
    assert len((await live.current()).index.live) == 2
    early, late = database.engine.connect(), database.engine.connect()
    async with early as first, late as second:
        await first.execute(text("DELETE FROM search_rows WHERE tilbud_id = 'CRV-1'"))
        await second.execute(text("DELETE FROM search_rows WHERE tilbud_id = 'CRV-2'"))
        await second.commit()
        assert len((await live.current()).index.live) == 1
        await first.commit()
    assert len((await live.current()).index.live) == 0


async def test_it_is_ready_when_the_index_is_filled(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await publish(deliver_facts, "CRV-1", without_departments(example_steps("Huset")))
    answer = await client.get("/health/ready")
    if answer.status_code != 200:
        assert answer.json()["reasons"] == ["search index"]
    while answer.status_code != 200:
        answer = await client.get("/health/ready")
    assert await found(client) == {"CRV-1"}


async def test_a_table_that_was_emptied_is_empty(database: Database, deliver_facts: Any) -> None:
    await deliver_facts(*publishing_facts("CRV-1", without_departments(example_steps("Hus"))))
    live = LiveIndex(database)
    assert len((await live.current()).index.live) == 1
    async with database.begin() as session:
        await session.execute(text("TRUNCATE search_rows, search_changes"))
    assert len((await live.current()).index.live) == 0


async def test_many_who_ask_at_once_share_a_look(database: Database, deliver_facts: Any) -> None:
    await deliver_facts(*publishing_facts("CRV-1", without_departments(example_steps("Hus"))))
    live = LiveIndex(database)
    everybody = await asyncio.gather(*(live.current() for _ in range(50)))
    assert {len(each.index.live) for each in everybody} == {1}


async def test_a_fault_while_a_change_is_taken_in_is_mended(
    database: Database, deliver_facts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await deliver_facts(*publishing_facts("CRV-1", without_departments(example_steps("Hus"))))
    live = LiveIndex(database)
    index = (await live.current()).index

    def fail(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(index.text, "settle", fail)
    await deliver_facts(approved_case("CRV-1", 2, without_departments(example_steps("Andet"))))
    assert (await live.current()).late
    current = await live.current()
    assert not current.late
    assert [current.index.shown(row).name for row in current.index.live] == ["Andet"]


async def test_an_answer_that_is_lost_stops_only_one_look(
    database: Database, deliver_facts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await deliver_facts(*publishing_facts("CRV-1", without_departments(example_steps("Hus"))))
    live_index = LiveIndex(database)
    assert len((await live_index.current()).index.live) == 1
    await deliver_facts(tilsyn_published("CRV-1", number=2, decision="not-approved"))

    async def silent(*_: Any, **__: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(live, "LOOK_SECONDS", 0.05)
    with monkeypatch.context() as broken:
        broken.setattr(ReadSession, "execute", silent)
        assert (await live_index.current()).late
    monkeypatch.setattr(live, "LOOK_SECONDS", 5.0)
    current = await live_index.current()
    assert (current.late, len(current.index.live)) == (False, 0)


async def test_what_may_have_been_withdrawn_long_ago_is_not_shown(
    settings: PublicationSettings, database: Database, deliver_facts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish(deliver_facts, "CRV-1", without_departments(example_steps("Huset")))
    async with api_client(build(settings, database)) as client:
        assert await found(client) == {"CRV-1"}

        async def away(*_: Any, **__: Any) -> None:
            raise ConnectionRefusedError

        monkeypatch.setattr(live, "MOST_LATE_SECONDS", 0.0)
        with monkeypatch.context() as broken:
            broken.setattr(ReadSession, "execute", away)
            answer = await client.get("/v1/search")
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        monkeypatch.setattr(live, "MOST_LATE_SECONDS", 60.0)
        assert await found(client) == {"CRV-1"}


async def test_another_history_is_read_anew(database: Database, deliver_facts: Any) -> None:
    for number in (1, 2):
        await deliver_facts(*publishing_facts(f"CRV-{number}", without_departments(example_steps(f"Hus {number}"))))
    live_index = LiveIndex(database)
    assert len((await live_index.current()).index.live) == 2
    async with database.begin() as session:
        # The change that a failed-over server has lost.
        await session.execute(text("ALTER TABLE search_rows DISABLE TRIGGER USER"))
        await session.execute(text("DELETE FROM search_rows WHERE tilbud_id = 'CRV-1'"))
        await session.execute(text("ALTER TABLE search_rows ENABLE TRIGGER USER"))
    assert len((await live_index.current()).index.live) == 2
    async with database.begin() as session:
        await session.execute(text("UPDATE feed_head SET epoch = gen_random_uuid()"))
    assert len((await live_index.current()).index.live) == 1


async def test_a_worn_index_is_filled_beside_and_shows_nothing_that_is_gone(
    database: Database, deliver_facts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 5):
        await deliver_facts(*publishing_facts(f"CRV-{number}", without_departments(example_steps(f"Hus {number}"))))
    live_index = LiveIndex(database)
    before = (await live_index.current()).index
    may_end, fill = asyncio.Event(), LiveIndex._filled

    async def slowly(self: LiveIndex) -> SearchIndex:
        filled = await fill(self)
        await may_end.wait()
        return filled

    monkeypatch.setattr(LiveIndex, "_filled", slowly)
    monkeypatch.setattr(SearchIndex, "is_worn", property(lambda index: index is before))
    await live_index.current()
    while not live_index._refill:
        await live_index.current()
    await asyncio.sleep(0.2)
    await deliver_facts(tilsyn_published("CRV-3", number=2, decision="not-approved"))
    removed = await live_index.current()
    assert (removed.late, removed.index is before, len(removed.index.live)) == (False, True, 3)
    may_end.set()
    await asyncio.sleep(0.05)
    renewed = await live_index.current()
    assert (renewed.late, renewed.index is before, len(renewed.index.live)) == (False, False, 3)
