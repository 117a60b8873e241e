"""What the API takes and gives of a draft: its steps and their state."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

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
    ``corrected`` says that the answers are not those any more that were sent.
    """

    step: str
    submission_id: str
    reason: str
    fields: list[str]
    corrected: bool
    decided_by: Actor
    decided_at: datetime


class NewField(BaseModel):
    """A question that the step has since a day: its ids from the step inwards, with slashes, and its label."""

    model_config = ConfigDict(from_attributes=True)

    path: str
    label: str
    since: date


class StepView(BaseModel):
    """One whole step of the draft.

    ``data`` has the answers that apply; those that do not, since another answer changed, wait in ``set_aside``: they
    are neither checked nor sent, and apply again when that answer is changed back. A PUT without them keeps them, null
    deletes one. ``unread`` has by JSON pointer what was typed and cannot be read (no number, too long, a control
    character); it is not in ``data``, keeps the step from being complete, and is given up by the next PUT that does not
    repeat it in its place. A CPR number is never stored: null stands for what was typed, and the old answer stays.
    ``locked_by`` lists the keys that cannot be changed now, ``rejected`` those that wait for a correction,
    ``new_fields`` what is asked since the last report was sent.
    """

    step: str
    data: Data
    set_aside: Data
    unread: dict[str, str | None]
    complete: bool
    errors: list[Finding]
    warnings: list[Finding]
    blocked_by: list[str]
    locked_by: list[LockedKey]
    rejected: list[RejectedKey]
    new_fields: list[NewField]
    saved_at: datetime | None
    saved_by: Actor | None


class StepStatus(StrEnum):
    """What a step is, in one word; the first that holds."""

    LOCKED = "locked"  # All of it awaits approval.
    REJECTED = "rejected"  # It was rejected, and nothing has been corrected since.
    EMPTIED = "emptied"  # A change of another step left nothing of its answers.
    BLOCKED = "blocked"  # Other steps come first.
    COMPLETE = "complete"  # It is answered, and nothing is missing or wrong.
    EMPTY = "empty"  # It may be left empty, and is.
    WRONG = "wrong"  # An answer is wrong or cannot be read.
    INCOMPLETE = "incomplete"  # Answers are missing.
    NOT_STARTED = "not-started"


class StepState(BaseModel):
    """How far one step is, for the step indicator; ``corrected`` when all that was rejected of it is changed since.

    ``form_day`` is the day whose version of the form it has: for a step of an open case the day on which that was sent.
    ``new_fields`` counts what it asks since the last report was sent.
    """

    step: str
    title: str
    mandatory: bool
    status: StepStatus
    corrected: bool
    complete: bool
    answered: bool
    blocked_by: list[str]
    locked_by: list[LockedKey]
    drafted: bool
    form_day: date
    new_fields: int
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
    ``form_day`` is the day whose version of the form the draft has: it was begun then, and goes on when the form
    changes. Who was given single steps sees only these, and can neither start over nor, unless it ``may_send``, send.
    """

    exists: bool
    starting_over: bool
    started_at: datetime | None
    saved_at: datetime | None
    saved_by: Actor | None
    form_version: str
    form_day: date
    legal_bases: list[str]
    departments: list[str]
    steps: list[StepState]
    all_steps: bool
    may_send: bool
    replaced: ReplacedDraft | None


def findings(found: Iterable[FormFinding | FieldError]) -> list[Finding]:
    """Return what is wrong in a step as the API shows it."""
    return [Finding(pointer=each.pointer, code=str(each.code), detail=each.detail) for each in found]
