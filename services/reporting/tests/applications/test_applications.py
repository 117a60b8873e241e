"""Transferred applications."""

from chassis.database import Database
from contracts.testing import factories
from services.reporting.tests.http_requests import Client, add_cpr, deliver_events, events


async def test_a_transferred_application_becomes_one_tilbud(
    reporter: Client, officer: Client, database: Database
) -> None:
    await deliver_events(
        database,
        factories.application_accepted(),
        factories.application_accepted(),
        factories.application_accepted("ans-2"),
    )
    shown = (await reporter.get("/v1/tilbud")).json()["items"]
    assert [item["name"] for item in shown] == ["Violen", "Violen"]
    first = (await reporter.get(f"/v1/tilbud/{shown[0]['id']}")).json()
    assert first["leader_cpr"]["missing"] is True
    created = await events(database, "tilbud-created")
    assert [event["leader_cpr_missing"] for event in created] == [True, True]
    assert created[0]["application"] == {"authority": "socialtilsyn-nord", "application_id": "ans-1"}
    assert (await add_cpr(officer, shown[0]["id"])).status_code == 200
