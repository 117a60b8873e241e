"""The help for whoever types a place, over HTTP."""

import httpx2
import pytest


async def test_places_are_offered_with_their_kommuner(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/v1/places", params={"q": "storvor"})
    storvorde = {"value": "9280", "label": "9280 Storvorde", "kind": "postcode", "municipalities": ["0851"]}
    assert answer.json() == {"items": [storvorde], "next": None, "total": 1}
    limited = (await client.get("/v1/places", params={"q": "a", "limit": 3})).json()
    assert len(limited["items"]) == 3 < limited["total"]


async def test_other_sites_may_ask_and_keep_the_answer(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/v1/places", params={"q": "aal"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "public" in answer.headers["cache-control"]
    again = await client.get("/v1/places", params={"q": "aal"}, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("params", [{}, {"q": "x" * 61}, {"q": "a", "limit": 0}, {"q": "a", "foo": "1"}])
async def test_what_cannot_be_asked_is_refused(client: httpx2.AsyncClient, params: dict[str, str]) -> None:
    answer = await client.get("/v1/places", params=params)
    assert answer.status_code == 422
    assert answer.json()["errors"]
