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
from services.portal.tests.authority_answers import ELSEWHERE, SAMPLE, WHEN, AuthorityAnswers
from services.portal.tests.economy_answers import economy
from services.portal.tests.factories import DUE, FIGURES, REPORT, example_step

WRITTEN = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.EMAIL, FieldType.PHONE, FieldType.URL})
STEPS = REPORT.form.steps
DEPARTMENTS = ["afd-1", "afd-2"]


class EveryService(AuthorityAnswers):
    """Answers each call of the pages. ``refusal`` is the status of the answer to each write, 0 for none.

    ``searched`` are the parameters of each search, ``writes`` the path and the body of each write.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.refusal = 0
        self.etag = '"one"'
        self.person = {"name": text, "org_name": text, "email": text, "phone": text}
        self.writes: list[tuple[str, str]] = []
        self.searched: list[dict[str, str]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        if request.method != "GET":
            written: dict[str, Callable[[], dict[str, Any]]] = {
                "/v1/match": self._matches,
                "/v1/authority": lambda: {"authority": "kommune-0851", "explanation": self.text},
                "/v1/work-list/approvals": lambda: {"items": self._joint_outcomes()},
            }
            self.writes.append((path, request.content.decode()))
            if self.refusal:
                return self._refused()
            if "/draft/steps/" in path:
                written[path] = lambda: self._step(path.rpartition("/")[2])
            answer = written[path]() if path in written else {"id": "CRV-1"}
            return httpx2.Response(200, json=answer, headers={"etag": '"two"'})
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
            "/v1/tilbud/CRV-1/production-units": self._production_units,
            "/v1/tilbud/CRV-1/vacancies": lambda: {"figures": [FIGURES | {"name": self.text}]},
            "/v1/tilbud/CRV-1/leader-cpr/accesses": self._cpr_accesses,
            "/v1/tilbud/CRV-1/due": self._due,
            "/v1/tilbud/CRV-1/submissions/s1/receipts": self._receipts,
            "/v1/tilbud/CRV-1/economy": economy,
            "/v1/tilbud/CRV-1/files": lambda: {"items": [], "next": None},
            "/v1/due": self._due,
            "/v1/tilbud/CRV-1/draft": self._draft,
            "/v1/tilbud/CRV-1/draft/summary": self._summary,
            "/v1/tilbud/CRV-1/tilsyn": self._tilsyn_list,
            "/v1/tilbud/CRV-1/authority": self._authority,
            "/v1/tilbud/CRV-1/agreements": lambda: {"items": []},
            "/v1/tilbud/CRV-1/handover-options": self._handover_options,
            "/v1/tilbud/CRV-1/undecided": self._undecided,
            "/v1/undecided": self._undecided_list,
            "/v1/undecided/u1": self._undecided_row,
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
            "/v1/unused-approvals": self._unused_approvals,
            "/v1/emergency-uses": self._emergency_uses,
            "/v1/control-samples": self._samples,
            f"/v1/control-samples/{SAMPLE}": self._sample,
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

    def _cpr_accesses(self) -> dict[str, Any]:
        seen = {"act": "shown", "at": WHEN, "by": self.person, "purpose": "concern", "note": self.text}
        return {"items": [seen, seen | {"act": "set", "purpose": None, "note": None}], "next": self.text}

    def _production_units(self) -> dict[str, Any]:
        unit = {"p_number": "1099000015", "name": self.text, "address": self.text}
        return {"looked_up": True, "items": [unit]}

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

    def _due(self) -> dict[str, Any]:
        rows = [DUE, DUE | {"what": "returned-case", "submission_id": "s1", "deadline": None, "state": "open"}]
        return {"items": [each | {"tilbud_name": self.text} for each in rows], "total": 2, "next": self.text}

    def _tilbud(self) -> dict[str, Any]:
        rejection = {"step": "values", "verdict": "reject", "reason": self.text, "fields": ["/values"]}
        decision = {**rejection, **self._decided()}
        submission = {
            "id": "s1",
            "number": 1,
            "reference": self.text,
            "initial": False,
            "state": "returned",
            "steps": ["values"],
            "named_steps": [self._named_step()],
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
            "baseline": {"steps": {}},
            "locks": [{"step": "values", "submission_id": "s1", "state": "returned"}],
            "submissions": [submission, {**submission, "id": "s2", "state": "awaiting"}],
        }

    def _named_step(self) -> dict[str, Any]:
        return {"step": "values", "title": self.text, "department": {"id": "afd-1", "name": self.text}}

    def _receipts(self) -> dict[str, Any]:
        sent = {"submission_id": "s1", "reference": self.text, "revision": 1, "at": WHEN, "steps": [self._named_step()]}
        by = {**self.person, "authority": "socialtilsyn-nord", "on_behalf_reason": self.text}
        closed = {"id": "closed", "act": "closed", "by": by, "authority": {"name": self.text}, **sent}
        return {"items": [closed, closed | {"id": "sent-1", "act": "sent", "authority": None}]}

    def _returned(self) -> dict[str, Any]:
        step, missing = self._named_step(), {"pointer": "/values/values", "code": "missing", "detail": self.text}
        rejected = [step | {"reason": self.text, "corrected": each} for each in (True, False)]
        of_case = {"submission_id": "s1", "reference": self.text, "return_reason": self.text, "can_resubmit": True}
        return {**of_case, "sends": [step], "rejected": rejected, "obstacles": ["incomplete"], "blocking": [missing]}

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
            "rejected": [{"step": step, "reason": self.text, "decided_by": self.person, "fields": ["/gone"]}],
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
        blocking = [{"pointer": "/values/values", "code": "missing", "detail": self.text}]
        cases = {"returned": [self._returned()], "sends": ["values"], "blocking": blocking}
        return {"steps": steps, "obstacles": ["incomplete"], "initial": False, "asks_reason": True, **cases}

    def _section(self, step: str) -> dict[str, Any]:
        data = self.written(step)
        new = data["departments"]["afd-1"] if REPORT.form.step(step).per_department else data
        section = {"step": step, "title": self.text, "department": None, "reported": True, "changed": True}
        return section | {"old": {}, "new": new, "previous": new, "edited": False}

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
            "marked_since": "2026-11-02",
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
