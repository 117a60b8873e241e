"""Step keys: `contact` for a whole step, `places/afd-1` for one department's part of it.

Drafts are read and written as whole steps; locks, changes and decisions are per key.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from contracts.form.definition import FormDefinition

StepData = Mapping[str, Any]
DEPARTMENTS = "departments"
SLUG = re.compile(r"[a-z0-9-]{1,40}")


def department_ids(departments_data: object) -> tuple[str, ...]:
    """The ids in the data of the `departments` step, in order; () for none and for unusable data."""
    rows = departments_data.get(DEPARTMENTS) if isinstance(departments_data, Mapping) else None
    if not isinstance(rows, list):
        return ()
    ids = [row.get("id") for row in rows if isinstance(row, Mapping)]
    return tuple(dict.fromkeys(each for each in ids if isinstance(each, str) and SLUG.fullmatch(each)))


def parse_key(key: str) -> tuple[str, str | None]:
    """`places/afd-1` -> ("places", "afd-1"); `contact` -> ("contact", None)."""
    step, _, department = key.partition("/")
    return step, department or None


def step_keys(form: FormDefinition, departments: Sequence[str]) -> list[str]:
    """Every key of the form in order: a step per department where the step asks for it (R56)."""
    return [key for step in form.steps for key in _keys_of(form, step.id, departments)]


def mandatory_keys(form: FormDefinition, departments: Sequence[str]) -> list[str]:
    """The keys without which a tilbud can neither submit the first time (R54) nor be public (R83)."""
    steps = [step.id for step in form.steps if not step.mandatory.never]
    return [key for step in steps for key in _keys_of(form, step, departments)]


def split(form: FormDefinition, step: str, data: StepData, departments: Sequence[str]) -> dict[str, dict[str, Any]]:
    """A whole step's data by key. A department that was not answered has no entry.

    With departments, `{"departments": {"afd-1": {…}}}` becomes `{"places/afd-1": {…}}`; parts of departments
    that are not reported are left out.
    """
    if not (form.step(step).per_department and departments):
        return {step: dict(data)}
    parts = data.get(DEPARTMENTS)
    answered = parts if isinstance(parts, Mapping) else {}
    return {f"{step}/{each}": dict(answered[each]) for each in departments if each in answered}


def join(form: FormDefinition, step: str, parts: Mapping[str, StepData], departments: Sequence[str]) -> dict[str, Any]:
    """The reverse of `split`: the whole step's data from the entries of `parts` that belong to the step."""
    if not (form.step(step).per_department and departments):
        return dict(parts.get(step, {}))
    keys = {each: f"{step}/{each}" for each in departments}
    return {DEPARTMENTS: {each: dict(parts[key]) for each, key in keys.items() if key in parts}}


def _keys_of(form: FormDefinition, step: str, departments: Sequence[str]) -> list[str]:
    if form.step(step).per_department and departments:
        return [f"{step}/{each}" for each in departments]
    return [step]
