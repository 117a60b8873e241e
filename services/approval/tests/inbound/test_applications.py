"""Applications that a supervision system transfers."""

from typing import Any

import pytest

from contracts.testing import factories
from services.approval.tests.inbound.supervision_system import APPLICATION, SupervisionSystem, slug

PERSON = {"name": "Lis Lind", "email": "lis@violen.example", "phone": "98000001"}
ADDRESS = {"street": "Violvej 1", "postcode": "9000", "city": "Aalborg", "municipality": "0851"}


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


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"name": "   "}, "/name"),
        ({"name": "\u200b"}, "/name"),
        ({"name": "Sol\x1bsikken"}, "/name"),
        ({"cvr": "12345678"}, "/cvr"),
        ({"cvr": "00000000"}, "/cvr"),
        ({"legal_bases": ["botilbud-laengerevarende"] * 2}, "/legal_bases"),
        ({"legal_bases": ["108"], "primary_legal_basis": "108"}, "/legal_bases/0"),
        ({"application_id": "a\nb"}, "/application_id"),
        ({"leader": PERSON | {"email": "a,b@x.dk"}}, "/leader/email"),
        ({"leader": PERSON | {"email": "<a_x>,c@x.dk"}}, "/leader/email"),
        ({"leader": PERSON | {"email": "a@x.dk,evil@y.dk"}}, "/leader/email"),
        ({"leader": PERSON | {"email": "a..b@x.dk"}}, "/leader/email"),
        ({"leader": PERSON | {"email": "jørgen@x.dk"}}, "/leader/email"),
        ({"leader": PERSON | {"phone": "        "}}, "/leader/phone"),
        ({"leader": PERSON | {"name": " \u2800"}}, "/leader/name"),
        ({"contact": PERSON | {"name": "x" * 500}}, "/contact/name"),
        ({"address": ADDRESS | {"street": " "}}, "/address/street"),
        ({"address": ADDRESS | {"municipality": "0101"}}, "/address/"),
        ({"address": ADDRESS | {"municipality": "9999"}}, "/address/municipality"),
    ],
)
async def test_a_wrong_application_is_refused_with_the_place(
    supervision_system: SupervisionSystem, changed: dict[str, Any], pointer: str
) -> None:
    application = factories.application_transferred(application_id="A-7", address=ADDRESS) | changed
    [receipt] = await supervision_system.send(application, ce_type=APPLICATION)
    assert slug(receipt) == "invalid"
    assert any(error["pointer"].startswith(pointer) for error in receipt["problem"]["errors"]), receipt["problem"]


async def test_an_application_is_handed_on_in_plain_letters(supervision_system: SupervisionSystem) -> None:
    leader = PERSON | {"name": "Lis\r\nLind\u202e", "phone": "\u202a+45 98 00 00 01\u202c"}
    application = factories.application_transferred(application_id="A-7", name="Sol\nsikken\u200b ", leader=leader)
    await supervision_system.send(application, ce_type=APPLICATION)
    published = await supervision_system.scenario.published()
    [handed_on] = [fact["data"] for fact in published if fact["fact"] == "application-accepted"]
    assert (handed_on["name"], handed_on["leader"]["name"]) == ("Sol sikken", "Lis Lind")
    assert handed_on["leader"]["phone"] == "98000001"


async def test_an_authority_transfers_so_many_applications_a_day(
    supervision_system: SupervisionSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("approval.inbound.applications.DAILY_APPLICATIONS", 2)
    answers: list[dict[str, Any]] = []
    for number in (1, 2, 3, 1):
        application = factories.application_transferred(application_id=f"A-{number}")
        answers += await supervision_system.send(application, ce_type=APPLICATION, id=f"e-{len(answers)}-{number}")
    [refused] = answers
    assert slug(refused) == "too-many-requests"
    other = factories.application_transferred(application_id="A-9")
    assert await supervision_system.send(other, ce_type=APPLICATION, authority="socialtilsyn-syd") == []
