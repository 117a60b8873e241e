"""Keys of the vault: changed while processes run, missing, wrong, and a rotation that is killed."""

import asyncio
import base64
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY
from pydantic import SecretStr, ValidationError
from sqlalchemy import insert, text

from chassis.clock import now
from chassis.database import Database
from reporting.leader_cpr.keys import FixedKeys, KeyFile, UnusableKeys, key_source, read_key
from reporting.leader_cpr.models import LeaderCpr
from reporting.leader_cpr.rotation import count_by_key, encrypt_anew, measure_keys
from reporting.leader_cpr.vault import CprVault
from reporting.settings import ReportingSettings
from services.reporting.tests.conftest import KEY, settings_for
from services.reporting.tests.http_requests import PURPOSE, Client, example, with_value

NEW, OTHER = (base64.b64encode(bytes([number]) * 32).decode() for number in (7, 9))
CPR = example("create-tilbud")["leader"]["cpr"]
ROWS = 400


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with the key that the numbers of these tests are under."""
    path = tmp_path / "cpr.keys"
    path.write_text(f"{KEY}\n")
    return path


def write(file: Path, *keys: str) -> None:
    """Put keys into the file as an operator does: whole, in one step."""
    beside = file.with_suffix(".new")
    beside.write_text("".join(f"{key}\n" for key in keys))
    beside.replace(file)


@pytest.fixture
def with_file(app: FastAPI, file: Path) -> Any:
    """The app with its keys in the file."""
    before = app.state.vault
    app.state.vault = CprVault(KeyFile(file))
    yield
    app.state.vault = before


async def views(officer: Client, *tilbud_ids: str) -> list[int]:
    """Return how asking for the number of each tilbud is answered."""
    answers = [await officer.post(f"/v1/tilbud/{each}/leader-cpr/views", json=PURPOSE) for each in tilbud_ids]
    return [answer.status_code for answer in answers]


@pytest.mark.usefixtures("with_file")
async def test_a_key_changes_while_the_service_runs(
    officer: Client, tilbud_id: str, file: Path, database: Database
) -> None:
    write(file, NEW, KEY)
    second = (await officer.post("/v1/tilbud", json=with_value("leader.cpr", "020285-0000"))).json()["id"]
    assert await views(officer, tilbud_id, second) == [200, 200]
    tag = (await officer.get(f"/v1/tilbud/{tilbud_id}")).json()["leader_cpr"]["etag"]
    vault = CprVault(KeyFile(file))
    before = await count_by_key(database, vault)
    assert (before.current, before.older, before.unreadable) == (1, 1, [])
    assert await encrypt_anew(database, vault, 1) == 1
    assert await encrypt_anew(database, vault, 1) == 0
    assert (await count_by_key(database, vault)).left == 0
    # The old key goes; who had looked at the number before can still change it.
    write(file, NEW)
    assert await views(officer, tilbud_id, second) == [200, 200]
    assert (await officer.get(f"/v1/tilbud/{tilbud_id}")).json()["leader_cpr"]["etag"] == tag


@pytest.mark.usefixtures("with_file")
async def test_without_its_key_one_number_is_unavailable_and_all_else_goes_on(
    officer: Client, tilbud_id: str, file: Path, database: Database
) -> None:
    write(file, NEW)
    second = (await officer.post("/v1/tilbud", json=with_value("leader.cpr", "020285-0000"))).json()["id"]
    failures = REGISTRY.get_sample_value("leader_cpr_unreadable_total") or 0
    refused = await officer.post(f"/v1/tilbud/{tilbud_id}/leader-cpr/views", json=PURPOSE)
    assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[1]) == (503, "leader-cpr-unreadable")
    assert REGISTRY.get_sample_value("leader_cpr_unreadable_total") == failures + 1
    state = (await officer.get(f"/v1/tilbud/{tilbud_id}")).json()["leader_cpr"]
    assert (state["missing"], state["masked"], state["unreadable"]) == (False, None, True)
    assert (await officer.get(f"/v1/tilbud/{tilbud_id}/leader-cpr/accesses")).json()["items"] == []
    assert await views(officer, second) == [200]
    vault = CprVault(KeyFile(file))
    await measure_keys(database, vault)
    numbers = {state: REGISTRY.get_sample_value("leader_cprs", {"state": state}) for state in STATES}
    assert numbers == {"current": 1, "older": 0, "unreadable": 1}
    assert await encrypt_anew(database, vault) == 0
    assert (await count_by_key(database, vault)).unreadable == [tilbud_id]
    write(file, NEW, KEY)
    assert await views(officer, tilbud_id) == [200]


STATES = ("current", "older", "unreadable")


async def test_a_replica_with_an_old_file_writes_what_the_next_run_finds(officer: Client, database: Database) -> None:
    """The release before does not know the column, and one with an old file names another key."""
    ids = [(await officer.post("/v1/tilbud", json=example("create-tilbud"))).json()["id"] for _ in range(3)]
    new = CprVault(FixedKeys((read_key(NEW, ""), read_key(KEY, ""))))
    old = CprVault(FixedKeys((read_key(KEY, ""),)))
    assert await encrypt_anew(database, new) == 3
    async with database.begin() as session:
        for tilbud_id in ids[:2]:
            row = await session.get_one(LeaderCpr, tilbud_id)
            old.seal(row, "0202850000")
        # As the release before leaves it: the ciphertext is under the old key, and the row says otherwise.
        row.key_id = new.current_key.id
    count = await count_by_key(database, new)
    assert (count.current, count.older, count.left) == (1, 2, 2)
    assert await encrypt_anew(database, new) == 2
    assert (await count_by_key(database, new)).left == 0


async def test_a_number_is_entered_while_the_keys_rotate(officer: Client, database: Database) -> None:
    url = (await officer.post("/v1/tilbud", json=example("create-tilbud"))).headers["Location"]
    new = CprVault(FixedKeys((read_key(NEW, ""), read_key(KEY, ""))))
    tag = (await officer.get(url)).json()["leader_cpr"]["etag"]
    change = officer.put(f"{url}/leader-cpr", json={"cpr": "0202850000"}, headers={"If-Match": tag})
    runs = asyncio.gather(*(encrypt_anew(database, new) for _ in range(4)))
    answer, _ = await asyncio.gather(change, runs)
    assert answer.status_code == 200
    await encrypt_anew(database, new)
    async with database.read() as session:
        row = await session.get_one(LeaderCpr, url.rsplit("/", 1)[1])
    assert (new.open(row).full, row.key_id) == ("020285-0000", new.current_key.id)


@pytest.mark.usefixtures("tilbud_id")
async def test_a_rotation_that_is_killed_again_and_again_is_taken_up(database: Database, file: Path) -> None:
    numbers = await _many(database)
    write(file, NEW, KEY)
    for _ in range(2):
        await _killed_in_the_middle(database, file)
    run = await _operate(database, file, "rotate", "--batch", "50")
    said = (await run.stdout.read()).decode()  # type: ignore[union-attr]
    assert (await run.wait(), f"{ROWS} under the current key, 0 left." in said) == (0, True)
    alone = CprVault(FixedKeys((read_key(NEW, ""),)))
    async with database.read() as session:
        rows = (await session.execute(text("SELECT * FROM leader_cprs"))).all()
    assert {row.tilbud_id: alone.open(LeaderCpr(**row._mapping)).digits for row in rows} == numbers


@pytest.mark.usefixtures("tilbud_id")
async def test_status_says_what_is_left_and_what_no_key_opens(database: Database, file: Path) -> None:
    await _many(database)
    for keys, left, status in (((KEY,), 0, 0), ((NEW,), ROWS, 1)):
        write(file, *keys)
        run = await _operate(database, file, "status")
        said = (await run.stdout.read()).decode()  # type: ignore[union-attr]
        assert (await run.wait(), f"{left} left" in said) == (status, True)
        assert ("No key opens" in said) == (keys == (NEW,))


async def _many(database: Database) -> dict[str, str]:
    """Copy the one tilbud many times and store numbers under the old key; return them by their tilbud."""
    vault = CprVault(FixedKeys((read_key(KEY, ""),)))
    numbers = {f"CRV-{9_000 + number}": f"010180{number:04}" for number in range(ROWS)}
    copy = text(
        "INSERT INTO tilbud SELECT (jsonb_populate_record(t, jsonb_build_object('id', 'CRV-' || n))).* "
        "FROM tilbud t, generate_series(9000, :last) n"
    )
    async with database.begin() as session:
        await session.execute(copy, {"last": 8_999 + ROWS})
        await session.execute(text("DELETE FROM leader_cprs"))
        rows = [vault.row(tilbud_id, number, now()) for tilbud_id, number in numbers.items()]
        fields = ("tilbud_id", "nonce", "ciphertext", "set_at")
        await session.execute(insert(LeaderCpr), [{name: getattr(row, name) for name in fields} for row in rows])
    return numbers


async def _killed_in_the_middle(database: Database, file: Path) -> None:
    before = await _under(database, read_key(NEW, "").id)
    run = await _operate(database, file, "rotate", "--batch", "1")
    while await _under(database, read_key(NEW, "").id) == before and run.returncode is None:
        await asyncio.sleep(0)
    assert run.returncode is None
    run.send_signal(signal.SIGKILL)
    await run.wait()
    assert before < await _under(database, read_key(NEW, "").id) < ROWS


async def _under(database: Database, key_id: str) -> int:
    statement = text("SELECT count(*) FROM leader_cprs WHERE key_id = :id")
    async with database.read() as session:
        return int(await session.scalar(statement, {"id": key_id}) or 0)


async def _operate(database: Database, file: Path, *command: str) -> asyncio.subprocess.Process:
    settings = {
        "TP_DATABASE_URL": database.url,
        "TP_KAFKA_BOOTSTRAP": "127.0.0.1:1",
        "TP_IDENTITY_ISSUER": "http://127.0.0.1:1",
        "TP_IDENTITY_AUDIENCE": "tilbudsportalen",
        "TP_CPR_KEY_FILE": str(file),
    }
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "reporting.operate", "cpr-keys", *command),
        env=os.environ | settings,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


def test_a_file_that_is_broken_later_leaves_the_keys_that_are_known(file: Path) -> None:
    source = KeyFile(file)
    known = source.ring()
    for content in ("", "abc\n", "æ\n"):
        file.write_text(content)
        assert source.ring() == known
    file.unlink()
    assert source.ring() == known
    write(file, NEW, KEY)
    assert [key.id for key in source.ring()] == [read_key(NEW, "").id, known[0].id]


@pytest.mark.parametrize("content", [None, "", "abc\n", KEY + "\nAAAA\n"])
def test_a_process_does_not_start_without_keys_and_shows_none(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "keys"
    if content is not None:
        path.write_text(content)
    settings = settings_for("x", "y").model_copy(update={"cpr_key": None, "cpr_key_file": path})
    with pytest.raises(UnusableKeys) as refused:
        key_source(settings)
    assert KEY not in str(refused.value)


@pytest.mark.parametrize("key", ["", "abc", KEY[:-4]])
def test_a_key_that_is_none_and_no_key_at_all_are_refused(key: str) -> None:
    settings = settings_for("x", "y")
    with pytest.raises(UnusableKeys, match="TP_CPR_KEY is not 32 bytes"):
        key_source(settings.model_copy(update={"cpr_key": SecretStr(key)}))
    with pytest.raises(ValidationError, match="TP_CPR_KEY_FILE or TP_CPR_KEY is missing"):
        ReportingSettings.model_validate(settings.model_dump() | {"cpr_key": None})


def test_a_key_beside_the_file_only_decrypts(file: Path) -> None:
    write(file, NEW)
    settings = settings_for("x", "y").model_copy(update={"cpr_key_file": file, "cpr_key": SecretStr(OTHER)})
    assert [key.id for key in key_source(settings).ring()] == [read_key(NEW, "").id, read_key(OTHER, "").id]
