"""The auditor's statement on the page of the budget: chosen, refused, fetched, and nothing that was typed is lost."""

from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from chassis.database import Database
from portal.app import build
from portal.settings import PortalSettings
from services.portal.tests.pages import hidden_value
from services.portal.tests.reporting.stand_in import STEPS_URL, ReportingStandIn

PAGE = f"{STEPS_URL}/budget"
STEP = "/v1/tilbud/CRV-1/draft/steps/budget"
FILE_ID = "01970000-0000-7000-8000-000000000001"
AUDITED = {"rate_audited": True, "rate_audited_on": "2026-02-20", "rate_auditor": "Revision Nord"}
PDF = b"%PDF-1.7 en erkl\xc3\xa6ring %%EOF"
STORED = {
    "id": FILE_ID,
    "size": 35_000,
    "pages": 2,
    "received_at": "2026-11-30T10:00:00Z",
    "received_by": {"name": "Dorthe Lund"},
    "confirmed_by": {"name": "Dorthe Lund"},
}


class StatementStandIn(ReportingStandIn):
    """A crisis centre; ``sent`` are the files that came, and ``refused`` answers the next one."""

    def __init__(self) -> None:
        super().__init__()
        self.data["budget"] |= AUDITED
        self.sent: list[tuple[str, bytes, str]] = []
        self.refused: tuple[int, str, list[dict[str, str]]] | None = None

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        if path.endswith(f"/files/{FILE_ID}"):
            return httpx2.Response(200, content=PDF, headers={"content-type": "application/pdf"})
        if path.endswith("/CRV-1/files"):
            return httpx2.Response(200, json={"items": [STORED], "next": None})
        if "/files/" not in path:
            return super().__call__(request)
        self.sent.append((str(request.url.query, "ascii"), request.content, request.headers["if-match"]))
        if self.refused:
            return self._problem(*self.refused)
        self.data["budget"]["rate_statement"] = FILE_ID
        return httpx2.Response(200, json=STORED, headers={"etag": '"three"'})

    def _draft(self) -> dict[str, Any]:
        return super()._draft() | {"legal_bases": ["kvindekrisecenter"], "departments": []}


@pytest.fixture
def reporting() -> StatementStandIn:
    return StatementStandIn()


@pytest.fixture
def app(settings: PortalSettings, database: Database, reporting: StatementStandIn) -> FastAPI:
    """The portal with a crisis centre behind it."""
    return build(settings, database, httpx2.MockTransport(reporting))


async def send(client: httpx2.AsyncClient, content: bytes, **fields: str) -> httpx2.Response:
    """Send the page as a browser does, with a file; the buttons stand behind it."""
    text = (await client.get(PAGE)).text
    typed = {"csrf": hidden_value(text, "csrf"), "etag": '"one"', "base": hidden_value(text, "base")}
    typed |= {"/year": "2027", "/rate_auditor": "Ny Revision", "/rate_audited": "true"} | fields
    return await client.post(PAGE, data=typed, files={"file": ("erklæring.pdf", content, "application/pdf")})


async def test_l4_a_statement_is_sent_after_the_step_is_saved(browser: Any, reporting: StatementStandIn) -> None:
    client = await browser("reporter-solsikken")
    text = (await client.get(PAGE)).text
    assert 'enctype="multipart/form-data"' in text
    assert 'id="f.rate_statement" name="file"' in text
    answer = await send(client, PDF, do="next")
    assert answer.status_code == 303, answer.text
    assert [(path, etag) for path, _, etag in reporting.saved] == [(STEP, '"one"')]
    assert reporting.saved[0][1]["rate_auditor"] == "Ny Revision"
    assert reporting.sent == [("", PDF, '"two"')]
    text = (await client.get(PAGE)).text
    assert "PDF, 2 sider, 34 kB, sendt 30.11.2026 kl. 11.00" in text
    assert "Dorthe Lund har bekræftet" in text
    assert f'href="/indberet/tilbud/CRV-1/filer/{FILE_ID}"' in text
    assert hidden_value(text, "/rate_statement") == FILE_ID
    await send(client, b"", **{"/rate_statement": FILE_ID, "do": "save"})
    assert reporting.saved[-1][1]["rate_statement"] == FILE_ID
    assert len(reporting.sent) == 1


async def test_l4_a_refused_file_loses_nothing_that_was_typed(browser: Any, reporting: StatementStandIn) -> None:
    client = await browser("reporter-solsikken")
    detail = "PDF-filen er beskyttet med adgangskode."
    reporting.refused = (422, "unusable-file", [{"pointer": "/rate_statement", "code": "x", "detail": detail}])
    answer = await send(client, PDF, do="save")
    assert answer.status_code == 422
    assert reporting.saved[0][1]["rate_auditor"] == "Ny Revision"
    assert "Alt andet end det, der er nævnt nedenfor, er gemt." in answer.text
    assert '<a href="#f.rate_statement">' in answer.text
    assert answer.text.count(detail) == 2
    await send(client, PDF, do="save", **{"without-cpr": "1"})
    assert reporting.sent[-1][0] == "confirmed_without_cpr=true"


async def test_l4_a_file_that_is_far_too_large_loses_nothing_either(browser: Any, reporting: StatementStandIn) -> None:
    client = await browser("reporter-solsikken")
    answer = await send(client, bytes(60 * 1024 * 1024), do="save")
    assert answer.status_code == 422
    assert reporting.saved[0][1]["rate_auditor"] == "Ny Revision"
    assert "Filen er for stor." in answer.text
    assert reporting.sent == []
    reporting.refused = (413, "too-large", [])
    assert "Filen er for stor." in (await send(client, bytes(5_500_000), do="save")).text


async def test_l4_a_form_that_was_not_saved_says_to_choose_the_file_again(
    browser: Any, reporting: StatementStandIn
) -> None:
    client = await browser("reporter-solsikken")
    reporting.refusal = (422, "invalid", [{"pointer": "/rate_auditor", "code": "cpr-number", "detail": "Fjern det."}])
    answer = await send(client, PDF, do="save")
    assert answer.status_code == 422
    assert 'value="Ny Revision"' in answer.text
    assert "Filen er ikke sendt endnu. Vælg den igen." in answer.text
    stale = await client.post(PAGE, data={"csrf": "old", "/rate_auditor": "Ny"}, files={"file": ("b.pdf", PDF, "x/y")})
    assert stale.status_code == 403
    assert 'value="Ny"' in stale.text
    assert reporting.sent == []


async def test_l4_what_was_typed_survives_the_end_of_the_session(browser: Any, reporting: StatementStandIn) -> None:
    client = await browser("reporter-solsikken")
    csrf = hidden_value((await client.get(PAGE)).text, "csrf")
    client.cookies.clear()
    files = {"file": ("b.pdf", PDF, "application/pdf")}
    answer = await client.post(PAGE, data={"csrf": csrf, "/rate_auditor": "Ny Revision"}, files=files)
    assert (answer.status_code, answer.headers["location"][:30]) == (303, "/login?return_to=%2Ffortsaet%2")
    assert reporting.saved == []


async def test_l4_a_statement_is_saved_and_never_shown(browser: Any) -> None:
    answer = await (await browser("reporter-solsikken")).get(f"/indberet/tilbud/CRV-1/filer/{FILE_ID}")
    assert answer.content == PDF
    assert answer.headers["content-disposition"] == 'attachment; filename="erklaering-CRV-1.pdf"'
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
