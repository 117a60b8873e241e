"""A stand-in for approval that keeps the choices of one case, as colleagues see them."""

import json
from typing import Any

import httpx2

from services.portal.tests.factories import example_step

CASE = "/godkend/sager/s1"
WHEN = "2026-11-22T10:00:00Z"
NANNA = {"name": "Nanna Vestergaard", "org_name": "Socialtilsyn Nord"}
STEPS = {"contact": "Kontaktoplysninger", "values": "Værdigrundlag", "places/afd-1": "Pladser"}
NO_CHOICE: dict[str, Any] = dict.fromkeys(("verdict", "reason", "decided_by", "decided_at"))


class ApprovalStandIn:
    """One case with three steps, sent for the first time unless a test says otherwise.

    ``seen`` are the writes with their conditions; ``refusal`` is the status and the slug of the answer to each.
    """

    def __init__(self) -> None:
        self.version = 1
        self.refusal: tuple[int, str] | None = None
        self.seen: list[tuple[str, str, Any, str | None]] = []
        self.facts: dict[str, Any] = {"initial": True, "revision": 1, "can_decide": True}
        beside: dict[str, Any] = {"fields": [], "proposed": None, "earlier": None}
        self.steps = {
            key: {"step": key, "title": title, **NO_CHOICE, **beside, "etag": f'"{key}-1"'}
            for key, title in STEPS.items()
        }
        self.sections = [self._section(key, title) for key, title in STEPS.items()]

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        if request.method == "GET":
            found = {"sections": self.sections} if path.endswith("/changes") else self._case()
            return httpx2.Response(200, json=found, headers={"etag": self.etag})
        body: Any = json.loads(request.content) if request.content else None
        self.seen.append((request.method, path, body, request.headers.get("if-match")))
        if self.refusal:
            status, slug = self.refusal
            kind = f"https://tilbudsportalen.dk/problems/{slug}"
            return httpx2.Response(status, json={"type": kind, "detail": "Afvist.", "errors": []})
        if request.method == "PUT":
            self.choose(path.partition("/decisions/")[2], body["verdict"], body["reason"])
        if request.method == "DELETE":
            self.steps[path.partition("/decisions/")[2]] |= NO_CHOICE
        return httpx2.Response(200, json={})

    @property
    def etag(self) -> str:
        return f'"case-{self.version}"'

    def choose(self, step: str, verdict: str, reason: str | None = None, **beside: Any) -> None:
        """Let a colleague choose for a step."""
        self.version += 1
        choice = {"verdict": verdict, "reason": reason, "decided_by": NANNA, "decided_at": WHEN, **beside}
        self.steps[step] |= {**choice, "etag": f'"{step}-{self.version}"'}

    def section(self, step: str) -> dict[str, Any]:
        """Return the section of a step, to be changed."""
        return next(each for each in self.sections if each["step"] == step)

    def resubmitted(self) -> None:
        """Let the case be one that was sent again, nothing in it edited."""
        self.facts |= {"revision": 2}
        for section in self.sections:
            section |= {"previous": section["new"], "edited": False}

    def _section(self, key: str, title: str) -> dict[str, Any]:
        step, _, department = key.partition("/")
        data = example_step(step)
        new = data["departments"][department] if department else data
        named = {"id": department, "name": "Afdeling Nord"} if department else None
        section = {"step": key, "title": title, "department": named, "reported": True, "changed": True}
        return section | {"old": None, "new": new, "previous": None, "edited": None}

    def _case(self) -> dict[str, Any]:
        return {
            "id": "s1",
            "tilbud_id": "CRV-1",
            "tilbud_name": "Solsikken",
            "state": "awaiting",
            "outcome": None,
            "authority_name": "Socialtilsyn Nord",
            "submitted_at": WHEN,
            "explanation": "",
            "decided_by": None,
            "decided_at": None,
            "steps": list(self.steps.values()),
            "log": [],
            **self.facts,
        }
