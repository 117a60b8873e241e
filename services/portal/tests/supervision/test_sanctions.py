"""Sanctions on pages: those that stand now, with deadlines that have passed, and those that are announced."""

from datetime import timedelta
from typing import Any

import httpx2
from fastapi import FastAPI

from chassis.clock import today
from contracts.events.publication import PublicSanction
from contracts.testing.factories import intensified, public_tilbud
from portal.clients import Backends
from portal.settings import PortalSettings

YESTERDAY = today() - timedelta(days=1)
SANCTIONS = {"text": None, "id": None, "deadline": None, "overdue": False, "from": None, "until": None}


def answering(app: FastAPI, settings: PortalSettings, body: dict[str, Any]) -> None:
    def service(request: httpx2.Request) -> httpx2.Response:
        is_public = "authorization" not in request.headers
        # Of the earlier tilsyn, which everybody may read, nothing is known here.
        return httpx2.Response(404 if is_public and request.url.path.endswith("/tilsyn") else 200, json=body)

    app.state.backends = Backends(settings, httpx2.MockTransport(service))


async def test_the_public_page_marks_orders_whose_deadline_has_passed(
    browser: Any, app: FastAPI, settings: PortalSettings
) -> None:
    orders = [
        PublicSanction(text="Ret medicinen.", deadline=YESTERDAY),
        PublicSanction(text="Ret døren.", deadline=today()),
    ]
    announced = [intensified(today() + timedelta(days=3), today() + timedelta(days=30))]
    record = public_tilbud("CRV-1", orders=orders, announced=announced)
    answering(app, settings, record.model_dump(mode="json", by_alias=True))
    text = (await (await browser()).get("/tilbud/CRV-1")).text
    assert text.count("Fristen er overskredet.") == 1
    assert text.index("Ret medicinen.") < text.index("Fristen er overskredet.") < text.index("Ret døren.")
    assert "Skærpet tilsyn er varslet" in text


async def test_officers_see_the_sanctions_that_stand(browser: Any, app: FastAPI, settings: PortalSettings) -> None:
    sanctions = [
        {**SANCTIONS, "kind": "order", "text": "Ret medicinen.", "deadline": YESTERDAY.isoformat(), "overdue": True},
        {**SANCTIONS, "kind": "intensified", "text": "Vold.", "from": "2026-11-01", "until": "2027-03-31"},
    ]
    found = {"items": [], "next": None, "status": "intensified", "ceased_on": None, "sanctions": sanctions}
    answering(app, settings, found)
    text = (await (await browser("officer-nord-a")).get("/tilsyn/tilbud/CRV-1")).text
    assert "Fristen er overskredet." in text
    assert "Fra 01.11.2026 til 31.03.2027. Vold." in text
