"""The operator's commands on the whole system: republished without effect, damaged by hand and right again."""

import asyncio
import os
import re
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import httpx2
import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]
from typer.testing import CliRunner, Result

from contracts.topics import SERVICES, TOPICS
from devstack.system import System
from tests.chaos.health import metric, port_of
from tests.chaos.idle import wait_until_idle
from tests.chaos.snapshot import Addresses, database
from tests.e2e.client import SystemClient, eventually

OWNERS = ("reporting", "jurisdiction", "approval", "publication", "notification")
TIMEOUT_SECONDS = 60


def operate(system: System, service: str, *words: str) -> Result:
    """Run a command of the operator as from the folder of the system."""
    with chdir(system.folder):
        return CliRunner().invoke(import_module(f"{service}.operate").cli, list(words))


def drift(system: System, service: str) -> dict[str, int]:
    """Return what ``reconcile`` reports, by table; it ends with 1 when anything differs."""
    done = operate(system, service, "reconcile")
    found = {table: int(rows) for table, rows in re.findall(r"^(\w+): (\d+) differ", done.output, re.MULTILINE)}
    assert done.exit_code == (1 if any(found.values()) else 0), done.output
    return found


@pytest.fixture
def addresses(system: System) -> Iterator[Addresses]:
    """Where the servers are; all is idle before a test and after it."""
    found = Addresses.of(system)
    asyncio.run(wait_until_idle(found, TIMEOUT_SECONDS))
    yield found
    asyncio.run(wait_until_idle(found, TIMEOUT_SECONDS))


def ask(addresses: Addresses, service: str, *statements: str) -> Any:
    """Run statements in the database of a service and return the value that the last one gives."""

    async def run() -> Any:
        async with database(addresses, service) as connection:
            return [await connection.fetchval(statement) for statement in statements][-1]

    return asyncio.run(run())


def ends(addresses: Addresses, prefix: str = "") -> dict[str, int]:
    """Return how many messages were ever written to each topic that begins with ``prefix``."""
    places = [TopicPartition(t.name, n) for t in TOPICS if t.name.startswith(prefix) for n in range(t.partitions)]
    newest = OffsetSpec.latest()  # type: ignore[no-untyped-call]
    found: dict[str, int] = {}
    admin = AdminClient({"bootstrap.servers": addresses.kafka})
    for place, done in admin.list_offsets(dict.fromkeys(places, newest)).items():
        found[place.topic] = found.get(place.topic, 0) + done.result().offset
    return found


def effects(addresses: Addresses) -> dict[str, int]:
    """Return how much of everything there is that republishing must not make more of."""
    mails = httpx2.get(f"{addresses.mail}/messages").raise_for_status().json()
    counted = {
        "notification": ("mails",),
        "publication": ("feed", "public_versions"),
        "approval": ("receipts", "cases", "case_log", "tilsyn"),
        "jurisdiction": ("assignments", "routings"),
        "reporting": ("tilbud", "submissions", "actions"),
    }
    rows = {
        f"{service}.{table}": ask(addresses, service, f"SELECT count(*) FROM {table}")  # noqa: S608
        for service, tables in counted.items()
        for table in tables
    }
    return rows | {"mails caught": len(mails)} | ends(addresses, "external.") | ends(addresses, "publication.feed")


def test_republishing_everything_has_no_effect_but_its_events(system: System, addresses: Addresses) -> None:
    before, topics = effects(addresses), ends(addresses)
    would = {service: operate(system, service, "republish", "--dry-run").output for service in OWNERS}
    assert ends(addresses) == topics
    printed = {service: operate(system, service, "republish").output for service in OWNERS}
    assert would == {service: text.replace("are told", "would be told") for service, text in printed.items()}
    asyncio.run(wait_until_idle(addresses, TIMEOUT_SECONDS))
    now = ends(addresses)
    more = {
        service: sum(now[topic] - topics[topic] for topic in topics if topic.startswith(f"{service}."))
        for service in OWNERS
    }
    counts = {service: int(re.findall(r"(\d+) events about", text)[0]) for service, text in printed.items()}
    assert more == counts
    assert all(counts[service] >= 4 for service in ("reporting", "jurisdiction", "approval", "publication"))
    assert effects(addresses) == before
    assert {service: set(drift(system, service).values()) for service in SERVICES} == {each: {0} for each in SERVICES}
    assert [ask(addresses, service, "SELECT count(*) FROM dead_letters") for service in SERVICES] == [0] * 6


@dataclass(frozen=True)
class Damage:
    """What is done to a database by hand, how many rows then differ, and what makes them right again."""

    statements: tuple[str, ...]
    differing: tuple[str, ...]
    repair: tuple[tuple[str, ...], ...]
    public: bool = False


CORRECTED = {"publication.feed", "publication.public_versions", "publication.feed.v1"}
DAMAGES = {
    "portal": Damage(
        (
            "UPDATE tilbud SET name = 'Forkert', status = 'ceased' WHERE id = '{id}'",
            "DELETE FROM tilsyn WHERE tilbud_id = '{id}'",
            "UPDATE cases SET state = 'returned', stage = 9 WHERE tilbud_id = '{id}'",
            "INSERT INTO followers VALUES ('{id}', 'nobody', 'kommune-0851')",
        ),
        ("tilbud", "tilsyn", "cases", "followers"),
        (("portal", "rebuild", "--remove"),),
    ),
    "publication": Damage(
        (
            "UPDATE tilbud SET known = known - 'operator' WHERE id = '{id}'",
            "UPDATE tilbud SET record = jsonb_set(record, '{{name}}', '\"Forkert\"') WHERE id = '{id}'",
            "UPDATE search_rows SET words = '' WHERE tilbud_id = '{id}' AND valid_to IS NULL",
        ),
        ("tilbud", "search_rows"),
        (("publication", "rebuild"),),
        public=True,
    ),
    "notification": Damage(
        ("UPDATE tilbud SET name = 'Forkert', authority = 'kommune-0851', is_public = false WHERE id = '{id}'",),
        ("tilbud",),
        tuple((owner, "republish") for owner in ("jurisdiction", "approval", "publication")),
    ),
    "reporting": Damage(
        (
            "UPDATE tilbud SET authority = 'kommune-0851' WHERE id = '{id}'",
            "DELETE FROM tilsyn_seen WHERE tilbud_id = '{id}'",
            "UPDATE approved_steps SET data = '{{}}' WHERE tilbud_id = '{id}' AND key = 'contact'",
        ),
        ("tilbud", "tilsyn_seen", "approved_steps"),
        (("jurisdiction", "republish"), ("approval", "republish")),
    ),
    "approval": Damage(
        (
            "UPDATE tilbud SET authority = 'kommune-0851' WHERE id = '{id}'",
            "UPDATE reports SET event = '{{}}' WHERE tilbud_id = '{id}'",
            "DELETE FROM routings WHERE tilbud_id = '{id}'",
        ),
        ("tilbud", "reports", "routings"),
        (("reporting", "republish"), ("jurisdiction", "republish")),
    ),
    "jurisdiction": Damage(
        (
            "UPDATE submissions SET facts = '{{}}', steps = '[]' WHERE tilbud_id = '{id}'",
            "UPDATE tilbud SET approved = '{{}}' WHERE id = '{id}'",
        ),
        ("submissions", "tilbud"),
        (("reporting", "republish"),),
    ),
}


# One that is rebuilt and one that is republished; `make chaos` takes all six.
SHORT = ("portal", "notification")


@pytest.mark.parametrize("service", DAMAGES if os.environ.get("CHAOS_LONG") else SHORT)
def test_what_is_damaged_by_hand_is_seen_and_right_again(
    system: System, client: SystemClient, addresses: Addresses, service: str
) -> None:
    damage = DAMAGES[service]
    tilbud = ask(addresses, "publication", "SELECT id FROM tilbud WHERE record IS NOT NULL ORDER BY id LIMIT 1")
    right = client.get(None, "publication", f"/v1/tilbud/{tilbud}")
    before = effects(addresses)
    assert not any(drift(system, service).values())
    ask(addresses, service, *(statement.format(id=tilbud) for statement in damage.statements))
    found = drift(system, service)
    assert {table for table, rows in found.items() if rows} == set(damage.differing)
    worker = port_of(system, f"{service}-worker")
    eventually(lambda: metric(worker, "projection_drift") == sum(found.values()), "the metric shows the drift")
    for owner, *words in damage.repair:
        done = operate(system, owner, *words)
        assert done.exit_code == 0, done.output
    asyncio.run(wait_until_idle(addresses, TIMEOUT_SECONDS))
    assert not any(drift(system, service).values())
    eventually(lambda: metric(worker, "projection_drift") == 0, "the metric shows that nothing differs")
    again = client.get(None, "publication", f"/v1/tilbud/{tilbud}")
    assert again | {"version": 0} == right | {"version": 0}
    more = {what: count - before[what] for what, count in effects(addresses).items() if count != before[what]}
    # A public record that was wrong is published corrected; nothing else happens outside.
    assert set(more) <= (CORRECTED if damage.public else set())
