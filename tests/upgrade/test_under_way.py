"""What the old system had written and not yet sent is heard by the new one; what it had put aside is still there."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from approval.consumers import SUBSCRIPTIONS as APPROVAL
from chassis.subscriptions import Subscription
from chassis.testing import deliver, emitted, record_of
from contracts.events import EVENTS
from jurisdiction.consumers import subscriptions as of_jurisdiction
from jurisdiction.rulebook import load_rulebook
from notification.consumers import SUBSCRIPTIONS as NOTIFICATION
from portal.consumers import subscriptions as of_portal
from publication.consumers import subscriptions as of_publication
from reporting.consumers import SUBSCRIPTIONS as REPORTING
from upgrade.acts import OFFICER, REPORTER
from upgrade.asking import PORTAL
from upgrade.conftest import NAMES, Upgraded

MODELS = {event.ce_type: event for event in EVENTS}
SUBSCRIPTIONS: dict[str, tuple[Subscription, ...]] = {
    "reporting": tuple(REPORTING),
    "jurisdiction": tuple(of_jurisdiction(load_rulebook())),
    "approval": tuple(APPROVAL),
    "publication": tuple(of_publication()),
    "notification": tuple(NOTIFICATION),
    "portal": tuple(of_portal()),
}


@pytest.fixture(scope="module")
async def heard(upgraded: Upgraded) -> set[str]:
    """Carry everything from outbox to reader until nothing new is said; the types that were carried."""
    carried: dict[str, int] = dict.fromkeys(NAMES, 0)
    types: set[str] = set()
    while any([await carry(upgraded, owner, carried, types) for owner in NAMES]):
        continue
    return types


async def carry(upgraded: Upgraded, owner: str, carried: dict[str, int], types: set[str]) -> bool:
    """Hand to their readers the facts of ``owner`` that are new, and return whether there were any."""
    new = (await emitted(upgraded.databases[owner]))[carried[owner] :]
    for row in new:
        event = MODELS[row["type"]].model_validate_json(row["value"])
        record = record_of(event, source=f"/services/{owner}", sequence=row["sequence"])
        readers = list(readers_of(row["topic"]))
        assert readers or row["topic"].startswith("external."), row["topic"]
        for reader, subscription in readers:
            await deliver(upgraded.databases[reader], subscription, record)
    carried[owner] += len(new)
    types |= {row["type"] for row in new}
    return bool(new)


def readers_of(topic: str) -> Iterator[tuple[str, Subscription]]:
    """Yield the subscriptions that read ``topic``, with their services."""
    for service, subscriptions in SUBSCRIPTIONS.items():
        yield from ((service, each) for each in subscriptions if topic in each.topic_names)


async def test_every_service_says_something_and_every_one_hears_it(heard: set[str]) -> None:
    said = {kind.split(".")[2] for kind in heard}
    assert said >= {"reporting", "jurisdiction", "approval", "notification"}


@pytest.fixture
async def ids(upgraded: Upgraded) -> dict[str, str]:
    """The tilbud by name."""
    answer = await upgraded.asker.ask((REPORTER, "reporting", "/v1/tilbud?limit=100"))
    return {item["name"]: item["id"] for item in answer["body"]["items"]}


@pytest.mark.usefixtures("heard")
async def test_a_report_that_was_sent_becomes_a_case(upgraded: Upgraded, ids: dict[str, str]) -> None:
    """``jurisdiction`` finds the authority, ``approval`` opens the case, ``portal`` lists it."""
    path = f"/v1/cases?state=awaiting&tilbud_id={ids['Undervejs']}"
    cases = await upgraded.asker.ask((OFFICER, "approval", path))
    assert [item["authority"] for item in cases["body"]["items"]] == ["socialtilsyn-nord"]
    listed = await upgraded.asker.ask((OFFICER, PORTAL, "/godkend?case_status=awaiting"))
    assert "Undervejs" in listed["body"]


@pytest.mark.usefixtures("heard")
async def test_a_decision_that_was_made_reaches_the_tilbud(upgraded: Upgraded, ids: dict[str, str]) -> None:
    """``reporting`` frees the steps and moves the approved data, ``notification`` owes the mail about it."""
    tilbud_id = ids["Netop afgjort"]
    tilbud = (await upgraded.asker.ask((REPORTER, "reporting", f"/v1/tilbud/{tilbud_id}")))["body"]
    assert [each["state"] for each in tilbud["submissions"]] == ["approved"]
    assert tilbud["locks"] == []
    assert tilbud["baseline"]["version"] == 1
    mails = await upgraded.asker.ask((REPORTER, "notification", f"/v1/deliveries?about={tilbud_id}"))
    assert "case-approved" in {item["kind"] for item in mails["body"]["items"]}


@pytest.mark.usefixtures("heard")
async def test_vacancies_that_were_reported_become_public(upgraded: Upgraded, ids: dict[str, str]) -> None:
    public = (await upgraded.asker.ask((None, "publication", f"/v1/tilbud/{ids['Undervejs']}")))["body"]
    assert [each["steps"]["places"]["vacancies"] for each in public["departments"]] == [1, 1]


@pytest.mark.parametrize("service", ["approval", "publication", "portal"])
def test_the_operator_finds_what_was_put_aside(service: str, upgraded: Upgraded, ids: dict[str, str]) -> None:
    """The unreadable message, and the later one of the same tilbud that waits for it."""
    command = [sys.executable, "-m", f"{service}.operate", "dead-letters", "list"]
    environment = os.environ | upgraded.environment(service)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.count(ids["Parkeret"]) == 2, done.stdout + done.stderr
