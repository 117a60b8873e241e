"""What the choice of an authority means for a case and for the tilbud."""

from typing import Any

from chassis.database import Database
from contracts.testing import factories
from services.reporting.tests.http_requests import (
    Client,
    deliver_events,
    example,
    get_submission,
    save,
)


async def test_a_routing_is_remembered_for_its_own_revision(reporter: Client, sent: Any, database: Database) -> None:
    tilbud_id, sid = sent.tilbud_id, sent.submission_id
    await deliver_events(
        database, factories.case_routed(tilbud_id, submission_id=sid, revision=2, authority="socialtilsyn-syd")
    )
    assert (await get_submission(reporter, tilbud_id, sid))["authority"] is None
    await deliver_events(database, factories.case_routed(tilbud_id, submission_id=sid))
    assert (await get_submission(reporter, tilbud_id, sid))["authority"] == {
        "id": "socialtilsyn-nord",
        "name": "Socialtilsyn Nord",
    }


async def test_a_case_that_nobody_can_decide_goes_back_with_the_reason(
    reporter: Client, sent: Any, database: Database
) -> None:
    await deliver_events(database, factories.case_not_routed(sent.tilbud_id, submission_id=sent.submission_id))
    shown = await get_submission(reporter, sent.tilbud_id, sent.submission_id)
    assert (shown["state"], shown["return_reason"]) == ("returned", "Christiansø er ikke en del af en kommune.")
    url = f"/v1/tilbud/{sent.tilbud_id}/submissions/{sent.submission_id}/resubmission"
    assert (await reporter.post(url)).json()["revision"] == 2
    assert (await get_submission(reporter, sent.tilbud_id, sent.submission_id))["return_reason"] is None


async def test_a_case_that_went_back_goes_on_when_somebody_is_named(
    reporter: Client, sent: Any, database: Database
) -> None:
    case = {"submission_id": sent.submission_id}
    await deliver_events(database, factories.case_not_routed(sent.tilbud_id, **case))
    await deliver_events(database, factories.case_routed(sent.tilbud_id, authority="socialtilsyn-oest", **case))
    shown = await get_submission(reporter, sent.tilbud_id, sent.submission_id)
    assert (shown["state"], shown["return_reason"]) == ("awaiting", None)
    assert shown["authority"]["id"] == "socialtilsyn-oest"
    url = f"/v1/tilbud/{sent.tilbud_id}/submissions/{sent.submission_id}/resubmission"
    assert (await reporter.post(url)).status_code == 409


async def test_the_assigned_authority_may_report_and_the_former_one_may_not(
    client_as: Any, officer: Client, tilbud_id: str, database: Database
) -> None:
    syd = await client_as("officer-syd")
    await deliver_events(
        database,
        factories.authority_assigned(tilbud_id, 2, "socialtilsyn-syd"),
        factories.authority_assigned(tilbud_id, 1),
    )
    assert (await save(syd, tilbud_id, "values", example("steps/values"))).status_code == 200
    assert (await officer.get(f"/v1/tilbud/{tilbud_id}")).status_code == 404
    assert (await syd.get(f"/v1/tilbud/{tilbud_id}")).json()["authority_assigned"] is True
