"""Every code that stands in what is public can be looked up."""

from typing import Any

import httpx2
import pytest

from contracts.testing.factories import tilsyn_published
from contracts.vocabularies import vocabularies
from publication.code_lists.schemas import CodeList
from services.publication.tests.factories import approved_case


async def codes(client: httpx2.AsyncClient, name: str) -> dict[str, dict[str, Any]]:
    answer = await client.get(f"/v1/code-lists/{name}")
    assert answer.status_code == 200
    found = CodeList.model_validate(answer.json())
    assert found.name == name
    assert found.total == len(found.items) > 0
    return {item["id"]: item for item in answer.json()["items"]}


async def test_every_list_that_is_named_is_there(client: httpx2.AsyncClient) -> None:
    listed = (await client.get("/v1/code-lists")).json()
    assert listed["next"] is None
    names = [each["name"] for each in listed["items"]]
    assert names == sorted(names)
    own = {"legal-bases", "authorities", "municipalities", "regions", "postcodes", "problem-types", "error-codes"}
    assert set(names) == own | {each.id for each in vocabularies()}
    for each in listed["items"]:
        assert each["count"] == len(await codes(client, each["name"]))


async def test_codes_have_their_danish_and_english_names(client: httpx2.AsyncClient) -> None:
    basis = (await codes(client, "legal-bases"))["botilbud-laengerevarende"]
    assert (basis["label"], basis["details"]["paragraph"]) == (
        "Længerevarende botilbud til voksne (SEL § 108)",
        "§ 108",
    )
    theme = (await codes(client, "quality-themes"))["health-and-wellbeing"]
    assert (theme["label"], theme["english"]) == ("Sundhed og trivsel", "Health and wellbeing")
    problem = (await codes(client, "problem-types"))["unknown-tilbud"]
    assert problem["details"] == {"type": "https://tilbudsportalen.dk/problems/unknown-tilbud", "status": 422}
    assert (await codes(client, "authorities"))["kommune-0851"]["details"]["region"] == "1081"
    assert (await codes(client, "postcodes"))["9000"]["label"] == "Aalborg"
    assert (await codes(client, "services"))["drug-treatment"]["parent"] == "treatment"


async def test_the_codes_of_a_record_are_among_them(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await deliver_facts(approved_case("CRV-1"), tilsyn_published("CRV-1"))
    record = (await client.get("/v1/tilbud/CRV-1")).json()
    assert record["authority"]["id"] in await codes(client, "authorities")
    assert {*record["legal_bases"]} <= {*await codes(client, "legal-bases")}
    assert record["municipality"] in await codes(client, "municipalities")
    assert {each["theme"] for each in record["tilsyn"]["themes"]} <= {*await codes(client, "quality-themes")}


async def test_an_unchanged_list_is_not_sent_again(client: httpx2.AsyncClient) -> None:
    first = await client.get("/v1/code-lists/services")
    again = await client.get("/v1/code-lists/services", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(("name", "status"), [("no-such-list", 404), ("A", 422), ("x" * 101, 422), ("..%2f", 422)])
async def test_a_list_that_there_is_not(client: httpx2.AsyncClient, name: str, status: int) -> None:
    answer = await client.get(f"/v1/code-lists/{name}")
    assert answer.status_code in {status, 404}
    assert answer.headers["content-type"] == "application/problem+json"
