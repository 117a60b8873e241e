"""What services answer when they cannot do what was asked, as pages; and what stays for machines."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from portal.clients import Backends
from portal.settings import PortalSettings


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (lambda _: httpx2.Response(500, text="oops"), 503),
        (lambda _: httpx2.Response(200, text="<html>"), 503),
        (lambda _: httpx2.Response(404, text="not json"), 404),
        (lambda _: httpx2.Response(418, json={"type": "x"}), 400),
        (
            lambda _: httpx2.Response(
                410, json={"type": "https://tilbudsportalen.dk/problems/tilbud-gone", "errors": []}
            ),
            410,
        ),
    ],
)
async def test_what_services_answer_becomes_a_danish_page(
    browser: Any, app: Any, settings: PortalSettings, answer: Callable[..., Any], status: int
) -> None:
    app.state.backends = Backends(settings, httpx2.MockTransport(answer))
    found = await (await browser()).get("/tilbud/CRV-1")
    assert found.status_code == status
    assert '<html lang="da">' in found.text
    assert "oops" not in found.text


@pytest.mark.parametrize("address", ["/tilbud/%25", "/tilbud/%E2%80%AE/historik", "/tilbud/" + "a" * 200])
async def test_an_address_that_names_nothing_is_not_found(browser: Any, address: str) -> None:
    found = await (await browser()).get(address)
    assert found.status_code == 404
    assert "<h1>Siden findes ikke</h1>" in found.text


async def test_a_link_with_a_wrong_end_leads_to_the_page_without_it(browser: Any) -> None:
    found = await (await browser()).get("/tilbud/CRV-1/historik?cursor=" + "a" * 9_000)
    assert found.status_code == 422
    assert "<h1>Linket virker ikke</h1>" in found.text
    assert '<a href="/tilbud/CRV-1/historik">' in found.text
    assert "Værdien er ikke gyldig" not in found.text


async def test_a_service_that_is_away_is_an_outage(browser: Any, app: Any, settings: PortalSettings) -> None:
    app.state.backends = Backends(settings)
    found = await (await browser()).get("/soeg")
    assert found.status_code == 503
    assert found.headers["retry-after"] == "5"
    assert "svarer ikke lige nu" in found.text


async def test_metrics_and_health_stay_for_machines(browser: Any) -> None:
    client = await browser()
    assert (await client.get("/health/ready")).json()["status"] == "ready"
    assert "request" in (await client.get("/metrics")).text
