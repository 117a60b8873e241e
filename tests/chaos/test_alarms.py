"""Each alarm is raised by what it is there for, and its page in docs/operate.md says what to do about it."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from contracts.topics import SERVICES
from devstack.system import System
from tests.chaos.alarms import RULES, Process
from tests.chaos.health import port_of
from tests.chaos.snapshot import Addresses, database
from tests.chaos.worker_harness import WorkerHarness, open_harness, raw_message, wait_until
from tests.e2e.client import SystemClient
from tests.support import things

ROOT = Path(__file__).parents[2]
RAISED: set[str] = set()
PARTS = ("**It means**", "**Look at**", "**Do**")


async def is_raised(process: Process, *names: str) -> None:
    """Wait until all of ``names`` are raised."""
    RAISED.update(names)

    async def all_raised() -> bool:
        return set(names) <= await asyncio.to_thread(process.raised)

    await wait_until(all_raised, f"{', '.join(names)} raised", 120)


async def is_over(process: Process, *names: str) -> None:
    """Wait until none of ``names`` is raised."""

    async def none_raised() -> bool:
        return not set(names) & await asyncio.to_thread(process.raised)

    await wait_until(none_raised, f"{', '.join(names)} over", 120)


async def start_watched(harness: WorkerHarness, **extra: str) -> Process:
    """Start a worker of the little service; nothing is wrong with it."""
    worker = await harness.start(until_ready=True, **extra)
    process = await asyncio.to_thread(Process.at, worker.port)
    assert await asyncio.to_thread(process.raised) == set()
    return process


@pytest.fixture(scope="module", autouse=True)
async def hung(kafka: Any, postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Process]:
    """A worker whose handler never ends; what is said of it after a minute is looked at when the others are done."""
    folder = tmp_path_factory.mktemp("hung")
    async with open_harness(kafka, postgres, folder) as harness:
        process = await start_watched(harness, THINGS_SLOW="slow")
        await harness.send([raw_message("a", "slow", 1)])
        await harness.wait_for("SELECT count(*) > 0 FROM pg_stat_activity WHERE state = 'idle in transaction'")
        yield process


async def test_messages_that_cannot_be_handled_and_many_that_come_again(harness: WorkerHarness) -> None:
    process = await start_watched(harness)
    await harness.send([raw_message("a", things.POISON, 1), raw_message("a", "behind it", 2)])
    await is_raised(process, "DeadLetters", "ParkedKeys")
    [letter] = re.findall(r"^(\d+)  waiting", await harness.operate("dead-letters", "list"), re.MULTILINE)
    await harness.operate("dead-letters", "discard", letter)
    await is_over(process, "DeadLetters", "ParkedKeys")
    messages = [raw_message(f"thing-{number}", "value", 1) for number in range(600)]
    for _ in range(3):
        await harness.send(messages)
    await is_raised(process, "DuplicatesSurge")


async def test_a_database_that_is_away(harness: WorkerHarness) -> None:
    process = await start_watched(harness)
    harness.postgres.kill()
    try:
        await harness.send([raw_message("a", "while away", number) for number in range(1, 2_000)])
        await is_raised(process, "NotReady", "ConsumerWaits", "ConsumerBehind", "TimerFails")
    finally:
        harness.postgres.start()
    await harness.database.close()
    await is_over(process, "NotReady", "ConsumerBehind")


async def test_a_broker_that_is_away(harness: WorkerHarness) -> None:
    process = await start_watched(harness)
    harness.kafka.kill()
    try:
        async with harness.database.begin() as session:
            await things.change(session, "a", "while away")
        await is_raised(process, "NotReady", "OutboxOld", "RelayFails")
    finally:
        await harness.start_broker()
    await is_over(process, "NotReady", "OutboxOld")


def worker_of(system: System, name: str) -> Process:
    """Begin to watch a process of the whole system."""
    return Process.at(port_of(system, name))


async def execute(system: System, service: str, *statements: str) -> None:
    """Run statements in the database of a service."""
    async with database(Addresses.of(system), service) as connection:
        for statement in statements:
            await connection.execute(statement)


async def test_a_projection_that_was_touched(system: System) -> None:
    process = worker_of(system, "portal-worker")
    reconcile: Callable[[], Awaitable[int]] = lambda: _reconcile(system, "portal")  # noqa: E731
    assert await reconcile() == 0
    await execute(system, "portal", "INSERT INTO tilbud (id) VALUES ('CRV-touched')")
    try:
        assert await reconcile() == 1
        await is_raised(process, "ProjectionDrift")
    finally:
        await execute(system, "portal", "DELETE FROM tilbud WHERE id = 'CRV-touched'")
    assert await reconcile() == 0
    await is_over(process, "ProjectionDrift")


async def _reconcile(system: System, service: str) -> int:
    command = [*system.command()[:2], f"{service}.operate", "reconcile"]
    done = await asyncio.create_subprocess_exec(*command, cwd=system.folder, env=system.environment)
    return await done.wait()


QUEUED_MAIL = """INSERT INTO mails (tilbud_id, fact, kind, role, email, organisation, data, state, next_at, created_at)
SELECT tilbud_id, 'alarm/' || gen_random_uuid(), kind, role, 'alarm@example.dk', organisation, {data}, 'owed', now(),
now() - interval '11 minutes' FROM mails ORDER BY id LIMIT 1"""


async def test_a_mail_server_that_is_away_and_a_mail_that_cannot_be_written(system: System) -> None:
    process = worker_of(system, "notification-worker")
    system.kill("mail")
    try:
        await execute(system, "notification", QUEUED_MAIL.format(data="data"))
        await is_raised(process, "MailsOld", "MailServerAway")
    finally:
        await asyncio.to_thread(system.up)
    await is_over(process, "MailsOld")
    await execute(system, "notification", QUEUED_MAIL.format(data="'{}'"))
    await is_raised(process, "MailsGivenUp")


async def test_a_number_that_no_key_opens(system: System, client: SystemClient) -> None:
    process = worker_of(system, "reporting")
    tilbud_id = client.get("officer-nord-a", "reporting", "/v1/tilbud?limit=1")["items"][0]["id"]
    spoil = "UPDATE leader_cprs SET nonce = substring(sha256(nonce) FOR 12)"
    await execute(system, "reporting", "CREATE TABLE kept AS TABLE leader_cprs", spoil)
    try:
        shown = client.get("officer-nord-a", "reporting", f"/v1/tilbud/{tilbud_id}")["leader_cpr"]
        assert (shown["masked"], shown["unreadable"]) == (None, True)
    finally:
        mend = "UPDATE leader_cprs SET nonce = kept.nonce FROM kept WHERE kept.tilbud_id = leader_cprs.tilbud_id"
        await execute(system, "reporting", mend, "DROP TABLE kept")
    await is_raised(process, "CprUnreadable")


async def test_an_answer_that_nobody_meant(system: System, client: SystemClient) -> None:
    process = worker_of(system, "notification")
    await execute(system, "notification", "ALTER TABLE users RENAME TO users_away")
    try:
        client.call("officer-nord-a", "GET", "notification", "/v1/preferences", status=500)
    finally:
        await execute(system, "notification", "ALTER TABLE users_away RENAME TO users")
    await is_raised(process, "ServerErrors")


async def test_a_handler_that_never_ends(hung: Process) -> None:
    await is_raised(hung, "NoPoll", "NotReady")


def test_every_alarm_was_raised() -> None:
    assert set(RULES) == RAISED


def page_of(alarm: str) -> str:
    """Return the page of an alarm in the operator's handbook."""
    text = (ROOT / "docs" / "operate.md").read_text()
    found = re.search(rf"^### {alarm}\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


@pytest.mark.parametrize("alarm", list(RULES))
def test_the_page_of_an_alarm_says_what_to_do(alarm: str) -> None:
    page = page_of(alarm)
    assert RULES[alarm]["annotations"]["page"] == f"docs/operate.md#{alarm.lower()}"
    assert [part for part in PARTS if part not in page] == []
    assert f"`{RULES[alarm]['expr']}`" in page


def test_the_commands_that_the_handbook_names_exist() -> None:
    text = (ROOT / "docs" / "operate.md").read_text()
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z0-9-]+)", text)) | set(re.findall(r"^make ([a-z0-9-]+)", text, re.MULTILINE))
    assert {"status", "logs", "dead-letters", "republish", "rebuild", "reconcile"} <= named <= targets
    commands = re.findall(r"python -m (\w+)\.operate ([a-z-]+(?: (?:list|show|replay|discard))?)", text)
    assert commands
    for service, words in commands:
        assert service in SERVICES
        cli = import_module(f"{service}.operate").cli
        assert CliRunner().invoke(cli, [*words.split(), "--help"]).exit_code == 0, f"{service} {words}"
