"""What the API takes and gives of a draft: its steps and their state."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from chassis.errors import FieldError
from contracts.events.parties import Actor
from contracts.form import Finding as FormFinding
from reports.schemas import Body, Data, Finding


class StartDraft(Body):
    """Go on with the draft, or start over from the approved data; the first save replaces the draft."""

    start: Literal["continue", "new"]


class LockedKey(BaseModel):
    """The part of a step that awaits approval in a case."""

    step: str
    submission_id: str


class RejectedKey(BaseModel):
    """What was rejected of a step in a case that was returned.

    ``fields`` are JSON pointers into the step's data as it is in the draft: rows that were moved since are followed.
    """

    step: str
    submission_id: str
    reason: str
    fields: list[str]
    decided_by: Actor
    decided_at: datetime


class StepView(BaseModel):
    """One whole step of the draft.

    ``locked_by`` lists the keys that cannot be changed now, ``rejected`` those that wait for a correction.
    """

    step: str
    data: Data
    complete: bool
    errors: list[Finding]
    warnings: list[Finding]
    blocked_by: list[str]
    locked_by: list[LockedKey]
    rejected: list[RejectedKey]
    saved_at: datetime | None
    saved_by: Actor | None


class StepState(BaseModel):
    """How far one step is, for the step indicator."""

    step: str
    title: str
    mandatory: bool
    complete: bool
    answered: bool
    blocked_by: list[str]
    locked_by: list[LockedKey]
    drafted: bool
    etag: str
    saved_at: datetime | None
    saved_by: Actor | None


class ReplacedDraft(BaseModel):
    """The draft that was replaced last and can be brought back until then."""

    replaced_at: datetime
    restorable_until: datetime


class DraftView(BaseModel):
    """The draft of a report. ``exists`` tells whether changes are saved that are not sent.

    ``starting_over`` is true for a user who chose "new" and has not saved since; this user sees the approved data.
    Who was given single steps sees only these, and can neither start over nor, unless it ``may_send``, send.
    """

    exists: bool
    starting_over: bool
    started_at: datetime | None
    saved_at: datetime | None
    saved_by: Actor | None
    form_version: str
    legal_bases: list[str]
    departments: list[str]
    steps: list[StepState]
    all_steps: bool
    may_send: bool
    replaced: ReplacedDraft | None


def findings(found: Iterable[FormFinding | FieldError]) -> list[Finding]:
    """Return what is wrong in a step as the API shows it."""
    return [Finding(pointer=each.pointer, code=str(each.code), detail=each.detail) for each in found]
