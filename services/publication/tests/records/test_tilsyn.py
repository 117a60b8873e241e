"""Any number of tilsyn of one tilbud: few are read for a fact, and they say what all of them say."""

import importlib
import random
from datetime import date, timedelta
from functools import reduce
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from chassis.clock import today
from chassis.database import Database
from contracts.events.approval import TilsynDecision, TilsynKind, TilsynPublished
from contracts.testing.factories import (
    authority_assigned,
    intensified,
    sanction,
    tilbud_ceased,
    tilsyn_published,
    vacancies_changed,
)
from publication.publishing.maintenance import publish_day_changes
from publication.records import tilsyn as rows
from publication.records.models import Tilbud, TilsynRow
from publication.records.rules import public_record
from publication.records.state import TilbudState, apply
from services.publication.tests.factories import approved_case

ID = "CRV-1"
DAY = date(2026, 11, 20)
NO_DECISION = TilsynDecision.NO_DECISION


async def stored(database: Database) -> Tilbud:
    async with database.read() as session:
        return await session.get_one(Tilbud, ID)


def drawn(chance: random.Random, number: int) -> TilsynPublished:
    """Return a tilsyn of any kind, often with sanctions, sometimes a correction or one that ends another's."""
    earlier = chance.randint(1, number)
    sanctions: dict[str, Any] = {}
    if chance.random() < 0.4:
        sanctions["orders"] = [sanction(f"Påbud {number}", id="p1", deadline=DAY)]
    if chance.random() < 0.2:
        start = today() + timedelta(days=chance.randint(-300, 30))
        sanctions["intensified"] = intensified(start, start + timedelta(days=150))
    if chance.random() < 0.2:
        sanctions["ended"] = [{"tilsyn_id": f"tilsyn-{earlier}", "id": "p1"}]
    return tilsyn_published(
        ID,
        chance.choice([number, number, number, earlier]),
        version=number,
        decided_on=DAY + timedelta(days=chance.randint(0, 20)),
        decision=chance.choice([*TilsynDecision, TilsynDecision.APPROVED]),
        kind=chance.choice(list(TilsynKind)),
        authority=chance.choice(["socialtilsyn-nord", "socialtilsyn-nord", "socialtilsyn-syd", "kommune-0851"]),
        **sanctions,
    )


@pytest.mark.parametrize("seed", range(16))
async def test_few_tilsyn_say_what_all_of_them_say(database: Database, deliver_facts: Any, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  No secret depends on it.
    facts: list[Any] = [drawn(chance, number) for number in range(1, 25)]
    facts.append(approved_case(ID))
    if seed % 3 == 0:
        facts.append(tilbud_ceased(ID, DAY + timedelta(days=chance.randint(0, 20))))
    if seed % 2:
        # Others count under another kind of authority, from a day on where one is known.
        since = DAY + timedelta(days=chance.randint(0, 10)) if seed % 4 == 1 else None
        kinds = {"approving_kinds": [chance.choice(["kommune", "socialtilsyn"])], "approving_since": since}
        facts.append(authority_assigned(ID, 2, "kommune-0851", previous="socialtilsyn-nord", **kinds))
    chance.shuffle(facts)
    await deliver_facts(*facts)
    expected = public_record(ID, reduce(apply, facts, TilbudState()), today())
    tilbud = await stored(database)
    shown = dict(tilbud.record, version=0) if tilbud.record else None
    assert shown == (expected.model_dump(mode="json", by_alias=True) if expected else None)


async def test_what_a_fact_reads_does_not_grow_with_the_tilsyn(database: Database, deliver_facts: Any) -> None:
    await deliver_facts(approved_case(ID), tilsyn_published(ID))
    await deliver_facts(*(tilsyn_published(ID, number, decision=NO_DECISION) for number in range(2, 150)))
    await deliver_facts(*(tilsyn_published(ID, number) for number in range(150, 170)))
    tilbud = await stored(database)
    assert list(tilbud.state["tilsyn"]) == ["socialtilsyn-nord/tilsyn-169"]
    # Each of those that were dropped still counts when the later ones are corrected.
    corrections = [tilsyn_published(ID, number, decision=NO_DECISION, version=2) for number in range(169, 149, -1)]
    await deliver_facts(*corrections)
    tilbud = await stored(database)
    assert tilbud.record is not None
    assert tilbud.record["tilsyn"]["tilsyn_id"] == "tilsyn-1"


async def test_of_very_many_sanctions_the_newest_are_shown(
    database: Database, deliver_facts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "MAX_WITH_SANCTIONS", 3)
    given = [tilsyn_published(ID, each, conditions=[sanction(f"Vilkår {each}", id="v")]) for each in range(1, 6)]
    await deliver_facts(approved_case(ID), *given)
    tilbud = await stored(database)
    assert tilbud.record is not None
    assert [each["text"] for each in tilbud.record["conditions"]] == ["Vilkår 3", "Vilkår 4", "Vilkår 5"]
    monkeypatch.setattr(rows, "MAX_BYTES_WITH_SANCTIONS", 1)
    await deliver_facts(vacancies_changed(ID), tilsyn_published(ID, 6))
    tilbud = await stored(database)
    assert tilbud.record is not None
    assert [each["text"] for each in tilbud.record["conditions"]] == ["Vilkår 5"]


async def test_a_stale_version_changes_nothing(database: Database, deliver_facts: Any) -> None:
    await deliver_facts(
        approved_case(ID), tilsyn_published(ID), tilsyn_published(ID, 2, decision=NO_DECISION, version=2)
    )
    await deliver_facts(tilsyn_published(ID, 2, decision=TilsynDecision.NOT_APPROVED))
    assert (await stored(database)).record is not None


async def test_what_a_worker_of_the_version_before_has_added_counts(database: Database, deliver_facts: Any) -> None:
    await deliver_facts(approved_case(ID), tilsyn_published(ID))
    loss = tilsyn_published(ID, 2, decision=TilsynDecision.NOT_APPROVED)
    tilbud = await stored(database)
    added = tilbud.state["tilsyn"] | {"socialtilsyn-nord/tilsyn-2": loss.model_dump(mode="json", by_alias=True)}
    async with database.begin() as session:
        await session.execute(update(Tilbud).values(state=tilbud.state | {"tilsyn": added}))
    await deliver_facts(vacancies_changed(ID))
    assert (await stored(database)).record is None
    await deliver_facts(tilsyn_published(ID, 1, version=2))
    assert (await stored(database)).record is None
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(TilsynRow)) == 2


async def test_the_migration_moves_what_was_known(database: Database, deliver_facts: Any) -> None:
    chance = random.Random(7)  # noqa: S311  No secret depends on it.
    facts = [drawn(chance, number) for number in range(1, 20)]
    await deliver_facts(approved_case(ID), *facts)
    columns = text("SELECT to_jsonb(tilsyn) FROM tilsyn ORDER BY authority, tilsyn_id")
    async with database.begin() as session:
        written = (await session.scalars(columns)).all()
        all_of_them = reduce(apply, facts, TilbudState()).to_json()["tilsyn"]
        tilbud = await session.get_one(Tilbud, ID)
        tilbud.state = tilbud.state | {"tilsyn": all_of_them}
        await session.flush()
        await session.execute(text("DELETE FROM tilsyn"))
        await session.execute(text(importlib.import_module("publication.migrations.versions.0005_tilsyn").MOVE))
        await session.execute(update(Tilbud).values(next_change_on=date.min))
        assert (await session.scalars(columns)).all() == written
    await publish_day_changes(database)
    assert len((await stored(database)).state["tilsyn"]) < len(written)
