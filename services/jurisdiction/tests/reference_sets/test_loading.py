"""A set is loaded by command: it holds at once in processes that run, by date, and there is a way back."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chassis.database import Database
from devstack.in_process import deliver, emitted
from jurisdiction.consumers import subscriptions
from services.jurisdiction.tests.factories import Client, created, handle, published, record_for, sent
from services.jurisdiction.tests.reference_sets.conftest import Operate, change

AALBORG = "0851,Aalborg,Aalborg Kommune,"
FACTS: dict[str, Any] = {
    "legal_bases": ["botilbud-laengerevarende"],
    "primary": "botilbud-laengerevarende",
    "municipality": "0851",
}


def give_aalborg_to_oest(folder: Path, first: str = "2027-01-01") -> None:
    """From that day on, Aalborg is with Socialtilsyn Øst."""
    file = folder / "municipalities.csv"
    [line] = [each for each in file.read_text(encoding="utf-8").splitlines() if each.startswith(AALBORG)]
    later = line.replace("2014-01-01", first).replace("socialtilsyn-nord", "socialtilsyn-oest")
    last = date.fromordinal(date.fromisoformat(first).toordinal() - 1)
    change(folder, "municipalities.csv", line, line.replace("2014-01-01,", f"2014-01-01,{last}") + "\n" + later)


async def ask(client: Client, identity: Any, at: str) -> Any:
    async with client(identity.token("national-operator")) as api:
        answer = await api.post("/v1/authority", json=FACTS | {"at": at})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def sets(database: Database) -> list[Any]:
    async with database.read() as session:
        return list((await session.execute(text("SELECT * FROM reference_sets ORDER BY id"))).all())


async def test_a_running_process_routes_by_the_new_set_and_by_its_days(
    client: Client, identity: Any, database: Database, folder: Path, operate: Operate
) -> None:
    app, (reports, *_) = client, subscriptions()
    before = await ask(app, identity, "2027-01-01")
    await deliver(database, reports, record_for(created()), record_for(sent()))
    give_aalborg_to_oest(folder, "2026-01-01")
    loaded = await asyncio.to_thread(operate, "load", folder, "--by", "Ea Operatør")
    assert loaded.returncode == 0, loaded.stderr
    assert "~ municipalities.csv 0851 (Aalborg, 2014-01-01 to 2025-12-31): valid_to None -> 2025-12-31" in loaded.stdout
    assert "+ municipalities.csv 0851 (Aalborg, 2026-01-01 to further notice)" in loaded.stdout
    after, earlier = await ask(app, identity, "2027-01-01"), await ask(app, identity, "2025-12-31")
    assert [each["authority"] for each in (before, after, earlier)] == [
        "socialtilsyn-nord", "socialtilsyn-oest", "socialtilsyn-nord",
    ]  # fmt: skip
    assert before["reference_version"] != after["reference_version"] == earlier["reference_version"]
    # The group of consumers that ran before the load takes the set up as well, and moves nothing by itself.
    await deliver(database, reports, record_for(sent(2)))
    assert await published(database) == [
        ("authority-assigned", "1", "socialtilsyn-nord"),
        ("case-routed", "case-1/1", "socialtilsyn-nord"),
        ("case-routed", "case-2/1", "socialtilsyn-oest"),
    ]
    [row] = await sets(database)
    assert (row.loaded_by, len(row.changes), len(row.sha256)) == ("Ea Operatør", 2, 64)
    assert row.reference_versions == {"tilbud": after["reference_version"]}
    assert row.os_user


async def test_a_decision_keeps_the_version_that_explains_it(
    database: Database, folder: Path, operate: Operate, tmp_path: Path
) -> None:
    await handle(database, created(), sent())
    give_aalborg_to_oest(folder, "2026-01-01")
    assert (await asyncio.to_thread(operate, "load", folder)).returncode == 0
    await handle(database, sent(2))
    versions = [row for row in await emitted(database) if row["topic"] == "jurisdiction.cases.v1"]
    async with database.read() as session:
        rows = (
            await session.execute(text("SELECT decision->>'reference_version' FROM routings ORDER BY id"))
        ).scalars()
        old, new = list(rows)
    assert len(versions) == 2
    assert old != new
    listed = await asyncio.to_thread(operate, "list")
    assert new in listed.stdout
    again = tmp_path / "exported"
    assert (await asyncio.to_thread(operate, "export", 1, again)).returncode == 0
    same = await asyncio.to_thread(operate, "load", again)
    assert "holds already" in same.stdout


async def test_a_wrong_set_changes_nothing(database: Database, folder: Path, operate: Operate) -> None:
    change(folder, "municipalities.csv", ",København,", ",=1+1,")
    change(folder, "regions.csv", "1083,1083,", "1083,108,")
    refused = await asyncio.to_thread(operate, "load", folder)
    assert refused.returncode == 1
    assert "municipalities.csv, line 2, column name: begins like a formula" in refused.stderr
    assert "regions.csv, line 4, column code" in refused.stderr
    assert "Refused for 2 faults; nothing was changed." in refused.stderr
    assert "=1+1" not in refused.stderr
    assert await sets(database) == []


async def test_a_dry_run_shows_the_differences_and_changes_nothing(
    client: Client, identity: Any, database: Database, folder: Path, operate: Operate
) -> None:
    give_aalborg_to_oest(folder)
    tried = await asyncio.to_thread(operate, "load", folder, "--dry-run")
    assert tried.returncode == 0
    assert "+ municipalities.csv 0851" in tried.stdout
    assert "Nothing was changed" in tried.stdout
    assert await sets(database) == []
    assert (await ask(client, identity, "2027-01-01"))["authority"] == "socialtilsyn-nord"


async def test_the_same_set_twice_is_loaded_once_and_there_is_a_way_back(
    client: Client, identity: Any, database: Database, folder: Path, operate: Operate
) -> None:
    first = (await ask(client, identity, "2027-01-01"))["reference_version"]
    unchanged = await asyncio.to_thread(operate, "load", folder)
    assert (unchanged.returncode, await sets(database)) == (0, [])
    give_aalborg_to_oest(folder)
    for _ in range(2):
        assert (await asyncio.to_thread(operate, "load", folder)).returncode == 0
    assert len(await sets(database)) == 1
    back = await asyncio.to_thread(operate, "restore", 0)
    assert "- municipalities.csv 0851 (Aalborg, 2027-01-01" in back.stdout
    answer = await ask(client, identity, "2027-01-01")
    assert (answer["authority"], answer["reference_version"]) == ("socialtilsyn-nord", first)
    assert (await asyncio.to_thread(operate, "restore", 1)).returncode == 0
    assert (await ask(client, identity, "2027-01-01"))["authority"] == "socialtilsyn-oest"
    assert [row.id for row in await sets(database)] == [1, 2, 3]
    unknown = await asyncio.to_thread(operate, "restore", 17)
    assert (unknown.returncode, "no set with this number" in unknown.stderr) == (2, True)


async def test_of_two_at_the_same_moment_one_wins(database: Database, folder: Path, operate: Operate) -> None:
    give_aalborg_to_oest(folder)
    async with database.begin() as session:
        await session.execute(text("SELECT pg_advisory_xact_lock(7235012)"))
        refused = await asyncio.to_thread(operate, "load", folder)
    assert (refused.returncode, refused.stdout) == (3, "")
    assert "Somebody else is loading a set; nothing was changed." in refused.stderr
    both = await asyncio.gather(*(asyncio.to_thread(operate, "load", folder) for _ in range(2)))
    assert {each.returncode for each in both} <= {0, 3}
    assert len(await sets(database)) == 1


@pytest.mark.parametrize(
    "statement", ["UPDATE reference_sets SET loaded_by = 'x'", "DELETE FROM reference_sets", "TRUNCATE reference_sets"]
)
async def test_nothing_changes_or_removes_the_record_of_a_load(
    database: Database, folder: Path, operate: Operate, statement: str
) -> None:
    give_aalborg_to_oest(folder)
    assert (await asyncio.to_thread(operate, "load", folder)).returncode == 0
    before = await sets(database)
    with pytest.raises(DBAPIError, match="only added to"):
        async with database.begin() as session:
            await session.execute(text(statement))
    assert await sets(database) == before


async def test_a_set_is_rehearsed_by_command(database: Database, folder: Path, operate: Operate) -> None:
    await handle(database, created())
    give_aalborg_to_oest(folder)
    before, after = [
        await asyncio.to_thread(operate, "rehearse", folder, "--at", day) for day in ("2026-12-31", "2027-01-01")
    ]
    assert "0 of 1 would move on 2026-12-31" in before.stdout
    assert "1 of 1 would move on 2027-01-01" in after.stdout
    assert "1  socialtilsyn-nord -> socialtilsyn-oest" in after.stdout
    assert await sets(database) == []
