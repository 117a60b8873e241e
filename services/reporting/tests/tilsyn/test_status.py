"""What a tilsyn and a cessation mean for the tilbud and for who reports for it."""

from datetime import date, datetime, timedelta
from typing import Any

from chassis.clock import now
from chassis.database import Database
from contracts.events import TilbudCeased
from contracts.events.approval import TilsynDecision, TilsynKind
from services.reporting.tests.factories import tilsyn
from services.reporting.tests.requests import Client, example, give, save


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


def ceased(tilbud_id: str, day: date, told_at: datetime) -> TilbudCeased:
    return TilbudCeased(tilbud_id=tilbud_id, authority="socialtilsyn-nord", ceased_on=day, accepted_at=told_at)


async def test_the_day_of_a_cessation_is_the_one_that_was_told_last(
    reporter: Client, tilbud_id: str, database: Database
) -> None:
    first, corrected = now() - timedelta(hours=1), now()
    wrong = ceased(tilbud_id, date(2026, 11, 5), first)
    await give(database, ceased(tilbud_id, date(2026, 11, 4), corrected), wrong)
    assert (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()["ceased_on"] == "2026-11-04"


async def test_nothing_is_reported_for_a_tilbud_that_has_ceased(
    reporter: Client, sent_back: Any, database: Database
) -> None:
    tilbud_id = sent_back.tilbud_id
    await give(database, ceased(tilbud_id, date(2026, 11, 5), now()))
    url = f"/v1/tilbud/{tilbud_id}"
    case = f"{url}/submissions/{sent_back.submission_id}"
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
    opens = tilsyn(tilbud_id, kind=TilsynKind.APPROVAL, decided_on=date(2026, 11, 6))
    await give(database, opens, ceased(tilbud_id, date(2026, 11, 5), now()))
    assert (await save(reporter, tilbud_id, "values", example("steps/values"))).status_code == 200
    shown = (await reporter.get(f"/v1/tilbud/{tilbud_id}")).json()
    assert (shown["status"], shown["ceased_on"]) == ("approved", "2026-11-05")
