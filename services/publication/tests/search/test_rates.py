"""The rates that can be compared."""

from typing import Any

import httpx2

from contracts.testing.factories import example_steps
from services.publication.tests.factories import publishing_facts


async def test_rates_are_compared_from_five_tilbud_on(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    for number in range(1, 6):
        if number == 5:
            (few,) = (await client.get("/v1/rates")).json()["items"]
            assert (few["suppressed"], few["n"], few["median_oere"]) == (True, None, None)
        content = example_steps(f"Tilbud {number}")
        content["interventions/afd-1"]["interventions"][0]["rate_oere"] = 100_000 * number
        await deliver_facts(*publishing_facts(f"CRV-{number}", content))
    (box,) = (await client.get("/v1/rates", params={"target_group": "autism"})).json()["items"]
    assert box == {
        "rate_unit": "day-and-night",
        "suppressed": False,
        "n": 5,
        "min_oere": 100_000,
        "q1_oere": 200_000,
        "median_oere": 300_000,
        "q3_oere": 400_000,
        "max_oere": 500_000,
    }
    assert (await client.get("/v1/rates", params={"legal_basis": "opholdssted"})).json()["items"] == []
    assert (await client.get("/v1/rates", params={"legal_basis": "vrøvl"})).status_code == 422
