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


async def test_officers_see_what_is_due_first(browser: Any, app: FastAPI, settings: PortalSettings) -> None:
    asked: list[str] = []
    row = {"tilbud_id": "CRV-1", "tilbud_name": "Solsikken", "authority": "socialtilsyn-nord", "tilsyn_id": "T/1"}
    late = {**SANCTIONS, **row, "kind": "order", "text": "Ret <døren>.", "deadline": "2026-11-01", "overdue": True}

    def service(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url.query.decode()))
        return httpx2.Response(200, json={"items": [late], "next": None, "total": 1})

    app.state.backends = Backends(settings, httpx2.MockTransport(service))
    client = await browser("officer-nord-a")
    text = (await client.get("/tilsyn/frister?vis=overdue")).text
    assert asked == ["overdue=true"]
    assert "Ret &lt;døren&gt;." in text
    assert "Overskredet" in text
    assert "/tilsyn/T%2F1?authority=socialtilsyn-nord" in text or "/tilsyn/T/1?authority=socialtilsyn-nord" in text
    assert (await (await browser("reporter-solsikken")).get("/tilsyn/frister")).status_code == 403
