"""What authorities see of one tilbud: its case, receipt and handover, its tilsyn, sanctions and uses."""

from typing import Any

from services.portal.tests.factories import REPORT

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


SAMPLE = "0193b7a0-0000-7000-8000-0000000000c1"


class AuthorityAnswers:
    """The answers of ``approval`` and ``jurisdiction``, with ``text`` wherever people's text can stand."""

    text: str
    person: dict[str, str]

    def _decided(self) -> dict[str, Any]:
        return {"decided_by": self.person, "decided_at": WHEN}

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
            for step in REPORT.form.steps
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

    def _undecided_row(self) -> dict[str, Any]:
        [report, _] = self._undecided()["items"]
        about = {"id": "u1", "kind": "tilbud", "tilbud_id": "CRV-1", "revision": 1, "provisional": "socialtilsyn-nord"}
        return {**report, **about, "state": "open", "authority": None, "decided_because": None}

    def _undecided_list(self) -> dict[str, Any]:
        return {"items": [self._undecided_row()], "next": "more", "total": 1}

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

    def _unused_approvals(self) -> dict[str, Any]:
        row = {"tilbud_id": "CRV-1", "tilbud_name": self.text, "unused_since": "2025-11-01", "lapses_on": "2027-11-01"}
        return {"items": [row, row | {"lapses_on": None}], "next": self.text, "total": 2}

    def _emergency_uses(self) -> dict[str, Any]:
        row = {
            "id": "0193b7a0-0000-7000-8000-000000000001",
            "tilbud_id": None,
            "name": self.text,
            "authority": "kommune-0851",
            "authority_name": self.text,
            "started_on": "2026-11-02",
            "last_day": "2026-11-22",
            "persons": 2,
            "reason": self.text,
            "extended_because": None,
            "ended_on": None,
            "state": "running",
            "registered_at": WHEN,
            "registered_by": self.text,
        }
        other = {**row, "id": "0193b7a0-0000-7000-8000-000000000002", "tilbud_id": "CRV-1"}
        over = {"extended_because": self.text, "ended_on": "2026-12-01", "state": "ended"}
        return {"items": [row, other | over], "next": self.text, "counts": {"running": 1, "exceeded": 0, "ended": 1}}

    def _samples(self) -> dict[str, Any]:
        over = {"state": "closed", "outcome": "removed", "deadline": None, "awaits": None, "authority_name": None}
        counts = dict.fromkeys(("documentation", "correction", "order", "hearing", "marked", "closed"), 1)
        rows = [self._listed_sample(), self._listed_sample() | over]
        return {"items": rows, "next": self.text, "total": 2, "counts": counts, "overdue": 1}

    def _listed_sample(self) -> dict[str, Any]:
        return {
            "id": SAMPLE,
            "tilbud_id": "CRV-1",
            "tilbud_name": self.text,
            "number": 1,
            "state": "marked",
            "outcome": None,
            "steps": ["places", "values"],
            "deadline": "2026-12-15",
            "overdue": True,
            "awaits": "operator",
            "marking": {"since": "2026-11-02", "reason": self.text},
            "authority": "socialtilsyn-nord",
            "authority_name": self.text,
            "changed_at": WHEN,
            "etag": '"one"',
        }

    def _sample(self) -> dict[str, Any]:
        act = {"text": self.text, "done_at": WHEN, "done_by": self.text, "organisation": self.text}
        asked = {"act": "documentation", "deadline": "2026-12-15", "outcome": None, **act}
        ended = {"act": "answer", "deadline": None, "outcome": None, **act}
        offered = {"next_acts": ["refusal", "closure"], "outcomes": ["removed", "dropped"], "may_answer": True}
        return {**self._listed_sample(), "acts": [asked, ended], **offered}
