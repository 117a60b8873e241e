"""The rows of a bulk save, and what became of each."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chassis.errors import FieldError
from contracts.form import Finding


class RowStatus(StrEnum):
    """What became of a row."""

    SAVED = "saved"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class StepRow:
    """A whole step to be saved; ``if_match`` is the ETag of the step that it builds on."""

    subject_id: str
    step: str
    data: dict[str, Any]
    if_match: str | None = None


@dataclass(frozen=True)
class RowOutcome:
    """What became of a row: ``etag`` of the step as it is now, or ``slug``, ``detail`` and ``errors`` of a refusal.

    ``missing`` is what keeps the step, as it is now, from being complete.
    """

    row: StepRow
    status: RowStatus
    etag: str | None = None
    slug: str | None = None
    detail: str = ""
    errors: tuple[FieldError, ...] = ()
    missing: tuple[Finding, ...] = ()
