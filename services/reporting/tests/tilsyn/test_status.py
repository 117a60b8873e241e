"""What a tilsyn and a cessation mean for the tilbud and for who reports for it."""

from datetime import date, timedelta
from typing import Any

from chassis.clock import now
from chassis.database import Database
from contracts.events.approval import TilsynDecision, TilsynKind
from contracts.testing import factories
from services.reporting.tests.http_requests import (
    Client,
    deliver_events,
    example,
    save,
)


async def test_the_latest_tilsyn_gives_the_status(reporter: Client, tilbud_id: str, database: Database) -> None:
    async def status() -> str:
        return str((await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()["status"])

    assert await status() == "under-approval"
    await deliver_events(database, factories.tilsyn_published(tilbud_id))
    assert await status() == "approved"
    older = factories.tilsyn_published(tilbud_id, 2, decided_on=date(2026, 10, 1), decision=TilsynDecision.NOT_APPROVED)
    await deliver_events(database, older)
    assert await status() == "approved"
    await deliver_events(
        database, factories.tilsyn_published(tilbud_id, version=3, decision=TilsynDecision.NOT_APPROVED)
    )
    await deliver_events(database, factories.tilsyn_published(tilbud_id, version=2, decision=TilsynDecision.APPROVED))
    assert await status() == "not-approved"
    later = factories.tilsyn_published(tilbud_id, 3, decision=TilsynDecision.NO_DECISION)
    await deliver_events(database, later)
    assert await status() == "not-approved"
    ceased = factories.tilbud_ceased(tilbud_id, date(2026, 11, 5))
    await deliver_events(database, ceased, ceased)
    assert await status() == "ceased"


async def test_the_approval_of_another_kind_of_authority_counts_no_more(
    reporter: Client, tilbud_id: str, database: Database
) -> None:
    await deliver_events(database, factories.tilsyn_published(tilbud_id))
    moved = factories.authority_assigned(tilbud_id, 9, "kommune-0851", approving_kinds=["kommune"])
    await deliver_events(database, moved)
    assert (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()["status"] == "under-approval"
    own = factories.tilsyn_published(tilbud_id, 2, authority="kommune-0851", external=False)
    await deliver_events(database, own)
    assert (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()["status"] == "approved"


async def test_back_with_the_first_authority_its_old_tilsyn_count_no_more(
    reporter: Client, tilbud_id: str, database: Database
) -> None:
    old = factories.tilsyn_published(tilbud_id)
    since = old.decided_on + timedelta(days=1)
    moved = factories.authority_assigned(
        tilbud_id, 9, "kommune-0851", approving_kinds=["kommune"], approving_since=since
    )
    returned = factories.authority_assigned(tilbud_id, 10, approving_kinds=["socialtilsyn"], approving_since=since)
    await deliver_events(database, returned, moved, old)
    assert (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()["status"] == "under-approval"
    await deliver_events(database, factories.tilsyn_published(tilbud_id, 2, tilsyn_id="new", decided_on=since))
    assert (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()["status"] == "approved"


async def test_the_day_of_a_cessation_is_the_one_that_was_told_last(
    reporter: Client, tilbud_id: str, database: Database
) -> None:
    wrong = factories.tilbud_ceased(tilbud_id, date(2026, 11, 5), accepted_at=now() - timedelta(hours=1))
    corrected = factories.tilbud_ceased(tilbud_id, date(2026, 11, 4), accepted_at=now())
    await deliver_events(database, corrected, wrong)
    assert (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()["ceased_on"] == "2026-11-04"


async def test_nothing_is_reported_for_a_tilbud_that_has_ceased(
    reporter: Client, returned: Any, database: Database
) -> None:
    tilbud_id = returned.tilbud_id
    await deliver_events(database, factories.tilbud_ceased(tilbud_id, date(2026, 11, 5)))
    url = f"/v1/tilbud/{tilbud_id}"
    case = f"{url}/submissions/{returned.submission_id}"
    vacancies = {"departments": [{"department_id": None, "vacancies": 0}]}
    refused = [
        await save(reporter, tilbud_id, "values", example("steps/values")),
        await reporter.post(f"{url}/draft", json={"start": "continue"}),
        await reporter.post(f"{url}/draft/restoration"),
        await reporter.post(f"{url}/submissions"),
        await reporter.post(f"{case}/resubmission"),
        await reporter.put(f"{url}/vacancies", json=vacancies, headers={"If-Match": "*"}),
    ]
    assert {(answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) for answer in refused} == {
        (409, "tilbud-ceased")
    }
    assert (await reporter.get(f"{url}/draft")).json()["exists"] is False
    assert (await reporter.post(f"{case}/closure")).status_code == 200


async def test_a_new_approval_opens_the_report_again(reporter: Client, tilbud_id: str, database: Database) -> None:
    opens = factories.tilsyn_published(tilbud_id, kind=TilsynKind.APPROVAL, decided_on=date(2026, 11, 6))
    await deliver_events(database, opens, factories.tilbud_ceased(tilbud_id, date(2026, 11, 5)))
    assert (await save(reporter, tilbud_id, "values", example("steps/values"))).status_code == 200
    shown = (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()
    assert (shown["status"], shown["ceased_on"]) == ("approved", "2026-11-05")
