"""Delegations and agreements on all places: recorded with their days, and read by routing on the day of a report."""

from datetime import timedelta
from typing import Any

import pytest

from chassis.database import Database
from contracts.testing import factories
from services.jurisdiction.tests.factories import Client, created, handle, published, sent

AALBORG, NORD = "kommune-0851", "socialtilsyn-nord"
DAY_OFFER = "aktivitets-og-samvaerstilbud"
BASE = "/v1/tilbud/CRV-6324/agreements"
SENT_ON = factories.sent_at(1, 1).date()
LOCAL: dict[str, Any] = {"legal_bases": [DAY_OFFER], "primary": DAY_OFFER}


def agreement(**fields: Any) -> dict[str, Any]:
    usual = {"type": "delegation", "authority": NORD, "valid_from": "2026-01-01", "source": "Aftale 25-1234"}
    return usual | fields


def changer(identity: Any, authority: str = AALBORG) -> str:
    rights = [f"authority.change:{authority}", f"tilbud.approve:{authority}"]
    return str(identity.token("officer-aalborg", rights=rights))


async def record(client: Client, identity: Any, **fields: Any) -> Any:
    async with client(changer(identity)) as api:
        return await api.post(BASE, json=agreement(**fields))


@pytest.fixture
async def day_offer(database: Database) -> Database:
    """A day offer in Aalborg."""
    await handle(database, created(basis=DAY_OFFER, by=AALBORG))
    return database


async def routed_to(database: Database, number: int = 1) -> str:
    await handle(database, sent(number, **LOCAL))
    return (await published(database))[-1][2]


async def test_a_delegation_decides_from_its_first_day_to_its_last(
    client: Client, identity: Any, day_offer: Database
) -> None:
    day = timedelta(days=1)
    later, ended = str(SENT_ON + day), str(SENT_ON - day)
    assert (await record(client, identity, valid_from="2020-01-01", valid_to=ended)).status_code == 201
    assert (await record(client, identity, valid_from=later)).status_code == 201
    assert await routed_to(day_offer) == AALBORG
    async with client(changer(identity)) as api:
        first = (await api.get(BASE)).json()["items"][0]
        body = agreement(valid_from="2020-01-01", valid_to=str(SENT_ON))
        assert (await api.put(f"{BASE}/{first['id']}", json=body)).status_code == 428
        changed = await api.put(f"{BASE}/{first['id']}", json=body, headers={"If-Match": first["etag"]})
        assert changed.json()["valid_to"] == str(SENT_ON)
        again = await api.put(f"{BASE}/{first['id']}", json=body, headers={"If-Match": first["etag"]})
        assert again.status_code == 412
    assert await routed_to(day_offer, 2) == NORD


async def test_who_has_an_agreement_on_all_places_supervises_in_another_kommune(
    client: Client, identity: Any, day_offer: Database
) -> None:
    made = await record(client, identity, type="all-places", authority="kommune-0860")
    assert made.json() | {"name": "Hjørring Kommune", "valid_to": None} == made.json()
    assert await routed_to(day_offer) == "kommune-0860"
    await record(client, identity)
    # A delegation goes before all else.
    assert await routed_to(day_offer, 2) == NORD


@pytest.mark.usefixtures("day_offer")
async def test_an_agreement_is_the_first_option_of_a_handover(client: Client, identity: Any) -> None:
    await record(client, identity, type="all-places", authority="kommune-0860", valid_from="2020-01-01")
    async with client(changer(identity)) as api:
        [first, *_] = (await api.get("/v1/tilbud/CRV-6324/handover-options")).json()["items"]
    assert first["authority"] == "kommune-0860"
    assert "en generel aftale om alle pladser" in first["because"]


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"authority": "socialtilsyn-vest"}, "/authority", "not-choosable"),
        ({"type": "all-places"}, "/authority", "not-choosable"),
        ({"valid_to": "2025-12-31"}, "/valid_to", "backwards"),
        ({"source": " "}, "/source", "missing"),
        ({"valid_from": "i går"}, "/valid_from", "invalid-date"),
    ],
)
@pytest.mark.usefixtures("day_offer")
async def test_what_is_refused(client: Client, identity: Any, fields: dict[str, str], pointer: str, code: str) -> None:
    answer = await record(client, identity, **fields)
    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(pointer, code)]


@pytest.mark.usefixtures("day_offer")
async def test_two_of_a_kind_never_hold_on_one_day(client: Client, identity: Any) -> None:
    await record(client, identity, valid_to="2026-06-30")
    answer = await record(client, identity, valid_from="2026-06-30")
    assert answer.json()["errors"][0]["code"] == "not-unique"
    assert (await record(client, identity, valid_from="2026-07-01")).status_code == 201


@pytest.mark.usefixtures("day_offer")
async def test_others_learn_nothing(client: Client, identity: Any) -> None:
    await record(client, identity)
    async with client(changer(identity, "kommune-0860")) as api:
        assert (await api.post(BASE, json=agreement())).status_code == 404
        assert (await api.get(BASE)).status_code == 404
    async with client(identity.token("officer-nord-basic")) as api:
        assert (await api.post(BASE, json=agreement())).status_code == 403
