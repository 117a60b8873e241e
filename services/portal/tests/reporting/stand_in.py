"""A stand-in for reporting, and the form of a step as a browser sends it."""

import json
from typing import Any
from urllib.parse import urlencode

import httpx2

from contracts.testing.factories import BASIS
from services.portal.tests.factories import REPORT, example_step
from services.portal.tests.pages import hidden_value

STEPS_URL = "/indberet/tilbud/CRV-1/trin"
FORM_HEADERS = {"content-type": "application/x-www-form-urlencoded"}
STEPS = REPORT.form.steps
TILBUD = {
    "id": "CRV-1",
    "name": "Solsikken",
    "operator": {"kind": "private"},
    "submissions": [],
    "locks": [],
    "baseline": {"steps": {}},
    "authority": {"name": "Socialtilsyn Nord"},
}

NOT_YET = {
    "condition": "tilsyn-positive",
    "met": False,
    "since": None,
    "detail": "Der er endnu ikke registreret et tilsyn.",
    "missing": [],
}


class ReportingStandIn:
    """Answers in place of reporting, also what a walk seldom meets. ``refusal`` answers each write,
    ``refusals`` the next ones."""

    def __init__(self) -> None:
        self.locked: list[dict[str, str]] = []
        self.rejected: list[dict[str, Any]] = []
        self.blocked: list[str] = []
        self.errors: list[dict[str, str]] = []
        self.unread: dict[str, str | None] = {}
        self.set_aside: dict[str, Any] = {}
        self.new_fields: list[dict[str, str]] = []
        self.saved_by: dict[str, Any] = {"sub": "another", "name": "Jørgen Bach"}
        self.saved: list[tuple[str, Any, str | None]] = []
        self.refusals: list[tuple[int, str, list[dict[str, str]]]] = []
        self.refusal: tuple[int, str, list[dict[str, str]]] | None = None
        self.data = {step.id: example_step(step.id) for step in STEPS}
        self.tilbud: dict[str, Any] = TILBUD
        self.figures: list[dict[str, Any]] = []
        self.etag = '"one"'
        self.due: list[dict[str, Any]] = []
        self.accesses: list[dict[str, Any]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        assert request.headers["authorization"].startswith("Bearer ey")
        if request.method != "GET":
            self.saved.append((path, json.loads(request.content or b"null"), request.headers.get("if-match")))
            refusal = self.refusals.pop(0) if self.refusals else self.refusal
            if refusal:
                return self._problem(*refusal)
            is_step = "/draft/steps/" in path
            saved = self._step(path.rpartition("/")[2]) if is_step else {"cpr": "010180-0000"}
            return httpx2.Response(200, json=saved, headers={"etag": '"two"'})
        if "/draft/steps/" in path:
            return httpx2.Response(200, json=self._step(path.rpartition("/")[2]), headers={"etag": '"one"'})
        answers: dict[str, Any] = {
            "production-units": {"items": [], "total": 0, "next": None},
            "due": {"items": self.due, "total": len(self.due), "next": None},
            "vacancies": {"figures": self.figures},
            "accesses": {"items": self.accesses, "next": None},
            "publication": {"public": False, "conditions": [NOT_YET]},
            "draft": self._draft(),
        }
        return httpx2.Response(200, json=answers.get(path.rpartition("/")[2], self.tilbud), headers={"etag": self.etag})

    def _problem(self, status: int, slug: str, errors: list[dict[str, str]]) -> httpx2.Response:
        document = {"type": f"https://tilbudsportalen.dk/problems/{slug}", "detail": "Afvist.", "errors": errors}
        return httpx2.Response(status, json=document)

    def _step(self, step: str) -> dict[str, Any]:
        return {
            "step": step,
            "data": self.data[step],
            "set_aside": self.set_aside,
            "unread": self.unread,
            "complete": not self.errors,
            "errors": self.errors,
            "warnings": [],
            "blocked_by": self.blocked,
            "locked_by": [each for each in self.locked if each["step"].partition("/")[0] == step],
            "rejected": [each for each in self.rejected if each["step"].partition("/")[0] == step],
            "new_fields": self.new_fields,
            "saved_at": "2026-11-22T10:00:00Z",
            "saved_by": self.saved_by,
        }

    def _draft(self) -> dict[str, Any]:
        usual = {
            "complete": True,
            "blocked_by": [],
            "locked_by": [],
            "drafted": True,
            "answered": True,
            "status": "complete",
        }
        steps = [{"step": step.id, "title": step.title, **usual} for step in STEPS]
        nothing = {"saved_by": None, "replaced": None, "all_steps": True, "may_send": True}
        return {"exists": True, "legal_bases": [BASIS], "departments": ["afd-1", "afd-2"], "steps": steps} | nothing


async def post_step(client: httpx2.AsyncClient, step: str, *fields: tuple[str, str]) -> httpx2.Response:
    """Send the form of a step with these fields, as the page of the step says."""
    text = (await client.get(f"{STEPS_URL}/{step}")).text
    pairs = [("csrf", hidden_value(text, "csrf")), ("etag", '"one"'), *fields]
    return await client.post(f"{STEPS_URL}/{step}", content=urlencode(pairs), headers=FORM_HEADERS)
