"""What comes back from the other services: guarded, in any order, as often as it likes."""

import asyncio
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from reporting_way import (
    Client,
    approve,
    approved,
    closed,
    edit,
    events,
    example,
    give,
    golden,
    last_sent,
    returned,
    save,
    send_back,
    submission,
    submit,
)
from sqlalchemy import text

from chassis.clock import COPENHAGEN, now
from chassis.database import Database
from chassis.testing import deliver, record_of
from contracts.events import (
    ApplicationAccepted,
    AuthorityAssigned,
    CaseNotRouted,
    CaseRouted,
    TilbudCeased,
    TilsynPublished,
    types_on,
)
from contracts.events.approval import TilsynDecision, TilsynKind
from contracts.topics import topic
from reporting.consumers import SUBSCRIPTIONS


def routed(tilbud_id: str, submission_id: str, revision: int = 1, authority: str = "socialtilsyn-nord") -> CaseRouted:
    return CaseRouted(
        tilbud_id=tilbud_id,
        submission_id=submission_id,
        revision=revision,
        authority=authority,
        rule="R1",
        legal_source="Lov om socialtilsyn § 2, stk. 2",
        confidence="high",
        explanation="Tilbuddet ligger i Aalborg Kommune.",
        considered=[],
        reference_version="2014-1",
        valid_on=date(2026, 11, 20),
        routed_at=now(),
    )


def not_routed(tilbud_id: str, submission_id: str, revision: int = 1) -> CaseNotRouted:
    return CaseNotRouted(
        tilbud_id=tilbud_id,
        submission_id=submission_id,
        revision=revision,
        reason="Christiansø er ikke en del af en kommune.",
        routed_at=now(),
    )


def assigned(tilbud_id: str, version: int, authority: str) -> AuthorityAssigned:
    return AuthorityAssigned(
        tilbud_id=tilbud_id,
        version=version,
        authority=authority,
        previous=None,
        rule="R1",
        explanation="Fordi.",
        assigned_at=now(),
    )


def tilsyn(tilbud_id: str, **facts: Any) -> TilsynPublished:
    values: dict[str, Any] = {
        "tilbud_id": tilbud_id,
        "tilsyn_id": "t-1",
        "version": 1,
        "accepted_number": 1,
        "authority": "socialtilsyn-nord",
        "external": True,
        "kind": TilsynKind.ANNOUNCED,
        "visited_on": None,
        "decided_on": date(2026, 11, 1),
        "decision": TilsynDecision.APPROVED,
        "accepted_at": now(),
    }
    return TilsynPublished(**{**values, **facts})


def application(application_id: str = "ans-1") -> ApplicationAccepted:
    body = example("create-tilbud")
    leader = {name: body["leader"][name] for name in ("name", "email", "phone")}
    return ApplicationAccepted(
        application_id=application_id,
        authority="socialtilsyn-nord",
        name="Violen",
        primary_legal_basis="botilbud-laengerevarende",
        legal_bases=["botilbud-laengerevarende"],
        address=body["address"],
        cvr="99000015",
        leader=leader,  # type: ignore[arg-type]
        contact=None,
        accepted_at=now(),
    )


async def open_letters(database: Database) -> int:
    async with database.read() as session:
        return int(await session.scalar(text("SELECT count(*) FROM dead_letters")) or 0)


def test_every_type_on_a_topic_is_handled_or_left_out_on_purpose() -> None:
    for subscription in SUBSCRIPTIONS:
        (name,) = subscription.topics
        handled = {model.ce_type for model in subscription.on}
        assert handled | subscription.ignored == types_on(name)
        assert "reporting" in topic(name).readers


async def test_an_approval_moves_the_baseline_and_frees_the_steps(
    reporter: Client, sent: Any, database: Database
) -> None:
    await approve(database, sent.submission_id)
    shown = (await reporter.get(f"/v1/tilbud/{sent.tilbud_id}")).json()
    assert shown["locks"] == []
    assert shown["submissions"][0]["state"] == "approved"
    assert shown["baseline"]["version"] == 1
    assert shown["baseline"]["steps"]["places"] == example("steps/places")
    assert shown["contact"]["name"] == "Jørgen Eksempel"
    (version,) = (await reporter.get(f"/v1/tilbud/{sent.tilbud_id}/history")).json()["items"]
    assert version["approved_by"]["name"] == "Rasmus Toft"
    assert version["sent_by"]["name"] == "Dorthe Kragh"
    assert len(version["steps"]) == 20


async def test_the_same_message_twice_and_republished_has_one_effect(
    reporter: Client, sent: Any, database: Database
) -> None:
    event = approved(await last_sent(database, sent.submission_id))
    record = record_of(event, source="/services/approval")
    await deliver(database, SUBSCRIPTIONS[0], record, record)
    await deliver(database, SUBSCRIPTIONS[0], record)
    await give(database, event.model_copy(update={"republished": True}))
    shown = (await reporter.get(f"/v1/tilbud/{sent.tilbud_id}")).json()
    assert shown["baseline"]["version"] == 1
    assert len((await reporter.get(f"/v1/tilbud/{sent.tilbud_id}/history")).json()["items"]) == 1


async def test_an_outcome_of_an_older_revision_changes_nothing(
    reporter: Client, sent_back: Any, database: Database
) -> None:
    tilbud_id, sid = sent_back.tilbud_id, sent_back.submission_id
    old = await last_sent(database, sid)
    await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions/{sid}/resubmission")
    await give(database, returned(old, "contact"), approved(old), closed(old), not_routed(tilbud_id, sid))
    shown = await submission(reporter, tilbud_id, sid)
    assert (shown["state"], shown["revision"]) == ("awaiting", 2)
    assert await open_letters(database) == 0


async def test_a_closed_case_is_never_approved(reporter: Client, sent_back: Any, database: Database) -> None:
    tilbud_id, sid = sent_back.tilbud_id, sent_back.submission_id
    await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions/{sid}/closure")
    await give(database, approved(await last_sent(database, sid)), closed(await last_sent(database, sid)))
    shown = (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()
    assert shown["submissions"][0]["state"] == "closed"
    assert shown["baseline"]["steps"] == {}


async def test_a_closure_that_only_approval_knows_of_frees_the_steps(
    reporter: Client, sent_back: Any, database: Database
) -> None:
    await give(database, closed(await last_sent(database, sent_back.submission_id)))
    shown = (await reporter.get(f"/v1/tilbud/{sent_back.tilbud_id}")).json()
    assert (shown["submissions"][0]["state"], shown["locks"]) == ("closed", [])


async def test_an_older_case_never_overwrites_a_newer_one(
    reporter: Client, approved_once: Any, database: Database
) -> None:
    tilbud_id = approved_once.tilbud_id
    await edit(reporter, tilbud_id, "values", values="Anden udgave.")
    second = await submit(reporter, tilbud_id)
    older = await last_sent(database, second)
    await approve(database, second)
    await edit(reporter, tilbud_id, "values", values="Tredje udgave.")
    await approve(database, await submit(reporter, tilbud_id))
    async with database.begin() as session:
        await session.execute(text("UPDATE submissions SET state = 'awaiting' WHERE number = 2"))
    await give(database, approved(older))
    shown = (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()
    assert shown["baseline"]["steps"]["values"]["values"] == "Tredje udgave."


async def test_history_can_be_read_as_of_any_day_and_moment(
    reporter: Client, approved_once: Any, database: Database
) -> None:
    tilbud_id = approved_once.tilbud_id
    between = now()
    await edit(reporter, tilbud_id, "values", values="Anden udgave.")
    await approve(database, await submit(reporter, tilbud_id))
    then = (await reporter.get(f"/v1/tilbud/{tilbud_id}", params={"as_of": between.isoformat()})).json()
    assert then["baseline"]["version"] == 1
    assert then["baseline"]["steps"]["values"] == example("steps/values")
    today = now().astimezone(COPENHAGEN).date()
    assert (await reporter.get(f"/v1/tilbud/{tilbud_id}?as_of={today}")).json()["baseline"]["version"] == 2
    assert (await reporter.get(f"/v1/tilbud/{tilbud_id}?as_of=2020-01-01")).json()["baseline"]["steps"] == {}
    for edge in ("0001-01-01", "9999-12-31", "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"):
        assert (await reporter.get(f"/v1/tilbud/{tilbud_id}?as_of={edge}")).status_code in (200, 422)
    assert (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()["baseline"]["version"] == 2
    assert (await reporter.get(f"/v1/tilbud/{tilbud_id}?as_of=tomorrow")).status_code == 422


async def test_drafted_steps_that_were_approved_are_dropped_and_others_stay(
    reporter: Client, approved_once: Any, database: Database
) -> None:
    tilbud_id = approved_once.tilbud_id
    await edit(reporter, tilbud_id, "values", values="Nye værdier.")
    sid = await submit(reporter, tilbud_id)
    await edit(reporter, tilbud_id, "supplementary", other="Vi har høns.")
    await approve(database, sid)
    draft = (await reporter.get(f"/v1/tilbud/{tilbud_id}/draft")).json()
    assert [step["step"] for step in draft["steps"] if step["drafted"]] == ["supplementary"]
    await approve(database, await submit(reporter, tilbud_id))
    assert (await reporter.get(f"/v1/tilbud/{tilbud_id}/draft")).json()["exists"] is False


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


async def test_the_latest_tilsyn_gives_the_status(reporter: Client, tilbud_id: str, database: Database) -> None:
    async def status() -> str:
        return str((await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()["status"])

    assert await status() == "under-approval"
    await give(database, tilsyn(tilbud_id))
    assert await status() == "approved"
    older = tilsyn(
        tilbud_id,
        tilsyn_id="t-0",
        accepted_number=2,
        decided_on=date(2026, 10, 1),
        decision=TilsynDecision.NOT_APPROVED,
    )
    await give(database, older)
    assert await status() == "approved"
    await give(database, tilsyn(tilbud_id, version=3, decision=TilsynDecision.NOT_APPROVED))
    await give(database, tilsyn(tilbud_id, version=2, decision=TilsynDecision.APPROVED))
    assert await status() == "not-approved"
    later = {"tilsyn_id": "t-2", "accepted_number": 3, "decided_on": date(2026, 11, 3)}
    await give(database, tilsyn(tilbud_id, **later, decision=TilsynDecision.NO_DECISION))
    assert await status() == "not-approved"
    ceased = TilbudCeased(
        tilbud_id=tilbud_id, authority="socialtilsyn-nord", ceased_on=date(2026, 11, 5), accepted_at=now()
    )
    await give(database, ceased, ceased)
    assert await status() == "ceased"


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
    added = await officer.put(f"/v1/tilbud/{shown[0]['id']}/leader-cpr", json={"cpr": "010180-0000"})
    assert added.status_code == 200


async def test_an_event_about_something_unheard_of_is_a_dead_letter(sent: Any, database: Database) -> None:
    event = (await last_sent(database, sent.submission_id)).model_copy(
        update={"submission_id": "unheard-of", "tilbud_id": "CRV-1"}
    )
    await give(database, approved(event))
    assert await open_letters(database) == 1


async def test_a_submission_and_an_approval_at_the_same_moment_both_hold(
    reporter: Client, approved_once: Any, database: Database
) -> None:
    tilbud_id = approved_once.tilbud_id
    await edit(reporter, tilbud_id, "values", values="Nye værdier.")
    first = await submit(reporter, tilbud_id)
    await edit(reporter, tilbud_id, "supplementary", other="Vi har høns.")
    outcome = approved(await last_sent(database, first))
    answer, _ = await asyncio.gather(reporter.post(f"/v1/tilbud/{tilbud_id}/submissions"), give(database, outcome))
    assert answer.status_code == 201
    assert answer.json()["steps"] == ["supplementary"]
    shown = (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()
    assert [lock["step"] for lock in shown["locks"]] == ["supplementary"]
    assert shown["baseline"]["steps"]["values"]["values"] == "Nye værdier."


async def test_a_closure_and_an_approval_at_the_same_moment_end_in_one_outcome(
    reporter: Client, sent_back: Any, database: Database
) -> None:
    tilbud_id, sid = sent_back.tilbud_id, sent_back.submission_id
    outcome = approved(await last_sent(database, sid))
    await asyncio.gather(reporter.post(f"/v1/tilbud/{tilbud_id}/submissions/{sid}/closure"), give(database, outcome))
    shown = (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()
    state = shown["submissions"][0]["state"]
    assert state in {"closed", "approved"}
    assert bool(shown["baseline"]["steps"]) == (state == "approved")
    assert shown["locks"] == []


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


async def test_a_send_back_needs_no_new_decision_for_the_untouched(
    reporter: Client, sent_back: Any, database: Database
) -> None:
    tilbud_id, sid = sent_back.tilbud_id, sent_back.submission_id
    await edit(reporter, tilbud_id, "values", values="Konkrete mål.")
    await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions/{sid}/resubmission")
    await send_back(database, sid, "contact")
    verdicts = {each["step"]: each["verdict"] for each in (await submission(reporter, tilbud_id, sid))["decisions"]}
    assert (verdicts["values"], verdicts["contact"]) == ("approve", "reject")
