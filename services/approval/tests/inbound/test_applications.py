"""Applications that a supervision system transfers."""

from services.approval.tests.inbound.supervision_system import APPLICATION, SupervisionSystem, slug


async def test_an_application_becomes_a_tilbud_whose_id_the_receipt_carries(
    supervision_system: SupervisionSystem,
) -> None:
    scenario = supervision_system.scenario
    application = {
        "application_id": "A-7",
        "name": "Violen",
        "primary_legal_basis": "botilbud-laengerevarende",
        "legal_bases": ["botilbud-laengerevarende"],
        "address": {"street": "Violvej 1", "postcode": "9000", "city": "Aalborg", "municipality": "0851"},
        "cvr": "99000015",
        "leader": {"name": "Lis Lind", "email": "lis@violen.example", "phone": "98000001"},
        "contact": None,
    }
    assert await supervision_system.send(application, kind=APPLICATION) == []
    assert await supervision_system.send(application, kind=APPLICATION) == []
    assert await supervision_system.send(application, kind=APPLICATION, id="e-2") == []
    [other] = await supervision_system.send(application | {"name": "Rosen"}, kind=APPLICATION, id="e-3")
    [cpr] = await supervision_system.send(
        application | {"leader": {"name": "x", "cpr": "1"}}, kind=APPLICATION, id="e-4"
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
    [later] = await supervision_system.send(application, kind=APPLICATION, id="e-5")
    assert later["tilbud_id"] == "CRV-9"
