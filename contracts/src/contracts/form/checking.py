"""Checks the data of a step: what refuses a save, and what keeps the step from being complete."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from contracts.form.completeness import Situation, is_empty, missing_and_wrong
from contracts.form.crossrules import Place, broken_rules, departments, operator_kind
from contracts.form.definition import FormDefinition, Step
from contracts.form.findings import Code, Context, Finding, StepCheck
from contracts.form.keys import DEPARTMENTS
from contracts.form.shape import shape_errors
from contracts.form.unread import unread_findings


def validate(form: FormDefinition, step: str, data: object, context: Context) -> StepCheck:
    """Check one step's data. Never raises on any JSON value; KeyError only for a step the form lacks.

    `data` takes the place of what `context` holds for the step.
    """
    return Checker(form, context.with_step(step, data)).check(step)


def check_all(form: FormDefinition, context: Context) -> dict[str, StepCheck]:
    """Check every step of the form against the data in `context`; a step without data counts as empty."""
    checker = Checker(form, context)
    return {step: checker.check(step) for step in form.step_ids}


def blocked_by(form: FormDefinition, step: str, complete_steps: Collection[str]) -> list[str]:
    """The steps that must be complete before this one and are not, in order (R38, R39)."""
    return [each for each in form.step(step).depends_on if each not in complete_steps]


class Checker:
    """Checks steps of one report when they are asked for, and remembers each result, since steps depend on each other.

    KeyError for a step that the form lacks.
    """

    def __init__(self, form: FormDefinition, context: Context) -> None:
        self._form = form
        self._context = context
        self._checks: dict[str, StepCheck] = {}

    def check(self, step_id: str) -> StepCheck:
        """Check that step, and those that it depends on."""
        if step_id not in self._checks:
            self._checks[step_id] = self._check(self._form.step(step_id))
        return self._checks[step_id]

    def _check(self, step: Step) -> StepCheck:
        data = self._context.steps.get(step.id, {})
        shape = tuple(shape_errors(step, data, self._form.at))
        usable = data if isinstance(data, Mapping) and not shape else None
        unread = self._context.unread.get(step.id, {}) if usable is not None else {}
        found = () if usable is None else self._errors(step, usable)
        return StepCheck(
            shape_errors=(*shape, *unread_findings(step, usable or {}, unread, self._form.at)),
            errors=tuple(each for each in found if each.pointer not in unread),
            warnings=tuple(self._warnings(step)),
            blocked_by=tuple(blocked_by(self._form, step.id, self._complete(step.depends_on))),
            answered=usable is not None and (bool(unread) or is_answered(step, usable)),
        )

    def _complete(self, steps: Collection[str]) -> set[str]:
        return {each for each in steps if self.check(each).complete}

    def _errors(self, step: Step, data: Mapping[str, Any]) -> Iterator[Finding]:
        reported = departments(self._context) if step.per_department else ()
        if not reported:
            yield from _superfluous(step, data)
            yield from self._object(step, data, "", None)
            return
        parts = data.get(DEPARTMENTS, {})
        for each in reported:
            if each in parts:
                yield from self._object(step, parts[each], f"/{DEPARTMENTS}/{each}", each)
            else:
                detail = "Trinnet skal udfyldes for hver afdeling."
                yield Finding(f"/{DEPARTMENTS}/{each}", Code.DEPARTMENT_MISSING, detail)
        yield from _unreported(parts, reported)

    def _object(self, step: Step, data: Mapping[str, Any], pointer: str, department: str | None) -> Iterator[Finding]:
        situation = Situation(operator_kind(self._context), self._form.at)
        yield from missing_and_wrong(step.fields, data, pointer, situation)
        place = Place(pointer, department, self._context, self._form.at)
        yield from broken_rules(self._form.kind, step.id, data, place)

    def _warnings(self, step: Step) -> Iterator[Finding]:
        for each in step.warns_about:
            if not self.check(each).complete:
                title = self._form.step(each).title
                detail = f"Trinnet “{title}” er ikke udfyldt endnu, så tallene kan ikke holdes op mod det."
                yield Finding("", Code.STEP_INCOMPLETE, detail)


def is_answered(step: Step, data: Mapping[str, Any]) -> bool:
    """Whether any field of the step has a value, in any department."""
    parts = data.get(DEPARTMENTS) if step.per_department else None
    objects = list(parts.values()) if isinstance(parts, Mapping) else [data]
    return any(not is_empty(field, each.get(field.id)) for each in objects for field in step.fields)


def _superfluous(step: Step, data: Mapping[str, Any]) -> Iterator[Finding]:
    if step.per_department and DEPARTMENTS in data:
        yield from _unreported(data[DEPARTMENTS], ())


def _unreported(parts: Mapping[str, Any], reported: Collection[str]) -> Iterator[Finding]:
    for each in parts:
        if each not in reported:
            detail = "Afdelingen findes ikke på trinnet Afdelinger."
            yield Finding(f"/{DEPARTMENTS}/{each}", Code.UNKNOWN_DEPARTMENT, detail)
