"""What the API gives of the summary."""

from typing import Any

from pydantic import BaseModel

from contracts.form import RowStatus
from reports.drafts.schemas import StepState
from reports.schemas import Data, Finding, Lock, NamedStep


class ChangedRow(BaseModel):
    """The row of a list that a field stands in. All fields of a row that came or went as a whole have the same row."""

    path: str
    label: str
    status: RowStatus


class ChangeView(BaseModel):
    """One field that differs from the approved data; a person's name has neither old nor new."""

    path: str
    label: str
    old: Any = None
    new: Any = None
    personal: bool
    row: ChangedRow | None = None


class KeyView(BaseModel):
    """One step key of the summary: approved content beside the current one."""

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


class RejectedStep(NamedStep):
    """What was rejected of a case; ``corrected`` says that its answers are not those any more that were sent."""

    reason: str
    corrected: bool


class ReturnedCase(BaseModel):
    """A case that waits for corrections: what was rejected, what sending it again would send, and what blocks that.

    ``blocking`` and ``obstacles`` are about this case alone. A step that is not ``corrected`` blocks nothing: what was
    wrong may have been put right elsewhere.
    """

    submission_id: str
    reference: str
    return_reason: str | None
    can_resubmit: bool
    sends: list[NamedStep]
    rejected: list[RejectedStep]
    obstacles: list[str]
    blocking: list[Finding]


class Summary(BaseModel):
    """The last step of the form: everything reported, and what keeps it from being sent.

    ``sends`` are the step keys that a submission would hold now; ``obstacles`` name a problem type by its slug.
    ``asks_reason`` is true for an authority, which has to say why it reports. Steps of a returned case are not among
    ``sends``: each of ``returned`` is sent again by itself.
    """

    can_submit: bool
    initial: bool
    asks_reason: bool
    sends: list[str]
    obstacles: list[str]
    blocking: list[Finding]
    returned: list[ReturnedCase]
    steps: list[StepSummary]
