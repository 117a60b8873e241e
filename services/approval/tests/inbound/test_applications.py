"""Applications that a supervision system transfers."""

from contracts.testing import factories
from services.approval.tests.inbound.supervision_system import APPLICATION, SupervisionSystem, slug


async def test_an_application_becomes_a_tilbud_whose_id_the_receipt_carries(
    supervision_system: SupervisionSystem,
) -> None:
    scenario = supervision_system.scenario
    application = factories.application_transferred(application_id="A-7")
    assert await supervision_system.send(application, ce_type=APPLICATION) == []
    assert await supervision_system.send(application, ce_type=APPLICATION) == []
    assert await supervision_system.send(application, ce_type=APPLICATION, id="e-2") == []
    [other] = await supervision_system.send(application | {"name": "Rosen"}, ce_type=APPLICATION, id="e-3")
    [cpr] = await supervision_system.send(
        application | {"leader": {"name": "x", "cpr": "1"}}, ce_type=APPLICATION, id="e-4"
    )
    assert (slug(other), slug(cpr)) == ("already-handled", "invalid")
    handed_on = [fact for fact in await scenario.published() if fact["fact"] == "application-accepted"]
    assert [fact["key"] for fact in handed_on] == ["socialtilsyn-nord/A-7"]

    await scenario.deliver(
        scenario.created("CRV-9", application={"authority": "socialtilsyn-nord", "application_id": "A-7"})
    )
    receipts = [receipt for receipt in await supervision_system.receipts() if receipt["accepted"]]
    assert [(receipt["event_id"], receipt["tilbud_id"]) for receipt in receipts] == [
        ("e-1", "CRV-9"),
        ("e-1", "CRV-9"),
        ("e-2", "CRV-9"),
    ]
    [later] = await supervision_system.send(application, ce_type=APPLICATION, id="e-5")
    assert later["tilbud_id"] == "CRV-9"
