"""What comes back from the other services: guarded, in any order, as often as it likes."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from chassis.database import Database
from chassis.testing import deliver, record_of
from contracts.events import (
    types_on,
)
from contracts.topics import topic
from reporting.consumers import SUBSCRIPTIONS
from services.reporting.tests.factories import application, assigned, not_routed, open_letters, routed
from services.reporting.tests.requests import (
    Client,
    add_cpr,
    approved,
    events,
    example,
    give,
    golden,
    last_sent,
    save,
    submission,
)


def test_every_type_on_a_topic_is_handled_or_left_out_on_purpose() -> None:
    for subscription in SUBSCRIPTIONS:
        (name,) = subscription.topic_names
        handled = {model.ce_type for model in subscription.on}
        assert handled <= subscription.known_types == types_on(name)
        assert "reporting" in topic(name).readers


async def test_a_routing_is_remembered_for_its_own_revision(reporter: Client, sent: Any, database: Database) -> None:
    tilbud_id, sid = sent.tilbud_id, sent.submission_id
    await give(database, routed(tilbud_id, sid, revision=2, authority="socialtilsyn-syd"))
    assert (await submission(reporter, tilbud_id, sid))["authority"] is None
    await give(database, routed(tilbud_id, sid))
    assert (await submission(reporter, tilbud_id, sid))["authority"] == {
        "id": "socialtilsyn-nord",
        "name": "Socialtilsyn Nord",
    }


async def test_a_case_that_nobody_can_decide_goes_back_with_the_reason(
    reporter: Client, sent: Any, database: Database
) -> None:
    await give(database, not_routed(sent.tilbud_id, sent.submission_id))
    shown = await submission(reporter, sent.tilbud_id, sent.submission_id)
    assert (shown["state"], shown["return_reason"]) == ("returned", "Christiansø er ikke en del af en kommune.")
    url = f"/v1/tilbud/{sent.tilbud_id}/submissions/{sent.submission_id}/resubmission"
    assert (await reporter.post(url)).json()["revision"] == 2
    assert (await submission(reporter, sent.tilbud_id, sent.submission_id))["return_reason"] is None


async def test_the_assigned_authority_may_report_and_the_former_one_may_not(
    client_as: Any, officer: Client, tilbud_id: str, database: Database
) -> None:
    syd = await client_as("officer-syd")
    await give(database, assigned(tilbud_id, 2, "socialtilsyn-syd"), assigned(tilbud_id, 1, "socialtilsyn-nord"))
    assert (await save(syd, tilbud_id, "values", example("steps/values"))).status_code == 200
    assert (await officer.get(f"/v1/tilbud/{tilbud_id}")).status_code == 404
    assert (await syd.get(f"/v1/tilbud/{tilbud_id}")).json()["authority_assigned"] is True


async def test_a_transferred_application_becomes_one_tilbud(
    reporter: Client, officer: Client, database: Database
) -> None:
    await give(database, application(), application(), application("ans-2"))
    shown = (await reporter.get("/v1/tilbud")).json()["items"]
    assert [item["name"] for item in shown] == ["Violen", "Violen"]
    first = (await reporter.get(f"/v1/tilbud/{shown[0]['id']}")).json()
    assert first["leader_cpr"]["missing"] is True
    created = await events(database, "tilbud-created")
    assert [event["leader_cpr_missing"] for event in created] == [True, True]
    assert created[0]["application"] == {"authority": "socialtilsyn-nord", "application_id": "ans-1"}
    assert (await add_cpr(officer, shown[0]["id"])).status_code == 200


async def test_an_event_about_something_unheard_of_is_a_dead_letter(sent: Any, database: Database) -> None:
    event = (await last_sent(database, sent.submission_id)).model_copy(
        update={"submission_id": "unheard-of", "tilbud_id": "CRV-1"}
    )
    await give(database, approved(event))
    assert await open_letters(database) == 1


READ = (
    "approval.case-returned",
    "approval.case-approved",
    "approval.case-closed",
    "approval.tilsyn-published",
    "approval.tilbud-ceased",
    "approval.application-accepted",
    "jurisdiction.case-routed",
    "jurisdiction.case-not-routed",
    "jurisdiction.authority-assigned",
)


@pytest.mark.parametrize("name", READ)
async def test_the_golden_messages_of_the_others_are_understood(tilbud_id: str, database: Database, name: str) -> None:
    ce_type = f"dk.tilbudsportalen.{name}.v1"
    subscription, model = next((each, model) for each in SUBSCRIPTIONS for model in each.on if model.ce_type == ce_type)
    event = model.model_validate_json(golden(ce_type))
    await stand_in(database, tilbud_id, json.loads(golden(ce_type)))
    record = record_of(event, source="/services/others")
    await deliver(database, subscription, record)
    assert await open_letters(database) == 0


async def stand_in(database: Database, tilbud_id: str, data: dict[str, Any]) -> None:
    """Give the tilbud the id of the golden message, and a submission that it can be about."""
    insert = text(
        "INSERT INTO submissions (id, tilbud_id, number, revision, initial, state, form_version, sent_at, sent_by) "
        "VALUES (:id, :tilbud, 1, :revision, true, 'awaiting', 'x', :at, '{}')"
    )
    copy = text("CREATE TEMPORARY TABLE one AS SELECT * FROM tilbud WHERE id = :old; ")
    async with database.begin() as session:
        if "tilbud_id" not in data:
            return
        await session.execute(copy, {"old": tilbud_id})
        await session.execute(text("UPDATE one SET id = :new"), {"new": data["tilbud_id"]})
        await session.execute(text("INSERT INTO tilbud SELECT * FROM one"))
        sid = data.get("case_id") or data.get("submission_id")
        if sid:
            values = {"id": sid, "tilbud": data["tilbud_id"], "revision": data["revision"], "at": datetime.now(UTC)}
            await session.execute(insert, values)
