"""Indberet for mange: choose, download, upload, follow the progress, and see what is to be corrected where."""

import json
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from portal.reporting.bulk_page import column_label, steps_for
from portal.settings import PortalSettings
from portal.spreadsheets import XLSX
from services.portal.tests.pages import hidden_value
from web.auth import Right

UPLOAD = {
    "id": "u1",
    "state": "done",
    "created_at": "2026-11-22T10:00:00Z",
    "finished_at": None,
    "done": 4,
    "total": 4,
    "refused": 1,
    "steps": ["budget"],
    "has_corrections": True,
}
ABOUT = {"step": "budget", "tilbud_name": "Solsikken"}
ROWS = [
    {"row": 3, "tilbud_id": "CRV-1", "outcome": "saved", "errors": [], **ABOUT},
    {
        "row": 4,
        "tilbud_id": "CRV-2",
        "outcome": "refused",
        "errors": [{"column": "rate_income_oere", "code": "ambiguous-number", "detail": "Skriv 1234 eller 1,234."}],
        **ABOUT,
    },
    {
        "row": 5,
        "tilbud_id": "CRV-3",
        "outcome": "saved",
        "errors": [{"column": "year", "code": "missing", "detail": "“Budgetår” skal udfyldes."}],
        **ABOUT,
    },
    {"row": 6, "tilbud_id": None, "outcome": "refused", "errors": [], "step": "budget", "tilbud_name": None},
]


class BulkStandIn:
    """Answers in place of reporting; ``refusal`` is what it says of a file."""

    def __init__(self) -> None:
        self.received: list[tuple[str, bytes, str]] = []
        self.refusal: tuple[int, str] | None = None
        self.upload: dict[str, Any] = UPLOAD | {"rows": ROWS}

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        if request.method == "POST" and path == "/v1/bulk-reports":
            kind, key = request.headers["content-type"], request.headers["idempotency-key"]
            assert len(key) == 36
            self.received.append((f"{request.url.query.decode()} {kind}", request.content, key))
            if self.refusal:
                status, slug = self.refusal
                error = {"pointer": "", "code": "file-macros", "detail": "Filen indeholder makroer."}
                document = {"type": f"https://tilbudsportalen.dk/problems/{slug}", "detail": "Nej.", "errors": [error]}
                return httpx2.Response(status, json=document)
            return httpx2.Response(202, json={"id": "u1"})
        if path == "/v1/bulk-template" or path.endswith("/corrections"):
            return httpx2.Response(200, content=b"workbook", headers={"content-type": XLSX})
        if path == "/v1/bulk-reports":
            return httpx2.Response(200, json={"items": [UPLOAD], "next": None})
        return httpx2.Response(200, json=self.upload)


@pytest.fixture
def reporting() -> BulkStandIn:
    return BulkStandIn()


@pytest.fixture
def transport(reporting: BulkStandIn) -> httpx2.MockTransport:
    return httpx2.MockTransport(reporting)


async def send(client: httpx2.AsyncClient, content: bytes, name: str = "budget.xlsx") -> httpx2.Response:
    token = hidden_value((await client.get("/indberet/mange")).text, "csrf")
    files = {"file": (name, content, XLSX)}
    return await client.post("/indberet/mange", data={"csrf": token, "step": "budget"}, files=files)


async def test_p4_a_file_is_sent_on_and_the_browser_led_to_its_progress(browser: Any, reporting: BulkStandIn) -> None:
    client = await browser("reporter-solsikken")
    answer = await send(client, b"PK\x03\x04")
    assert (answer.status_code, answer.headers["location"]) == (303, "/indberet/mange/u1")
    [(where, content, _)] = reporting.received
    assert (where, content) == ("step=budget application/octet-stream", b"PK\x03\x04")
    await send(client, b'{"tilbud_id": "CRV-1"}\n', "budget.ndjson")
    assert reporting.received[1][0] == "step=budget application/x-ndjson"


async def test_what_is_wrong_with_the_file_stands_at_the_field(browser: Any, reporting: BulkStandIn) -> None:
    client = await browser("reporter-solsikken")
    reporting.refusal = (422, "unusable-file")
    answer = await send(client, b"PK\x03\x04")
    assert answer.status_code == 422
    assert answer.text.count("Filen indeholder makroer.") == 2
    assert 'aria-invalid="true"' in answer.text
    answer = await send(client, b"")
    assert answer.status_code == 422
    assert "Vælg den fil, som du vil sende." in answer.text
    assert len(reporting.received) == 1


async def test_a_file_with_an_old_token_has_no_effect(browser: Any, reporting: BulkStandIn) -> None:
    client = await browser("reporter-solsikken")
    answer = await client.post("/indberet/mange", data={"csrf": "old"}, files={"file": ("b.xlsx", b"PK", XLSX)})
    assert answer.status_code == 403
    assert "Siden var blevet for gammel" in answer.text
    headers = {"sec-fetch-site": "cross-site"}
    answer = await client.post(
        "/indberet/mange", data={"csrf": "x"}, files={"file": ("b", b"P", XLSX)}, headers=headers
    )
    assert answer.status_code == 403
    assert reporting.received == []


async def test_who_is_not_signed_in_is_led_to_the_sign_in(browser: Any) -> None:
    answer = await (await browser()).post("/indberet/mange", files={"file": ("b.xlsx", b"PK", XLSX)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?return_to=%2Findberet%2Fmange")


@pytest.mark.parametrize("content", [b"no multipart", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n'])
async def test_a_broken_form_is_no_fault_of_ours(browser: Any, content: bytes) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    answer = await (await browser("reporter-solsikken")).post("/indberet/mange", content=content, headers=headers)
    assert answer.status_code in {400, 403}


async def test_the_progress_is_asked_for_until_it_is_done(browser: Any, reporting: BulkStandIn) -> None:
    client = await browser("reporter-solsikken")
    reporting.upload = UPLOAD | {"state": "running", "done": 1, "rows": ROWS}
    text = (await client.get("/indberet/mange/u1")).text
    assert "1 af 4 rækker er behandlet." in text
    assert 'hx-trigger="every 2s"' in text
    reporting.upload = UPLOAD | {"rows": ROWS}
    text = (await client.get("/indberet/mange/u1")).text
    assert "hx-trigger" not in text
    assert "2 gemt, 0 uændret, 2 skal rettes." in text
    assert '<a href="/indberet/tilbud/CRV-2/trin/budget">Solsikken</a> (CRV-2)' in text
    assert "<strong>Forventede indtægter fra takster:</strong> Skriv 1234 eller 1,234." in text
    assert "Gemt, men mangler oplysninger" in text


async def test_the_template_comes_through(browser: Any) -> None:
    client = await browser("reporter-solsikken")
    answer = await client.get("/indberet/mange/skabelon.xlsx?step=budget")
    assert (answer.status_code, answer.content) == (200, b"workbook")
    assert answer.headers["content-disposition"] == 'attachment; filename="budget.xlsx"'
    assert (await client.get("/indberet/mange/skabelon.xlsx?step=pond")).status_code == 404
    assert 'href="/indberet/mange/u1/rettelser.xlsx"' in (await client.get("/indberet/mange/u1")).text
    assert (await client.get("/indberet/mange/u1/rettelser.xlsx")).content == b"workbook"


async def test_p4_only_the_steps_that_one_has_a_right_for_are_offered(browser: Any) -> None:
    text = (await (await browser("operator-economy")).get("/indberet/mange")).text
    assert 'value="budget"' in text
    assert 'value="values"' not in text
    assert [step.id for step in steps_for(frozenset({Right("tilbud.report-step", "budget")}))] == ["budget"]


def test_cells_are_named_as_the_page_of_the_step_names_them() -> None:
    steps = {step.id: step for step in steps_for(frozenset())}
    for column, label in (
        ("year", "Budgetår"),
        ("/year", "Budgetår"),
        ("tilbud_id", "Tilbuds-id"),
        ("", ""),
        ("unknown", ""),
    ):
        assert column_label(steps["budget"], column) == label
    for column in ("positions/hours_per_week", "/departments/afd-1/positions/2/hours_per_week"):
        assert column_label(steps["staffing"], column) == "Normerede timer: Timer om ugen"
    assert column_label(None, "/step") == "Trin"


async def test_p4_copies_go_to_the_chosen_and_each_has_its_outcome(
    browser: Any, settings: PortalSettings, app: FastAPI
) -> None:
    asked: list[Any] = []
    items = [
        {"id": "CRV-2", "outcome": "saved", "errors": []},
        {
            "id": "CRV-3",
            "outcome": "refused",
            "errors": [{"pointer": "", "code": "conflict", "detail": "Der er en kladde."}],
        },
    ]

    def reporting(request: httpx2.Request) -> httpx2.Response:
        if request.method == "POST":
            asked.append((request.url.path, json.loads(request.content)))
            return httpx2.Response(200, json={"items": items})
        if request.url.path == "/v1/tilbud":
            listed = [
                {"id": f"CRV-{n}", "name": f"Nr. {n}", "cvr": "99000015" if n < 4 else "1", "status": "approved"}
                for n in range(1, 5)
            ]
            return httpx2.Response(200, json={"items": listed, "next": None})
        return httpx2.Response(200, json={"id": "CRV-1", "name": "Nr. 1", "operator": {"cvr": "99000015"}})

    app.state.backends = type(app.state.backends)(settings, httpx2.MockTransport(reporting))
    client = await browser("reporter-solsikken")
    path = "/indberet/tilbud/CRV-1/trin/values/kopier"
    text = (await client.get(path)).text
    assert [f'value="CRV-{n}"' in text for n in range(1, 5)] == [False, True, True, False]
    token = hidden_value(text, "csrf")
    answer = await client.post(path, data={"csrf": token})
    assert (answer.status_code, asked) == (422, [])
    answer = await client.post(path, data={"csrf": token, "to": ["CRV-2", "CRV-3"]})
    assert asked == [("/v1/tilbud/CRV-1/draft/steps/values/copies", {"to": ["CRV-2", "CRV-3"]})]
    assert "Gemt i kladden" in answer.text
    assert "Der er en kladde." in answer.text
    assert (await client.get("/indberet/tilbud/CRV-1/trin/pond/kopier")).status_code == 404
