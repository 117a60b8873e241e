"""Checks the data of a step: what refuses a save, and what keeps the step from being complete."""

from collections.abc import Collection

from contracts.form.definition import FormDefinition
from contracts.form.findings import Context, StepCheck


def validate(form: FormDefinition, step: str, data: object, context: Context) -> StepCheck:
    """Check one step's data. Never raises on any JSON value; KeyError only for a step the form lacks."""
    raise NotImplementedError(form, step, data, context)


def check_all(form: FormDefinition, context: Context) -> dict[str, StepCheck]:
    """Check every step of the form against the data in `context`."""
    raise NotImplementedError(form, context)


def blocked_by(form: FormDefinition, step: str, complete_steps: Collection[str]) -> list[str]:
    """The steps that must be complete before this one and are not, in order (rows 38-39)."""
    return [each for each in form.step(step).depends_on if each not in complete_steps]
