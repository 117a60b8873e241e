"""The whole state republished on migrated databases: every subscription takes it, and nothing that is shown changes."""

import os
import subprocess
import sys
from typing import Any

from publication.publishing.maintenance import publish_day_changes
from reporting.duties.commands import notice_duties
from tests.support.services import subscriptions_of
from tests.upgrade import fixture
from tests.upgrade.conftest import NAMES, Upgraded
from tests.upgrade.delivery import EventDelivery, dead_letters_in

# They take what others publish once, or outside parties: nothing of it is republished.
NEVER_REPUBLISHED = {"approval.external", "notification.deadlines", "reporting.applications"}
# The release of the fixture had none.
NOT_IN_THE_FIXTURE = {"notification.samples", "publication.samples"}


async def test_republishing_everything_changes_nothing(upgraded: Upgraded) -> None:
    delivery = EventDelivery(upgraded.databases)
    # The first things that new workers do: records say more than before, and what is due is listed.
    await publish_day_changes(upgraded.databases["publication"])
    await notice_duties(upgraded.databases["reporting"], 30)
    await delivery.deliver_all()
    before = await answers(upgraded)
    letters = {name: await dead_letters_in(upgraded.databases[name]) for name in NAMES}
    for service in NAMES:
        if service != "portal":
            republish(upgraded, service)
    await delivery.deliver_all()
    names = {each.name for service in NAMES for each in subscriptions_of(service)}
    assert set(delivery.readers) == names - NEVER_REPUBLISHED - NOT_IN_THE_FIXTURE
    assert {name: await dead_letters_in(upgraded.databases[name]) for name in NAMES} == letters, "some were not handled"
    assert [each for each in zip(before, await answers(upgraded), strict=True) if each[0] != each[1]] == []


async def answers(upgraded: Upgraded) -> list[tuple[Any, Any]]:
    """Return every question of the fixture with the answer of today."""
    return [(question, await upgraded.client.ask(question)) for question, _ in fixture.read_answers()]


def republish(upgraded: Upgraded, service: str) -> None:
    """Run the operator's command."""
    command = [sys.executable, "-m", f"{service}.operate", "republish"]
    environment = os.environ | upgraded.environment(service)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
