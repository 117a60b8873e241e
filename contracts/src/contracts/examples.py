"""The example bodies of `contracts/examples`, for tests here and in the services.

They lie beside the package and not in it, so this works from a checkout only.
"""

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

from contracts.form import Context, FormDefinition, StepCheck, form, validate

# Passes the check digit of a CVR number, but no company has a number that begins with 99.
OPERATOR_CVR = "99000015"

DAY = date(2026, 11, 22)
EXAMPLES = Path(__file__).parents[2] / "examples"


class ExampleReport:
    """The sixteen example steps and short ways to change and check one of them."""

    form: FormDefinition = form("botilbud-laengerevarende", DAY)

    def __init__(self) -> None:
        self.create = json.loads((EXAMPLES / "create-tilbud.json").read_text(encoding="utf-8"))
        self.steps: dict[str, Any] = {
            step: json.loads((EXAMPLES / "steps" / f"{step}.json").read_text(encoding="utf-8"))
            for step in self.form.step_ids
        }

    def edited(self, step: str, **fields: Any) -> dict[str, Any]:
        """The step's example with some fields replaced."""
        return {**copy.deepcopy(self.steps[step]), **fields}

    def part(self, step: str, department: str = "afd-1", **fields: Any) -> dict[str, Any]:
        """The step's example with some fields of one department replaced."""
        data: dict[str, Any] = copy.deepcopy(self.steps[step])
        data["departments"][department].update(fields)
        return data

    def check(self, step: str, data: Any, **others: Any) -> StepCheck:
        """The check of the step, with other steps replaced (underscores stand for hyphens)."""
        context = {**self.steps, **{name.replace("_", "-"): each for name, each in others.items()}}
        return validate(self.form, step, data, Context(context))

    def found(self, step: str, data: Any, **others: Any) -> set[tuple[str, str]]:
        """Pointer and code of everything that the check finds."""
        return {(each.pointer, each.code.value) for each in self.check(step, data, **others).findings}
