"""The public record of the example report, with and without departments."""

from typing import Any

from chassis.clock import today
from contracts.examples import ExampleReport
from contracts.testing.factories import public_tilbud

REPORT = ExampleReport(today())
PER_DEPARTMENT = ("target-groups", "interventions", "places", "staffing")
WHOLE = tuple(step.id for step in REPORT.form.steps if step.id not in PER_DEPARTMENT)


def record(tilbud_id: str = "CRV-1", **changes: Any) -> dict[str, Any]:
    """Return the public record of the example report, which has two departments."""
    body: dict[str, Any] = public_tilbud(tilbud_id).model_dump(mode="json", by_alias=True)
    steps = {step: REPORT.body(f"steps/{step}") for step in WHOLE}
    answers = {step: REPORT.body(f"steps/{step}")["departments"] for step in PER_DEPARTMENT}
    departments = [
        {**row, "municipality": "0851", "steps": {step: answers[step][row["id"]] for step in PER_DEPARTMENT}}
        for row in steps["departments"]["departments"]
    ]
    return {**body, "steps": steps, "departments": departments, **changes}


def single(**changes: Any) -> dict[str, Any]:
    """Return the record of a tilbud that has no departments: it answers like the first one of the example."""
    found = record()
    own = found["departments"][0]["steps"]
    return {
        **found,
        "steps": {**found["steps"], **own, "departments": {"departments": []}},
        "departments": [],
        **changes,
    }


def tilsyn(**changes: Any) -> dict[str, Any]:
    """Return a positive tilsyn as a record has it."""
    themes = [
        {"theme": "health-and-wellbeing", "score": 4.0, "conclusion": "Godt."},
        {"theme": "competences", "score": 4.6, "conclusion": None},
        {"theme": "economy", "score": 1.0, "conclusion": None},
    ]
    usual = {"tilsyn_id": "t1", "kind": "announced", "visited_on": "2026-11-02", "decided_on": "2026-11-20"}
    sanctions: dict[str, Any] = {"orders": [], "conditions": [], "intensified": None}
    return {**usual, "decision": "approved", "conclusion": None, "themes": themes, **sanctions, **changes}
