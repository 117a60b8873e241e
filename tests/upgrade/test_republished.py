"""The whole state told again on migrated databases: every subscription takes it, and nothing that is shown changes."""

import os
import subprocess
import sys
from typing import Any

from upgrade import fixture
from upgrade.carrying import SUBSCRIPTIONS, Carrier, dead_letters_in
from upgrade.conftest import NAMES, Upgraded

# They hear what others say once, or outside parties: nothing of it is told again.
HEARD_ONCE = {"approval.external", "reporting.applications"}


async def test_republishing_everything_changes_nothing(upgraded: Upgraded) -> None:
    carrier = Carrier(upgraded.databases)
    await carrier.carry_all()
    before = await answers(upgraded)
    letters = {name: await dead_letters_in(upgraded.databases[name]) for name in NAMES}
    for service in NAMES:
        if service != "portal":
            republish(upgraded, service)
    await carrier.carry_all()
    names = {each.name for subscriptions in SUBSCRIPTIONS.values() for each in subscriptions}
    assert set(carrier.readers) == names - HEARD_ONCE
    assert {name: await dead_letters_in(upgraded.databases[name]) for name in NAMES} == letters, "some were not handled"
    assert [each for each in zip(before, await answers(upgraded), strict=True) if each[0] != each[1]] == []


async def answers(upgraded: Upgraded) -> list[tuple[Any, Any]]:
    """Return every question of the fixture with the answer of today."""
    return [(question, await upgraded.asker.ask(question)) for question, _ in fixture.read_answers()]


def republish(upgraded: Upgraded, service: str) -> None:
    """Run the operator's command."""
    command = [sys.executable, "-m", f"{service}.operate", "republish"]
    environment = os.environ | upgraded.environment(service)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
