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
    application = {"authority": "socialtilsyn-nord", "application_id": "ans-1"}
    assert first["application"] == {**application, "approved": False}
    waiting = (await officer.get("/v1/tilbud?application=awaiting")).json()
    assert [item["id"] for item in waiting["items"]] == [item["id"] for item in shown]
    assert (await add_cpr(officer, shown[0]["id"])).status_code == 200
    waiting = (await officer.get("/v1/tilbud?application=awaiting")).json()
    assert ([item["id"] for item in waiting["items"]], waiting["total"]) == ([shown[1]["id"]], 1)
    assert (await officer.get(f"/v1/tilbud/{shown[0]['id']}")).json()["application"]["approved"] is True
    assert (await officer.get("/v1/tilbud?application=all")).status_code == 422
