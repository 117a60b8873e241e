"""What the form asks of a tilbud: it may have other fields and steps than the demonstration was written for."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from contracts.examples import read_example
from contracts.form import Field, Step, form, is_asked, is_mandatory
from contracts.form.keys import DEPARTMENTS
from contracts.form.loading import steps_of
from devstack.demonstration.country import Plan

Answers = dict[str, Any]
Steps = dict[str, Answers]


@cache
def examples() -> Steps:
    """Return the example of every step; whoever changes one copies it."""
    return {step.id: read_example(f"steps/{step.id}") for step in steps_of("tilbud")}


def blank_steps(departments: Sequence[str]) -> Steps:
    """Return every step without an answer, as a report on these departments has it."""
    parts: Steps = {department: {} for department in departments}
    return {step.id: {DEPARTMENTS: parts} if parts and step.per_department else {} for step in steps_of("tilbud")}


def as_asked(plan: Plan, day: date, steps: Steps) -> Steps:
    """Return the steps as the form asks them on ``day`` of this operator for these legal bases.

    What the form does not ask is left out. A mandatory answer that is not there is that of the example.
    """
    definition = form(plan.legal_basis.id, day, [basis.id for basis in plan.legal_bases])
    kind = plan.operator.kind.value
    return {step.id: _step(step, steps[step.id], kind) for step in definition.steps if step.id in steps}


def _step(step: Step, data: Answers, kind: str) -> Answers:
    example = examples()[step.id]
    if step.per_department:
        example = next(iter(example[DEPARTMENTS].values()))
        if DEPARTMENTS in data:
            parts = data[DEPARTMENTS].items()
            return {DEPARTMENTS: {id_: _row(step.fields, part, example, kind) for id_, part in parts}}
    return _row(step.fields, data, example, kind)


def _row(fields: tuple[Field, ...], row: Mapping[str, Any], example: Answers, kind: str) -> Answers:
    answers: Answers = {}
    for field in fields:
        if is_asked(field, {**row, **answers}, kind):
            usual = example if is_mandatory(field, kind) else {}
            source = row if field.id in row else usual
            if field.id in source:
                answers[field.id] = _value(field, source[field.id], example.get(field.id), kind)
    return answers


def _value(field: Field, value: Any, example: Any, kind: str) -> Any:
    if not field.fields or value is None:
        return value
    if isinstance(value, list):
        return [_row(field.fields, row, example[0] if example else {}, kind) for row in value]
    return _row(field.fields, value, example or {}, kind)
