"""The example bodies of `contracts/examples`, for tests here and in the services.

They lie beside the package and not in it, so this works from a checkout only.
"""

import copy
import json
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from contracts.form import Context, Field, Step, StepCheck, form, known_data, validate
from contracts.form.loading import steps_of
from contracts.kinds import TILBUD

# Passes the check digit of a CVR number, but no company has a number that begins with 99.
OPERATOR_CVR = "99000015"
BASIS = "botilbud-laengerevarende"

# The day of the tests that ask for none of their own: a field of a later day changes nothing for them.
DAY = date(2026, 11, 22)
EXAMPLES = Path(__file__).parents[2] / "examples"


class ExampleReport:
    """The example of each step of the form on a day, and short ways to change and check one of them.

    A file also answers fields that the form asks on other days only; they are left out.
    """

    def __init__(self, at: date = DAY) -> None:
        self.form = form(BASIS, at)
        self.create = read_example("create-tilbud")
        self.steps: dict[str, dict[str, Any]] = {
            step.id: known_data(step, read_example(f"steps/{step.id}")) for step in self.form.steps
        }

    def body(self, name: str) -> dict[str, Any]:
        """A copy of what an example file holds, such as `create-tilbud` or `steps/contact`."""
        folder, _, step = name.rpartition("/")
        body: dict[str, Any] = copy.deepcopy(self.steps[step] if folder else self.create)
        return body

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


def read_example(name: str) -> dict[str, Any]:
    """The content of an example file, such as `create-tilbud` or `steps/contact`."""
    body: dict[str, Any] = json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return body


@cache
def days_of_change() -> tuple[date, ...]:
    """`DAY`, and every later day from which on the form of a tilbud has other steps or fields."""
    steps = steps_of(TILBUD.id)
    rows: list[Step | Field] = [*steps, *(each for step in steps for each in _all_fields(step.fields))]
    changes = {each.valid_from for each in rows} | {each.valid_to + timedelta(1) for each in rows if each.valid_to}
    return DAY, *sorted(day for day in changes if day > DAY)


def _all_fields(fields: Iterable[Field]) -> Iterator[Field]:
    for each in fields:
        yield each
        yield from _all_fields(each.fields)
