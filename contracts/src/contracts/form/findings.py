"""What a check of a step can find: a closed list of codes, each with one Danish sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Code(StrEnum):
    """Why a value is refused (first block: on save, 422) or why a step is not complete (second block)."""

    NOT_AN_OBJECT = "not-an-object"
    UNKNOWN_FIELD = "unknown-field"
    WRONG_TYPE = "wrong-type"
    UNKNOWN_VALUE = "unknown-value"
    DUPLICATE_VALUE = "duplicate-value"
    TOO_LONG = "too-long"
    TOO_MANY = "too-many"
    TOO_LARGE = "too-large"
    CONTROL_CHARACTER = "control-character"
    CPR_NUMBER = "cpr-number"
    AMBIGUOUS_NUMBER = "ambiguous-number"

    MISSING = "missing"
    OUT_OF_RANGE = "out-of-range"
    INVALID_FORMAT = "invalid-format"
    INVALID_DATE = "invalid-date"
    NOT_APPLICABLE = "not-applicable"
    NOT_IN_ORDER = "not-in-order"
    EXCEEDS = "exceeds"
    NOT_AMONG = "not-among"
    NOT_UNIQUE = "not-unique"
    MISMATCH = "mismatch"
    DEPARTMENT_MISSING = "department-missing"
    UNKNOWN_DEPARTMENT = "unknown-department"
    STEP_INCOMPLETE = "step-incomplete"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `pointer` is an RFC 6901 pointer into the step's data; no value is echoed.

    `allowed` lists what would be right, where that is a short list.
    """

    pointer: str
    code: Code
    detail: str
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """The current data of every step (draft over baseline), which cross-step rules look at.

    `unread` has what was typed and cannot be read, by step and pointer; None stands for a text that is not kept.
    """

    steps: Mapping[str, Any] = field(default_factory=dict)
    unread: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)

    def step(self, step_id: str) -> Mapping[str, Any]:
        """That step's data; empty when it was never saved or is unusable."""
        data = self.steps.get(step_id)
        return data if isinstance(data, Mapping) else {}

    def with_step(self, step_id: str, data: object) -> "Context":
        """The same context with that step's data replaced."""
        unread = {step: texts for step, texts in self.unread.items() if step != step_id}
        return Context({**self.steps, step_id: data}, unread)


@dataclass(frozen=True, slots=True)
class StepCheck:
    """The result of `validate`.

    `shape_errors` refuse the save (422), or say why what was typed cannot be read. `errors` leave the step saved but
    not complete (R37, R47).
    `warnings` block nothing. `answered` tells whether any field has a value.
    """

    shape_errors: tuple[Finding, ...]
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    blocked_by: tuple[str, ...]
    answered: bool

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that keeps the step from being complete, for showing at the fields."""
        return self.shape_errors + self.errors

    @property
    def complete(self) -> bool:
        return not (self.shape_errors or self.errors or self.blocked_by)
