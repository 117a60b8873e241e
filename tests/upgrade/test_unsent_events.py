"""What the old system had not yet sent is consumed by the new one; what it had put aside is still there."""

import os
import subprocess
import sys

import pytest

from tests.upgrade.actions import OFFICER, REPORTER
from tests.upgrade.client import PORTAL
from tests.upgrade.conftest import NAMES, Upgraded
from tests.upgrade.delivery import EventDelivery


@pytest.fixture(scope="module")
async def delivered(upgraded: Upgraded) -> EventDelivery:
    """Everything was delivered from outbox to reader."""
    delivery = EventDelivery(upgraded.databases)
    await delivery.deliver_all()
    return delivery


async def test_every_owner_publishes_something_and_every_service_consumes_something(delivered: EventDelivery) -> None:
    assert {kind.split(".")[2] for kind in delivered.types} >= {"reporting", "jurisdiction", "approval", "notification"}
    assert {name.partition(".")[0] for name in delivered.readers} == set(NAMES)


@pytest.fixture
async def ids(upgraded: Upgraded) -> dict[str, str]:
    """The tilbud by name."""
    answer = await upgraded.client.ask((REPORTER, "reporting", "/v1/tilbud?limit=100"))
    return {item["name"]: item["id"] for item in answer["body"]["items"]}


@pytest.mark.usefixtures("delivered")
async def test_a_report_that_was_sent_becomes_a_case(upgraded: Upgraded, ids: dict[str, str]) -> None:
    """``jurisdiction`` finds the authority, ``approval`` opens the case, ``portal`` lists it."""
    path = f"/v1/cases?state=awaiting&tilbud_id={ids['Undervejs']}"
    cases = await upgraded.client.ask((OFFICER, "approval", path))
    assert [item["authority"] for item in cases["body"]["items"]] == ["socialtilsyn-nord"]
    listed = await upgraded.client.ask((OFFICER, PORTAL, "/godkend?case_status=awaiting"))
    assert "Undervejs" in listed["body"]


@pytest.mark.usefixtures("delivered")
async def test_a_decision_that_was_made_reaches_the_tilbud(upgraded: Upgraded, ids: dict[str, str]) -> None:
    """``reporting`` frees the steps and moves the approved data, ``notification`` owes the mail about it."""
    tilbud_id = ids["Netop afgjort"]
    tilbud = (await upgraded.client.ask((REPORTER, "reporting", f"/v1/tilbud/{tilbud_id}")))["body"]
    assert [each["state"] for each in tilbud["submissions"]] == ["approved"]
    assert tilbud["locks"] == []
    assert tilbud["baseline"]["version"] == 1
    mails = await upgraded.client.ask((REPORTER, "notification", f"/v1/deliveries?about={tilbud_id}"))
    assert "case-approved" in {item["kind"] for item in mails["body"]["items"]}


@pytest.mark.usefixtures("delivered")
async def test_vacancies_that_were_reported_become_public(upgraded: Upgraded, ids: dict[str, str]) -> None:
    public = (await upgraded.client.ask((None, "publication", f"/v1/tilbud/{ids['Undervejs']}")))["body"]
    assert [each["steps"]["places"]["vacancies"] for each in public["departments"]] == [1, 1]


@pytest.mark.parametrize("service", ["approval", "publication", "portal"])
def test_the_operator_finds_what_was_put_aside(service: str, upgraded: Upgraded, ids: dict[str, str]) -> None:
    """The unreadable message, and the later one of the same tilbud that waits for it."""
    command = [sys.executable, "-m", f"{service}.operate", "dead-letters", "list"]
    environment = os.environ | upgraded.environment(service)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.count(ids["Parkeret"]) == 2, done.stdout + done.stderr
