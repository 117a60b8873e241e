"""What the API gives of a draft: its steps, their state, and the summary."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from contracts.events.parties import Actor
from reporting.tilbud.schemas import Data, Lock


class Finding(BaseModel):
    """One thing that is wrong in a step; ``pointer`` is a JSON pointer into its data."""

    pointer: str
    code: str
    detail: str


class LockedKey(BaseModel):
    """The part of a step that awaits approval in a case."""

    step: str
    submission_id: str


class StepView(BaseModel):
    """One whole step of the draft. ``locked_by`` lists the keys that cannot be changed now."""

    step: str
    data: Data
    complete: bool
    errors: list[Finding]
    warnings: list[Finding]
    blocked_by: list[str]
    locked_by: list[LockedKey]
    saved_at: datetime | None
    saved_by: Actor | None


class StepState(BaseModel):
    """How far one step is, for the step indicator (row 37)."""

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
    """The draft of a tilbud. ``exists`` tells whether changes are saved that are not sent (row 48).

    ``starting_over`` is true for a user who chose "new" and has not saved since; this user sees the approved data.
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
    replaced: ReplacedDraft | None


class ChangeView(BaseModel):
    """One field that differs from the approved data; a person's name has neither old nor new."""

    path: str
    label: str
    old: Any = None
    new: Any = None
    personal: bool


class KeyView(BaseModel):
    """One step key of the summary: approved content beside the current one (row 53)."""

    step: str
    changed: bool
    sent: bool
    case: Lock | None
    old: Data | None
    new: Data
    changes: list[ChangeView]


class StepSummary(StepState):
    """One step of the summary with its keys."""

    errors: list[Finding]
    warnings: list[Finding]
    keys: list[KeyView]


class Summary(BaseModel):
    """The last step of the form: everything reported, and what keeps it from being sent (rows 52, 54).

    ``sends`` are the step keys that a submission would hold now; ``obstacles`` name a problem type by its slug.
    """

    can_submit: bool
    initial: bool
    sends: list[str]
    obstacles: list[str]
    blocking: list[Finding]
    steps: list[StepSummary]
