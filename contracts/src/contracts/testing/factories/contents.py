"""What steps hold: the example of ``contracts/examples``, or three small steps where any content will do."""

import copy
from collections.abc import Mapping
from functools import cache
from typing import Any

from contracts.events.parties import StepContent
from contracts.examples import ExampleReport
from contracts.form import department_ids, split

Content = Mapping[str, Mapping[str, Any]]

SMALL_REPORT: Content = {
    "contact": {
        "name": "Solsikken",
        "phone": "98000000",
        "leader": {"name": "Lis Lind", "email": "lis@solsikken.example", "phone": "98000001"},
    },
    "departments": {"departments": [{"id": "afd-1", "name": "Afdeling Nord"}]},
    "places/afd-1": {"approved_places": 10, "vacancies": 2},
}


@cache
def _example() -> dict[str, dict[str, Any]]:
    report = ExampleReport()
    departments = department_ids(report.steps["departments"])
    return {
        key: data
        for step, whole in report.steps.items()
        for key, data in split(report.form, step, whole, departments).items()
    }


def example_steps(name: str | None = None, **edits: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the whole example report by step key, with two departments, under another ``name`` where one is given.

    ``edits`` replace fields of a step; in its key ``_`` stands for a hyphen and ``__`` for a slash:
    ``example_steps(places__afd_1={"vacancies": 3})``.
    """
    steps = copy.deepcopy(_example())
    if name is not None:
        steps["contact"]["name"] = name
    for key, fields in edits.items():
        steps[key.replace("__", "/").replace("_", "-")].update(fields)
    return steps


def without_departments(steps: Content) -> dict[str, dict[str, Any]]:
    """Return the same report of a tilbud with no departments: what the first one had is its own."""
    whole: dict[str, dict[str, Any]] = {}
    for key, data in steps.items():
        whole.setdefault(key.partition("/")[0], dict(data))
    return whole | {"departments": {"departments": []}}


def step_contents(steps: Content) -> list[StepContent]:
    """Return steps as events carry them."""
    return [StepContent(key=key, data=dict(data)) for key, data in steps.items()]
