"""A stand-in for every service behind the portal, which answers with one text wherever people's text can stand."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx2

from chassis.clock import today
from contracts.events.publication import PublicSanction
from contracts.form import Field, FieldType
from contracts.testing.factories import BASIS, intensified, public_tilbud
from services.portal.tests.factories import REPORT, example_step

WRITTEN = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.EMAIL, FieldType.PHONE, FieldType.URL})
STEPS = REPORT.form.steps
DEPARTMENTS = ["afd-1", "afd-2"]
WHEN = "2026-11-22T10:00:00Z"
# A case that another authority decides: nothing is told of what it holds.
ELSEWHERE = {
    "id": "s2",
    "tilbud_id": "CRV-2",
    "can_open": False,
    "can_decide": False,
    "trivial": False,
    "risk": None,
    "risk_reasons": [],
    "changed": [],
    "steps_total": None,
    "steps_left": None,
    "last_choice": None,
    "sanctions": [],
    "etag": None,
}


class EveryService:
    """Answers each call of the pages. ``refusal`` is the status of the answer to each write, 0 for none.

    ``searched`` are the parameters of each search.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.refusal = 0
        self.etag = '"one"'
        self.person = {"name": text, "org_name": text, "email": text, "phone": text}
        self.searched: list[dict[str, str]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        if request.method != "GET":
            written: dict[str, Callable[[], dict[str, Any]]] = {
                "/v1/match": self._matches,
                "/v1/work-list/approvals": lambda: {"items": self._joint_outcomes()},
            }
            if self.refusal:
                return self._refused()
            return httpx2.Response(200, json=written[path]() if path in written else {"id": "CRV-1"})
        of_everybody = {
            "/v1/tilbud/CRV-1": self._public,
            "/v1/tilbud/CRV-1/tilsyn": self._earlier_tilsyn,
            "/v1/tilbud/CRV-1/changes": self._changes,
        }
        if path in of_everybody and "authorization" not in request.headers:
            return httpx2.Response(200, json=of_everybody[path]())
        if path == "/v1/search":
            self.searched.append(dict(request.url.params))
        answers: dict[str, Callable[[], dict[str, Any]]] = {
            "/v1/search": self._search,
            "/v1/tilbud/CRV-1": self._tilbud,
            "/v1/tilbud/CRV-1/actions": lambda: {"items": [], "next": None},
            "/v1/tilbud/CRV-1/draft": self._draft,
            "/v1/tilbud/CRV-1/draft/summary": self._summary,
            "/v1/tilbud/CRV-1/tilsyn": self._tilsyn_list,
            "/v1/tilbud/CRV-1/authority": self._authority,
            "/v1/tilbud/CRV-1/handover-options": self._handover_options,
            "/v1/tilbud/CRV-1/undecided": self._undecided,
            "/v1/handovers/h1": self._handover,
            "/v1/cases": lambda: {"items": [self.case()], "next": None},
            "/v1/cases/s1": self.case,
            "/v1/cases/s1/receipt": self._receipt,
            "/v1/work-list": lambda: {"items": [self._work(), self._work() | ELSEWHERE], "next": self.text},
            "/v1/tilbud/CRV-1/publication": self._publication,
            "/v1/compare": lambda: {"items": [self._public(), self._public() | {"id": "CRV-2"}], "missing": []},
            "/v1/rates": self._rates,
            "/v1/open-data/fields": self._fields,
            "/v1/preferences": self._preferences,
            "/v1/sanctions": self._sanctions,
            "/v1/webhooks": self._webhooks,
            "/v1/saved-searches": self._saved_searches,
            "/v1/follows": self._follows,
            "/v1/unsubscribe/x.y": lambda: self._ending("follow"),
            "/v1/unsubscribe/x.z": lambda: self._ending("search"),
            "/v1/confirmations/x.y": lambda: {"email": self.text, "query": None, "confirmed": False},
            "/v1/confirmations/x.z": lambda: {"email": self.text, "query": self.text, "confirmed": True},
            "/v1/cases/s1/changes": lambda: {"sections": [self._section(step.id) for step in STEPS]},
        }
        if path in answers:
            return httpx2.Response(200, json=answers[path](), headers={"etag": self.etag})
        if path.startswith("/v1/tilsyn/"):
            return httpx2.Response(200, json=self._tilsyn())
        return httpx2.Response(200, json=self._step(path.rpartition("/")[2]), headers={"etag": '"one"'})

    def _refused(self) -> httpx2.Response:
        errors = [
            {"pointer": f"/{each}", "code": "x", "detail": self.text} for each in ("values", "name", "conclusion")
        ]
        slugs = {412: "stale", 422: "invalid", 409: "wrong-state", 403: "forbidden"}
        kind = f"https://tilbudsportalen.dk/problems/{slugs[self.refusal]}"
        return httpx2.Response(self.refusal, json={"type": kind, "detail": self.text, "errors": errors})

    def written(self, step: str) -> dict[str, Any]:
        """Return the example of a step with the text in every field that is written freely."""
        data = example_step(step)
        fields = REPORT.form.step(step).fields
        if REPORT.form.step(step).per_department:
            return {"departments": {each: self._filled(fields, part) for each, part in data["departments"].items()}}
        return self._filled(fields, data)

    def _filled(self, fields: tuple[Field, ...], data: Mapping[str, Any]) -> dict[str, Any]:
        return {field.id: self._value(field, data[field.id]) for field in fields if field.id in data}

    def _value(self, field: Field, value: Any) -> Any:
        if field.type is FieldType.GROUP:
            return self._filled(field.fields, value)
        if field.type is FieldType.LIST:
            return [self._filled(field.fields, row) for row in value]
        return self.text if field.type in WRITTEN else value

    def _tilbud(self) -> dict[str, Any]:
        rejection = {"step": "values", "verdict": "reject", "reason": self.text, "fields": ["/values"]}
        decision = {**rejection, **self._decided()}
        submission = {
            "id": "s1",
            "number": 1,
            "state": "returned",
            "steps": ["values"],
            "return_reason": self.text,
            "sent_at": WHEN,
            "sent_by": {**self.person, "authority": "socialtilsyn-nord", "on_behalf_reason": self.text},
            "revision": 2,
            "settled_at": WHEN,
            "decisions": [decision],
            "authority": {"name": self.text},
        }
        return {
            "id": "CRV-1",
            "name": self.text,
            "status": "approved",
            "primary_legal_basis": BASIS,
            "authority": {"name": self.text},
            "leader": self.person,
            "contact": self.person,
            "operator": {"kind": "private", "cvr": "99000015", "name": self.text},
            "address": {"street": self.text, "postcode": "9000", "city": self.text, "municipality": "0851"},
            "legal_bases": [BASIS],
            "created_at": WHEN,
            "application": {"authority": "socialtilsyn-nord", "application_id": self.text, "approved": False},
            "leader_cpr": {"missing": True, "masked": None, "etag": '"c"'},
            "submissions": [submission, {**submission, "id": "s2", "state": "awaiting"}],
        }

    def _decided(self) -> dict[str, Any]:
        return {"decided_by": self.person, "decided_at": WHEN}

    def _draft(self) -> dict[str, Any]:
        usual = {"complete": False, "blocked_by": [], "locked_by": [], "drafted": True, "answered": True}
        steps = [{"step": step.id, "title": self.text, **usual} for step in STEPS]
        saved = {"saved_by": self.person, "saved_at": WHEN, "replaced": None}
        return {"exists": True, "legal_bases": [BASIS], "departments": DEPARTMENTS, "steps": steps, **saved}

    def _step(self, step: str) -> dict[str, Any]:
        return {
            "step": step,
            "data": self.written(step),
            "complete": False,
            "blocked_by": [],
            "locked_by": [],
            "errors": [{"pointer": f"/{REPORT.form.step(step).fields[0].id}", "code": "x", "detail": self.text}],
            "warnings": [{"detail": self.text}],
            "saved_at": WHEN,
            "saved_by": self.person,
        }

    def _summary(self) -> dict[str, Any]:
        steps = []
        for step in STEPS:
            data, keys = self.written(step.id), [step.id]
            parts = {step.id: data}
            if step.per_department:
                parts = {f"{step.id}/{each}": data["departments"][each] for each in data["departments"]}
                keys = list(parts)
            states = [
                {"step": key, "old": {}, "new": parts[key], "sent": True, "case": None, "changed": True} for key in keys
            ]
            errors = [{"pointer": "", "code": "x", "detail": self.text}]
            state = {"step": step.id, "title": self.text, "complete": False, "mandatory": True, "answered": True}
            steps.append({**state, "errors": errors, "keys": states})
        return {"steps": steps, "obstacles": ["incomplete"], "initial": False, "asks_reason": True, "sends": ["values"]}

    def _section(self, step: str) -> dict[str, Any]:
        data = self.written(step)
        new = data["departments"]["afd-1"] if REPORT.form.step(step).per_department else data
        section = {"step": step, "title": self.text, "department": None, "reported": True, "changed": True}
        return section | {"old": {}, "new": new, "previous": new, "edited": False}

    def case(self) -> dict[str, Any]:
        """Return the one case, with a choice for each step."""
        choice = {"verdict": "reject", "reason": self.text, "fields": []}
        earlier = {"revision": 1, **choice, **self._decided()}
        steps = [
            {
                "step": step.id,
                "title": self.text,
                "verdict": "reject",
                "reason": self.text,
                "fields": [f"/{step.fields[0].id}"],
                "proposed": None,
                "earlier": earlier,
                "etag": '"x"',
                **self._decided(),
            }
            for step in STEPS
        ]
        return {
            "id": "s1",
            "tilbud_id": "CRV-1",
            "tilbud_name": self.text,
            "state": "awaiting",
            "outcome": "returned",
            "authority": "socialtilsyn-nord",
            "authority_name": self.text,
            "initial": False,
            "revision": 2,
            "submitted_at": WHEN,
            "closed_at": None,
            "can_open": True,
            "can_decide": True,
            "explanation": self.text,
            "ends_approval_of": self.text,
            "steps": steps,
            "log": [self._act()],
            "moved": None,
            "ceased_on": None,
            "can_close": False,
            "has_receipt": True,
            "sent_by": self.person,
            "on_behalf": self._on_behalf(),
            "closed_by": None,
            **self._decided(),
        }

    def _work(self) -> dict[str, Any]:
        order = {"kind": "order", "id": self.text, "deadline": "2026-11-01", "until": None, "overdue": True}
        intensified = order | {"kind": "intensified", "deadline": None, "until": "2027-01-31", "overdue": False}
        return self.case() | {
            "etag": '"one"',
            "age_days": 8,
            "risk": "high",
            "risk_reasons": [{"id": "leader", "label": self.text}],
            "changed": [self.text] * 5,
            "trivial": True,
            "steps_total": 3,
            "steps_left": 2,
            "last_choice": {"by": self.person, "at": WHEN},
            "sanctions": [order, intensified],
        }

    def _joint_outcomes(self) -> list[dict[str, Any]]:
        of_case = {"case_id": "s1", "tilbud_id": "CRV-1", "tilbud_name": self.text}
        problem = {"type": "https://tilbudsportalen.dk/problems/stale", "title": "Ændret", "detail": self.text}
        return [
            of_case | {"outcome": "approved", "problem": None},
            of_case | {"outcome": "refused", "problem": problem},
            {"case_id": "s2", "tilbud_id": None, "tilbud_name": None, "outcome": "refused", "problem": problem},
        ]

    def _act(self) -> dict[str, Any]:
        said = {"step": "values", "verdict": "reject", "by": self.person, "reason": self.text}
        return {"at": WHEN, "act": "decided", "authority": "socialtilsyn-nord", **said}

    def _on_behalf(self) -> dict[str, Any]:
        return {"authority": "socialtilsyn-nord", "authority_name": self.text, "reason": self.text}

    def _receipt(self) -> dict[str, Any]:
        step = {"step": "values", "title": self.text, "verdict": "reject", "reason": self.text, **self._decided()}
        ended = {
            "revision": 1,
            "authority": "socialtilsyn-nord",
            "authority_name": self.text,
            "sent_at": WHEN,
            "sent_by": self.person,
            "on_behalf": self._on_behalf(),
            "outcome": "returned",
            "summary": self.text,
            "reason": self.text,
            "publication": None,
            "steps": [step],
            **self._decided(),
        }
        about = {"case_id": "s1", "tilbud_id": "CRV-1", "tilbud_name": self.text, "initial": True}
        return {**about, **ended, "earlier": [ended]}

    def _authority(self) -> dict[str, Any]:
        found = {"authority": "socialtilsyn-nord", "name": self.text, "since": WHEN, "because": self.text}
        return {**found, "handed_over_by": None, "givers": []}

    def _handover_options(self) -> dict[str, Any]:
        return {"items": [{"authority": "socialtilsyn-syd", "name": self.text, "because": self.text}]}

    def _undecided(self) -> dict[str, Any]:
        report = {"reason": self.text, "submission_id": "s1", "since": WHEN, "provisional_name": self.text}
        return {"items": [report, report | {"submission_id": None, "provisional_name": None}]}

    def _handover(self) -> dict[str, Any]:
        names = {"from": "socialtilsyn-nord", "from_name": self.text, "to": "socialtilsyn-syd", "to_name": self.text}
        asked = {"reason": self.text, "requested_by": self.text, "requested_at": WHEN, "cases": ["s1"]}
        return {"id": "h1", **names, **asked, "state": "refused", "refused_because": self.text, "taken_back": False}

    def _tilsyn(self) -> dict[str, Any]:
        period = {"from": "2026-11-01", "until": "2027-01-31", "reason": self.text}
        return {
            "id": self.text,
            "tilbud_id": "CRV-1",
            "decision": "approved",
            "kind": "announced",
            "version": 2,
            "latest": True,
            "earlier_versions": [{"version": 1, "accepted_at": WHEN, "made_by": self.text}],
            "decided_on": "2026-11-02",
            "visited_on": None,
            "authority": "socialtilsyn-nord",
            "external": True,
            "authority_name": self.text,
            "conclusion": self.text,
            "intensified": period,
            "conditions": [],
            "themes": [{"theme": "economy", "score": 4.5, "conclusion": self.text}],
            "orders": [{"text": self.text, "deadline": "2026-12-01"}],
        }

    def _tilsyn_list(self) -> dict[str, Any]:
        nothing = {"text": self.text, "id": None, "deadline": None, "overdue": False, "from": None, "until": None}
        sanctions = [
            {**nothing, "kind": "order"},
            {**nothing, "kind": "intensified", "from": "2026-11-01", "until": "2027-01-31"},
        ]
        found = {"status": "approved", "ceased_on": None, "sanctions": sanctions}
        return {"items": [self._tilsyn()], "next": self.text, **found}

    def _sanctions(self) -> dict[str, Any]:
        row = {"tilbud_id": "CRV-1", "tilbud_name": self.text, "authority": "socialtilsyn-nord", "text": self.text}
        order = {**row, "kind": "order", "tilsyn_id": self.text, "id": "p1", "deadline": "2026-11-01", "overdue": True}
        period = {"from": None, "until": None}
        return {"items": [order | period], "next": self.text, "total": 1}

    def _public(self) -> dict[str, Any]:
        record = public_tilbud(
            "CRV-1", orders=[PublicSanction(text="x")], announced=[intensified(today(), today() + timedelta(days=30))]
        )
        body: dict[str, Any] = record.model_dump(mode="json", by_alias=True)
        body |= {"name": self.text, "operator_name": self.text, "authority": {"id": "x", "name": self.text}}
        body["steps"] = {step: self.written(step) for step in ("values", "contact", "methods")}
        body["orders"][0]["text"] = body["announced"][0]["reason"] = self.text
        body["tilsyn"] = self._tilsyn() | {"tilsyn_id": "t1"}
        return body

    def _earlier_tilsyn(self) -> dict[str, Any]:
        item = self._tilsyn() | {"tilsyn_id": "t0", "authority": {"id": "x", "name": self.text}}
        return {"items": [item], "next": None}

    def _changes(self) -> dict[str, Any]:
        paths = ("/steps/contact/phone", "/operator_name", "/steps/departments/departments/afd-1/physical_frame")
        changes = [{"path": path, "old": self.text, "new": self.text} for path in paths]
        item = {"version": 2, "time": WHEN, "method": "PUT", "reason": "approved", "changes": changes}
        return {"items": [item], "next": self.text}

    def _preferences(self) -> dict[str, Any]:
        address = {"email": self.text, "own_email": self.text, "own_email_confirmed": False}
        return {**address, "mails": {}, "frequency": {}, "paused": True, "stopped": {"since": WHEN}}

    def _webhooks(self) -> dict[str, Any]:
        webhook = {"url": self.text, "created_at": WHEN}
        ids = ("0193b7a0-0000-7000-8000-000000000001", "0193b7a0-0000-7000-8000-000000000002")
        return {"items": [{**webhook, "id": each, "off": each == ids[1]} for each in ids], "next": None}

    def _follows(self) -> dict[str, Any]:
        followed = {"kind": "tilbud", "id": "CRV-1", "name": self.text, "followed_at": WHEN}
        return {"items": [followed], "next": self.text}

    def _ending(self, ends: str) -> dict[str, Any]:
        return {"ends": ends, "kind": "tilbud", "id": "CRV-1", "name": self.text, "query": self.text, "ended": False}

    def _saved_searches(self) -> dict[str, Any]:
        found = {"query": f"q={quote(self.text)}&region={quote(self.text)}", "frequency": "daily", "created_at": WHEN}
        return {"items": [{**found, "confirmed": True, "token": "x.z"}], "next": None}

    def _publication(self) -> dict[str, Any]:
        condition = {"condition": "not-ceased", "met": False, "since": None, "detail": self.text, "missing": []}
        return {"public": False, "conditions": [condition]}

    def _rates(self) -> dict[str, Any]:
        points = dict.fromkeys(("min_oere", "q1_oere", "median_oere", "q3_oere", "max_oere"), 100000)
        box = {"rate_unit": "day-and-night", "rate_year": 2026, "suppressed": False, "n": 7, "tilbud": 6, **points}
        own = [{"department_id": "afd-1", "rate_oere": 100_000, "share_below": 50}]
        return {"items": [{**box, "occupancy_label": self.text, "own": own}]}

    def _fields(self) -> dict[str, Any]:
        field = {"name": self.text, "label": self.text, "kind": "text", "description": self.text, "unit": self.text}
        licence = {"name": self.text, "url": "/licens", "attribution": self.text}
        return {"title": self.text, "licence": licence, "files": [{"path": "x", "fields": [field]}]}

    def _matches(self) -> dict[str, Any]:
        reason = [{"field": "age", "label": self.text, "text": self.text}]
        reasons = {"fits": reason, "unknown": reason, "does_not_fit": reason}
        item = {
            "tilbud_id": "CRV-1",
            "department_id": "afd-1",
            "name": self.text,
            "department_name": self.text,
            "municipality": "0851",
            "distance_km": 1.5,
            "distance_approximate": True,
            "vacancies": 1,
            "vacancies_confirmed_at": WHEN,
        }
        near = {"label": "9000 Aalborg", "approximate": True}
        return {"items": [{**item, **reasons}], "total": 1, "next": "abc", "near": near}

    def _search(self) -> dict[str, Any]:
        item = {
            "tilbud_id": "CRV-1",
            "department_id": "afd-1",
            "department_name": self.text,
            "name": self.text,
            "sanctions": True,
            "primary_legal_basis": BASIS,
            "municipality": "0851",
            "city": self.text,
            "distance_km": 1.5,
            "distance_approximate": True,
            "age_from": 18,
            "age_to": 65,
            "target_groups": ["autism"],
            "vacancies": 2,
            "vacancies_confirmed_at": WHEN,
            "waiting_time_weeks": 4,
            "housing_forms": ["own-flat"],
            "quality": 4.2,
            "sanction_kinds": ["order"],
            "intensified_since": None,
            "intensified_from": "2027-01-01",
            "places": 10,
            "not_approved_yet": ["/departments/0/steps/places/vacancies"],
            "rate_oere": 1000,
            "rate_unit": "day-and-night",
            "rate_year": 2026,
            "confirmed_at": WHEN,
            "matched": [{"label": self.text}],
        }
        facets = {"service": [{"value": self.text, "label": self.text, "count": 1}]}
        understood = {
            "text": self.text,
            "as": "target_group",
            "value": self.text,
            "label": self.text,
            "excluded": False,
        }
        answer = {"items": [item], "next": self.text, "total": 1, "facets": facets, "notice": self.text}
        return {
            **answer,
            "near": {"label": self.text, "approximate": True},
            "understood": [{**understood, "query_without": self.text}],
            "suggestions": [{"text": self.text, "query": f"q={quote(self.text)}"}],
        }
