"""Control samples on pages: the operator leads one on, the tilbud answers, who supervises reads (L3)."""

import json
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from portal.clients import Backends
from portal.settings import PortalSettings
from services.portal.tests.authority_answers import SAMPLE
from services.portal.tests.every_service import EveryService
from services.portal.tests.pages import csrf_token

LIST, ONE = "/stikproever", f"/stikproever/{SAMPLE}"
SERVICE = f"/v1/control-samples/{SAMPLE}"


class ApprovalStandIn(EveryService):
    """Answers as every service does, keeps what is posted, and refuses as ``refused`` says."""

    def __init__(self) -> None:
        super().__init__("Gården")
        self.posted: list[tuple[str, Any, str]] = []
        self.refused: tuple[int, str] | None = None
        self.sample: dict[str, Any] = {}

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            answer = super().__call__(request)
            if request.url.path != SERVICE:
                return answer
            return httpx2.Response(200, json=answer.json() | self.sample, headers={"etag": '"now"'})
        if self.refused:
            status, slug = self.refused
            errors = [{"pointer": "/reason", "code": "missing", "detail": "Feltet skal udfyldes."}] * (status == 422)
            kind = f"https://tilbudsportalen.dk/problems/{slug}"
            return httpx2.Response(status, json={"type": kind, "detail": "Nej.", "errors": errors})
        self.posted.append((request.url.path, json.loads(request.content), request.headers.get("if-match", "")))
        return httpx2.Response(200, json={"id": SAMPLE})


@pytest.fixture
def approval(app: FastAPI, settings: PortalSettings) -> ApprovalStandIn:
    """The stand-in behind the portal."""
    stand_in = ApprovalStandIn()
    app.state.backends = Backends(settings, httpx2.MockTransport(stand_in))
    return stand_in


def at(approval: ApprovalStandIn, state: str, *acts: str, **fields: Any) -> None:
    """Let the sample stand somewhere, with these acts for the operator."""
    approval.sample = {"state": state, "next_acts": [*acts], "outcomes": [], "may_answer": False, **fields}


async def test_the_operator_begins_a_sample_and_leads_it_on(browser: Any, approval: ApprovalStandIn) -> None:
    client = await browser("national-operator")
    assert 'href="/stikproever"' in (await client.get("/mit-overblik")).text
    assert "Fristen er udløbet: 1" in (await client.get(LIST)).text
    token = await csrf_token(client, f"{LIST}/ny")
    begun = {"tilbud_id": " CRV-1 ", "steps": ["places", "values"], "reason": "Send.", "deadline": "2027-01-15"}
    answer = await client.post(f"{LIST}/ny", data={"csrf": token, **begun})
    assert (answer.status_code, answer.headers["location"]) == (303, ONE)
    typed = {"csrf": token, "etag": '"seen"', "reason": "Ret pladserne.", "deadline": "2027-02-01"}
    for path in ("rettelse", "paabud", "hoering", "markering", "fastholdelse"):
        assert (await client.post(f"{ONE}/{path}", data=typed)).status_code == 303
    closing = {"csrf": token, "etag": '"seen"', "outcome": "removed", "closing_reason": "Rettet."}
    assert (await client.post(f"{ONE}/afslutning", data=closing)).status_code == 303
    why = {"reason": "Ret pladserne."}
    assert approval.posted == [
        ("/v1/control-samples", begun | {"tilbud_id": "CRV-1"}, ""),
        (f"{SERVICE}/correction", why | {"deadline": "2027-02-01"}, '"seen"'),
        *((f"{SERVICE}/{act}", why, '"seen"') for act in ("order", "hearing", "marking", "refusal")),
        (f"{SERVICE}/closure", {"outcome": "removed", "reason": "Rettet."}, '"seen"'),
    ]


@pytest.mark.parametrize(
    ("act", "button"),
    [
        ("correction", "Bed om rettelse"),
        ("order", "Giv påbud"),
        ("hearing", "Send i høring"),
        ("marking", "Markér tilbuddet"),
        ("refusal", "Lad markeringen stå"),
    ],
)
async def test_only_the_next_act_is_offered(browser: Any, approval: ApprovalStandIn, act: str, button: str) -> None:
    at(approval, "documentation", act, "closure", outcomes=["documented", "dropped"])
    page = (await (await browser("national-operator")).get(ONE)).text
    assert f'type="submit">{button}</button>' in page
    assert page.count('<form method="post" action="/stikproever/') == 2
    assert ('name="deadline"' in page) == (act == "correction")
    assert 'value="documented"' in page


@pytest.mark.parametrize("state", ["documentation", "correction", "order", "hearing", "marked"])
async def test_the_tilbud_answers_what_it_is_asked(browser: Any, approval: ApprovalStandIn, state: str) -> None:
    at(approval, state, may_answer=True)
    client = await browser("reporter-solsikken")
    assert 'href="/stikproever?tilbud=CRV-1"' in (await client.get("/indberet/tilbud/CRV-1")).text
    page = (await client.get(ONE)).text
    assert "Svar for tilbuddet" in page
    assert "Afslut stikprøven" not in page
    data = {"csrf": await csrf_token(client, ONE), "etag": '"now"', "text": "Det er rettet."}
    assert (await client.post(f"{ONE}/svar", data=data)).status_code == 303
    assert approval.posted == [(f"{SERVICE}/answers", {"text": "Det er rettet."}, '"now"')]


async def test_who_supervises_reads_and_has_no_form(browser: Any, approval: ApprovalStandIn) -> None:
    at(approval, "marked")
    client = await browser("officer-nord-a")
    page = (await client.get(ONE)).text
    assert "Tilbuddet er markeret på Tilbudsportalen siden 2. november 2026" in page
    assert '<form method="post" action="/stikproever/' not in page
    assert 'href="/stikproever/ny"' not in (await client.get(LIST)).text
    assert (await client.get(f"{LIST}/ny")).status_code == 403


@pytest.mark.parametrize(("status", "slug"), [(422, "invalid"), (409, "conflict"), (412, "stale")])
async def test_what_is_refused_keeps_what_was_typed(
    browser: Any, approval: ApprovalStandIn, status: int, slug: str
) -> None:
    at(approval, "documentation", "correction", "closure", outcomes=["documented"])
    approval.refused = (status, slug)
    client = await browser("national-operator")
    data = {"csrf": await csrf_token(client, ONE), "etag": '"old"', "reason": "Skal rettes.", "deadline": "i morgen"}
    answer = await client.post(f"{ONE}/rettelse", data=data)
    assert answer.status_code == status
    assert "Skal rettes.</textarea>" in answer.text
    assert 'value="i morgen"' in answer.text
    assert 'name="etag" value="&#34;now&#34;"' in answer.text
    if status == 422:
        assert '<a href="#reason">' in answer.text
    closing = await client.post(f"{ONE}/afslutning", data=data | {"closing_reason": "Slut."})
    assert "Slut.</textarea>" in closing.text
    # What no form of the page asks for any more is shown.
    ordered = await client.post(f"{ONE}/paabud", data=data)
    assert "Det, du skrev, er ikke sendt" in ordered.text
    again = await client.post(f"{LIST}/ny", data=data | {"tilbud_id": "CRV-9", "steps": ["places"]})
    assert again.status_code == status
    assert 'value="CRV-9"' in again.text
    assert 'value="places" checked' in again.text


@pytest.mark.usefixtures("approval")
async def test_the_public_sees_what_is_marked(browser: Any, app: FastAPI, settings: PortalSettings) -> None:
    class Marked(EveryService):
        def _public(self) -> dict[str, Any]:
            return super()._public() | {"marking": {"since": "2026-12-30", "reason": "Pladserne er forkerte."}}

    app.state.backends = Backends(settings, httpx2.MockTransport(Marked("Gården")))
    client = await browser(None)
    page = (await client.get("/tilbud/CRV-1")).text
    assert (
        "Social- og Boligstyrelsen har den 30. december 2026 markeret, at oplysninger om tilbuddet ikke er rettet"
        in page
    )
    assert "Pladserne er forkerte." in page
    compared = (await client.get("/sammenlign?id=CRV-1&id=CRV-2")).text
    assert "Markeret af Social- og Boligstyrelsen 30.12.2026: oplysninger er ikke rettet" in compared
    found = (await client.get("/soeg?q=ro")).text
    assert "Markeret af Social- og Boligstyrelsen siden 2. november: oplysninger er ikke rettet" in found
