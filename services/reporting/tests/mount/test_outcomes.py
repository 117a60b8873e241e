"""The outcomes of cases: guarded, in any order, as often as they like."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from chassis.clock import now, today
from chassis.database import Database
from contracts.testing import factories
from devstack.in_process import deliver, record_of
from reporting.consumers import subscriptions
from services.reporting.tests.http_requests import (
    STEP_KEYS,
    Client,
    approve_case,
    count_rows,
    deliver_events,
    edit,
    example,
    get_submission,
    last_sent,
    return_case,
    save,
    submit,
)


async def test_an_approval_moves_the_baseline_and_frees_the_steps(
    reporter: Client, sent: Any, database: Database
) -> None:
    await approve_case(database, sent.submission_id)
    shown = (await reporter.get(f"/v1/tilbud/{sent.tilbud_id}")).json()
    assert shown["locks"] == []
    assert shown["submissions"][0]["state"] == "approved"
    assert shown["baseline"]["version"] == 1
    assert shown["baseline"]["steps"]["places"] == example("steps/places")
    assert shown["contact"]["name"] == "Jørgen Eksempel"
    (version,) = (await reporter.get(f"/v1/tilbud/{sent.tilbud_id}/history")).json()["items"]
    assert version["approved_by"]["name"] == "Rasmus Toft"
    assert version["sent_by"]["name"] == "Dorthe Kragh"
    assert len(version["steps"]) == len(STEP_KEYS)


async def test_the_same_message_twice_and_republished_has_one_effect(
    reporter: Client, sent: Any, database: Database
) -> None:
    event = factories.case_approved(of=await last_sent(database, sent.submission_id))
    record = record_of(event, source="/services/approval")
    cases = subscriptions()[0]
    await deliver(database, cases, record, record)
    await deliver(database, cases, record)
    await deliver_events(database, event.model_copy(update={"republished": True}))
    shown = (await reporter.get(f"/v1/tilbud/{sent.tilbud_id}")).json()
    assert shown["baseline"]["version"] == 1
    assert len((await reporter.get(f"/v1/tilbud/{sent.tilbud_id}/history")).json()["items"]) == 1


async def test_an_outcome_of_an_older_revision_changes_nothing(
    reporter: Client, returned: Any, database: Database
) -> None:
    tilbud_id, sid = returned.tilbud_id, returned.submission_id
    old = await last_sent(database, sid)
    await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions/{sid}/resubmission")
    outcomes = (
        factories.case_returned(of=old),
        factories.case_approved(of=old),
        factories.case_closed(of=old),
        factories.case_not_routed(tilbud_id, submission_id=sid),
    )
    await deliver_events(database, *outcomes)
    shown = await get_submission(reporter, tilbud_id, sid)
    assert (shown["state"], shown["revision"]) == ("awaiting", 2)
    assert await count_rows(database, "dead_letters") == 0


async def test_a_closed_case_is_never_approved(reporter: Client, returned: Any, database: Database) -> None:
    tilbud_id, sid = returned.tilbud_id, returned.submission_id
    await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions/{sid}/closure")
    event = await last_sent(database, sid)
    await deliver_events(database, factories.case_approved(of=event), factories.case_closed(of=event))
    shown = (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()
    assert shown["submissions"][0]["state"] == "closed"
    assert shown["baseline"]["steps"] == {}


async def test_a_closure_that_only_approval_knows_of_frees_the_steps(
    reporter: Client, returned: Any, database: Database
) -> None:
    await deliver_events(database, factories.case_closed(of=await last_sent(database, returned.submission_id)))
    shown = (await reporter.get(f"/v1/tilbud/{returned.tilbud_id}")).json()
    assert (shown["submissions"][0]["state"], shown["locks"]) == ("closed", [])


async def test_a_case_that_the_authority_closes_frees_the_steps(
    reporter: Client, approved: Any, database: Database
) -> None:
    await edit(reporter, approved.tilbud_id, "values", values="Anden udgave.")
    event = await last_sent(database, await submit(reporter, approved.tilbud_id))
    await deliver_events(database, factories.case_closed(of=event), factories.case_closed(of=event))
    shown = (await reporter.get(f"/v1/tilbud/{approved.tilbud_id}")).json()
    assert (shown["submissions"][0]["state"], shown["locks"]) == ("closed", [])


async def test_an_older_case_never_overwrites_a_newer_one(reporter: Client, approved: Any, database: Database) -> None:
    tilbud_id = approved.tilbud_id
    await edit(reporter, tilbud_id, "values", values="Anden udgave.")
    second = await submit(reporter, tilbud_id)
    older = await last_sent(database, second)
    await approve_case(database, second)
    await edit(reporter, tilbud_id, "values", values="Tredje udgave.")
    await approve_case(database, await submit(reporter, tilbud_id))
    async with database.begin() as session:
        await session.execute(text("UPDATE submissions SET state = 'awaiting' WHERE number = 2"))
    await deliver_events(database, factories.case_approved(of=older))
    shown = (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()
    assert shown["baseline"]["steps"]["values"]["values"] == "Tredje udgave."


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_a_name_is_as_new_as_the_case_that_reports_it(
    reporter: Client, approved: Any, database: Database, order: tuple[int, int]
) -> None:
    tilbud_id = approved.tilbud_id
    await edit(reporter, tilbud_id, "contact", name="Kornmarken", contact_person=None)
    named = await submit(reporter, tilbud_id)
    await edit(reporter, tilbud_id, "values", values="Anden udgave.")
    cases = (named, await submit(reporter, tilbud_id))
    for number in order:
        await approve_case(database, cases[number])
    shown = (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()
    assert (shown["name"], shown["contact"]) == ("Kornmarken", None)


async def test_what_identifies_a_tilbud_is_taken_step_by_step(
    reporter: Client, approved: Any, database: Database
) -> None:
    tilbud_id = approved.tilbud_id
    bases = ["botilbud-laengerevarende", "botilbud-midlertidigt"]
    await edit(reporter, tilbud_id, "company", legal_bases=bases)
    older = await submit(reporter, tilbud_id)
    await edit(reporter, tilbud_id, "contact", name="Kornmarken")
    await approve_case(database, await submit(reporter, tilbud_id))
    await approve_case(database, older)
    shown = (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()
    assert (shown["name"], shown["legal_bases"]) == ("Kornmarken", bases)


async def test_history_can_be_read_as_of_any_day_and_moment(
    reporter: Client, approved: Any, database: Database
) -> None:
    tilbud_id = approved.tilbud_id
    between = now()
    await edit(reporter, tilbud_id, "values", values="Anden udgave.")
    await approve_case(database, await submit(reporter, tilbud_id))
    then = (await reporter.get(f"/v1/tilbud/{tilbud_id}", params={"as_of": between.isoformat()})).json()
    assert then["baseline"]["version"] == 1
    assert then["baseline"]["steps"]["values"] == example("steps/values")
    assert (await reporter.get(f"/v1/tilbud/{tilbud_id}?as_of={today()}")).json()["baseline"]["version"] == 2
    assert (await reporter.get(f"/v1/tilbud/{tilbud_id}?as_of=2020-01-01")).json()["baseline"]["steps"] == {}
    zoneless = await reporter.get(f"/v1/tilbud/{tilbud_id}?as_of={today()}T00:00:00")
    assert zoneless.status_code == 422
    assert [error["pointer"] for error in zoneless.json()["errors"]] == ["#query/as_of"]
    for edge in ("0001-01-01", "9999-12-31", "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"):
        assert (await reporter.get(f"/v1/tilbud/{tilbud_id}?as_of={edge}")).status_code in (200, 422)
    assert (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()["baseline"]["version"] == 2
    assert (await reporter.get(f"/v1/tilbud/{tilbud_id}?as_of=tomorrow")).status_code == 422


async def test_drafted_steps_that_were_approved_are_dropped_and_others_stay(
    reporter: Client, approved: Any, database: Database
) -> None:
    tilbud_id = approved.tilbud_id
    await edit(reporter, tilbud_id, "values", values="Nye værdier.")
    sid = await submit(reporter, tilbud_id)
    await edit(reporter, tilbud_id, "supplementary", other="Vi har høns.")
    await approve_case(database, sid)
    draft = (await reporter.get(f"/v1/tilbud/{tilbud_id}/draft")).json()
    assert [step["step"] for step in draft["steps"] if step["drafted"]] == ["supplementary"]
    await approve_case(database, await submit(reporter, tilbud_id))
    assert (await reporter.get(f"/v1/tilbud/{tilbud_id}/draft")).json()["exists"] is False


async def test_a_submission_and_an_approval_at_the_same_moment_both_hold(
    reporter: Client, approved: Any, database: Database
) -> None:
    tilbud_id = approved.tilbud_id
    await edit(reporter, tilbud_id, "values", values="Nye værdier.")
    first = await submit(reporter, tilbud_id)
    await edit(reporter, tilbud_id, "supplementary", other="Vi har høns.")
    outcome = factories.case_approved(of=await last_sent(database, first))
    answer, _ = await asyncio.gather(
        reporter.post(f"/v1/tilbud/{tilbud_id}/submissions"), deliver_events(database, outcome)
    )
    assert answer.status_code == 201
    assert answer.json()["steps"] == ["supplementary"]
    shown = (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()
    assert [lock["step"] for lock in shown["locks"]] == ["supplementary"]
    assert shown["baseline"]["steps"]["values"]["values"] == "Nye værdier."


async def test_a_closure_and_an_approval_at_the_same_moment_end_in_one_outcome(
    reporter: Client, returned: Any, database: Database
) -> None:
    tilbud_id, sid = returned.tilbud_id, returned.submission_id
    outcome = factories.case_approved(of=await last_sent(database, sid))
    await asyncio.gather(
        reporter.post(f"/v1/tilbud/{tilbud_id}/submissions/{sid}/closure"), deliver_events(database, outcome)
    )
    shown = (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()
    state = shown["submissions"][0]["state"]
    assert state in {"closed", "approved"}
    assert bool(shown["baseline"]["steps"]) == (state == "approved")
    assert shown["locks"] == []


async def test_a_send_back_needs_no_new_decision_for_the_untouched(
    reporter: Client, returned: Any, database: Database
) -> None:
    tilbud_id, sid = returned.tilbud_id, returned.submission_id
    await edit(reporter, tilbud_id, "values", values="Konkrete mål.")
    await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions/{sid}/resubmission")
    await return_case(database, sid, "contact")
    verdicts = {each["step"]: each["verdict"] for each in (await get_submission(reporter, tilbud_id, sid))["decisions"]}
    assert (verdicts["values"], verdicts["contact"]) == ("approve", "reject")


async def test_a_rejection_says_which_fields_are_to_be_corrected(
    reporter: Client, sent: Any, database: Database
) -> None:
    await reject(database, sent.submission_id, {"contact": ["/phone"], "values": []})
    shown = await get_submission(reporter, sent.tilbud_id, sent.submission_id)
    fields = {each["step"]: each["fields"] for each in shown["decisions"]}
    assert (fields["contact"], fields["values"]) == (["/phone"], [])
    [rejected] = (await step_of(reporter, sent.tilbud_id, "values"))["rejected"]
    assert (rejected["fields"], rejected["reason"], rejected["submission_id"]) == (
        [],
        "Beskriv det nærmere.",
        sent.submission_id,
    )


async def test_a_rejection_follows_the_rows_that_it_is_about(reporter: Client, sent: Any, database: Database) -> None:
    step = "target-groups/afd-2"
    await reject(database, sent.submission_id, {step: ["/packages/0/age_from", "/packages"]})
    view = await step_of(reporter, sent.tilbud_id, "target-groups")
    [package, *_] = view["data"]["departments"]["afd-2"]["packages"]
    start = "/departments/afd-2/packages"
    assert fields_of(view) == {step: [f"{start}/0/age_from", start]}
    new = package | {"id": "ny", "age_from": 40, "age_to": 60}
    for packages, found in ([[new, package], f"{start}/1/age_from"], [[new], start]):
        view["data"]["departments"]["afd-2"]["packages"] = packages
        await save(reporter, sent.tilbud_id, "target-groups", view["data"])
        assert fields_of(await step_of(reporter, sent.tilbud_id, "target-groups")) == {step: [found, start]}


async def test_what_is_not_rejected_any_more_is_not_told(reporter: Client, sent: Any, database: Database) -> None:
    await reject(database, sent.submission_id, {"contact": ["/phone"]})
    await edit(reporter, sent.tilbud_id, "contact", phone="99 99 99 99")
    assert fields_of(await step_of(reporter, sent.tilbud_id, "contact")) == {"contact": ["/phone"]}
    await reporter.post(f"/v1/tilbud/{sent.tilbud_id}/submissions/{sent.submission_id}/resubmission")
    assert fields_of(await step_of(reporter, sent.tilbud_id, "contact")) == {}


async def reject(database: Database, submission_id: str, rejected: dict[str, list[str]]) -> None:
    report = await last_sent(database, submission_id)
    decisions = [
        each.model_copy(update={"fields": rejected.get(each.step, [])})
        for each in factories.decisions(report.step_keys, rejected=list(rejected))
    ]
    await deliver_events(database, factories.case_returned(of=report, decisions=decisions))


async def step_of(client: Client, tilbud_id: str, step: str) -> dict[str, Any]:
    return dict((await client.get(f"/v1/tilbud/{tilbud_id}/draft/steps/{step}")).json())


def fields_of(view: dict[str, Any]) -> dict[str, list[str]]:
    return {each["step"]: each["fields"] for each in view["rejected"]}
