"""The search, as far as the portal itself refuses what was typed."""

from typing import Any

import httpx2
from fastapi import FastAPI

from portal.clients import Backends
from portal.settings import PortalSettings

NO_RESULTS: dict[str, object] = {"items": [], "next": None, "total": 0, "facets": {}}


async def test_a_search_tells_what_it_could_not_use(browser: Any, app: FastAPI, settings: PortalSettings) -> None:
    requests: list[httpx2.Request] = []

    def publication(request: httpx2.Request) -> httpx2.Response:
        requests.append(request)
        return httpx2.Response(200, json=NO_RESULTS)

    app.state.backends = Backends(settings, httpx2.MockTransport(publication))
    client = await browser()
    wrong = await client.get("/soeg?rate_max=mange&q=sol")
    assert wrong.status_code == 422
    assert '<a href="#rate_max">Skriv et beløb i kroner.</a>' in wrong.text
    right = await client.get("/soeg?rate_max=1.250,50&target_group=autism")
    assert right.status_code == 200
    assert dict(requests[-1].url.params) == {"target_group": "autism", "rate_max": "125050", "limit": "20"}
    assert "rate_max" not in dict(requests[0].url.params)
