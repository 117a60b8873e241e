"""The rates that can be compared."""

from typing import Any

import httpx2
import pytest

from chassis.database import Database
from contracts.testing.factories import example_steps, tilbud_ceased
from publication.publishing.maintenance import rebuild
from services.publication.tests.factories import approved_case, publishing_facts


def content_with(number: int, rate: int, **fields: Any) -> dict[str, Any]:
    """Return the example with this rate in its first department; the second one has another unit."""
    content = example_steps(f"Tilbud {number}")
    occupancy = fields.pop("occupancy_percent", 95)
    content["interventions/afd-1"]["interventions"][0] |= {"rate_oere": rate, **fields}
    content["interventions/afd-2"]["interventions"][0] |= {"rate_unit": "course", "rate_year": 2020}
    content["staffing/afd-1"]["occupancy_percent"] = occupancy
    return content


async def publish(deliver_facts: Any, number: int, rate: int, **fields: Any) -> None:
    await deliver_facts(*publishing_facts(f"CRV-{number}", content_with(number, rate, **fields)))


async def boxes(client: httpx2.AsyncClient, **params: Any) -> list[dict[str, Any]]:
    answer = await client.get("/v1/rates", params=params)
    assert answer.status_code == 200, answer.text
    return [box for box in answer.json()["items"] if box["rate_unit"] == "day-and-night"]


async def test_rates_are_compared_from_five_tilbud_on(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    for number in range(1, 6):
        if number == 5:
            (few,) = await boxes(client)
            assert (few["suppressed"], few["n"], few["median_oere"]) == (True, None, None)
        await publish(deliver_facts, number, 100_000 * number)
    (box,) = await boxes(client, target_group="autism")
    assert box == {
        "rate_unit": "day-and-night",
        "rate_unit_label": "pr. døgn",
        "rate_year": 2026,
        "occupancy_basis": "95-to-100",
        "occupancy_label": "forudsat belægning 95-100 %",
        "suppressed": False,
        "n": 5,
        "tilbud": 5,
        "min_oere": 100_000,
        "q1_oere": 200_000,
        "median_oere": 300_000,
        "q3_oere": 400_000,
        "max_oere": 500_000,
        "own": [],
    }
    assert await boxes(client, legal_basis="opholdssted") == []
    assert await boxes(client, rate_year=2025) == []
    others = (await client.get("/v1/rates", params={"rate_unit": "course"})).json()["items"]
    assert [(each["rate_unit"], each["rate_year"]) for each in others] == [("course", 2020)]
    for wrong in ({"legal_basis": "vrøvl"}, {"rate_unit": "x"}, {"rate_year": "i år"}, {"tilbud_id": "?"}, {"x": 1}):
        assert (await client.get("/v1/rates", params=wrong)).status_code == 422


async def test_only_like_is_compared_with_like(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    for number in range(1, 6):
        await publish(deliver_facts, number, 100_000)
    await publish(deliver_facts, 6, 900_000, rate_year=2025)
    await publish(deliver_facts, 7, 900_000, rate_unit="hour")
    await publish(deliver_facts, 8, 900_000, occupancy_percent=85)
    items = (await client.get("/v1/rates")).json()["items"]
    found = {(box["rate_unit"], box["rate_year"], box["occupancy_basis"]): box["max_oere"] for box in items}
    assert found == {
        ("course", 2020, "95-to-100"): 298_000,
        ("day-and-night", 2026, "95-to-100"): 100_000,
        ("day-and-night", 2026, "under-95"): None,
        ("day-and-night", 2025, "95-to-100"): None,
        ("hour", 2026, "95-to-100"): None,
    }
    years = [box["rate_year"] for box in items if box["rate_unit"] == "day-and-night"]
    assert years == sorted(years, reverse=True)


async def test_a_rate_belongs_to_the_target_groups_of_its_own_packages(
    client: httpx2.AsyncClient, deliver_facts: Any
) -> None:
    for number in range(1, 6):
        content = content_with(number, 100_000)
        other = content["target-groups/afd-1"]["packages"][0] | {"id": "demens", "target_groups": ["dementia"]}
        content["target-groups/afd-1"]["packages"].append(other)
        row = content["interventions/afd-1"]["interventions"][0]
        content["interventions/afd-1"]["interventions"].append(
            row | {"name": "Demens", "packages": ["demens"], "rate_oere": 700_000}
        )
        await deliver_facts(*publishing_facts(f"CRV-{number}", content))
    (of_autism,), (of_dementia,) = [await boxes(client, target_group=each) for each in ("autism", "dementia")]
    assert (of_autism["max_oere"], of_dementia["min_oere"]) == (100_000, 700_000)
    # Without a target group a department counts once, with its lowest.
    (of_all,) = await boxes(client)
    assert (of_all["n"], of_all["max_oere"]) == (5, 100_000)


async def test_the_place_of_one_tilbud_is_told(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    for number in range(1, 6):
        await publish(deliver_facts, number, 100_000 * number)
    (box,) = await boxes(client, tilbud_id="CRV-4")
    assert box["own"] == [{"department_id": "afd-1", "rate_oere": 400_000, "share_below": 60}]
    (few,) = await boxes(client, tilbud_id="CRV-4", legal_basis="botilbud-laengerevarende")
    assert few["own"] == box["own"]
    await deliver_facts(tilbud_ceased("CRV-1"))
    (few,) = await boxes(client, tilbud_id="CRV-4")
    assert few["suppressed"] is True
    assert few["own"] == [{"department_id": "afd-1", "rate_oere": 400_000, "share_below": None}]
    assert (await client.get("/v1/rates", params={"tilbud_id": "CRV-1"})).status_code == 410
    assert (await client.get("/v1/rates", params={"tilbud_id": "CRV-9"})).status_code == 404


async def test_a_new_version_replaces_its_rates_and_a_removal_takes_them(
    client: httpx2.AsyncClient, deliver_facts: Any, database: Database
) -> None:
    for number in range(1, 7):
        await publish(deliver_facts, number, 100_000)
    dearer = {"interventions/afd-1": content_with(6, 800_000)["interventions/afd-1"]}
    await deliver_facts(approved_case("CRV-6", number=2, content=dearer))
    (box,) = await boxes(client)
    assert (box["n"], box["max_oere"]) == (6, 800_000)
    await deliver_facts(tilbud_ceased("CRV-6"))
    for _ in range(2):
        (box,) = await boxes(client)
        assert (box["n"], box["max_oere"]) == (5, 100_000)
        await rebuild(database)


async def test_who_has_the_rates_is_not_sent_them_again(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await publish(deliver_facts, 1, 100_000)
    tag = (await client.get("/v1/rates")).headers["etag"]
    assert (await client.get("/v1/rates", headers={"If-None-Match": tag})).status_code == 304
    assert (await client.get("/v1/rates?rate_year=2026", headers={"If-None-Match": tag})).status_code == 200
    await publish(deliver_facts, 2, 100_000)
    assert (await client.get("/v1/rates", headers={"If-None-Match": tag})).status_code == 200


@pytest.mark.parametrize("path", ["/v1/rates?tilbud_id=CRV-1&tilbud_id=CRV-2", "/v1/rates?rate_year=99999"])
async def test_what_cannot_be_meant_is_refused(client: httpx2.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 422
