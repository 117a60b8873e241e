"""The work list, and approving many cases together, as the API takes and answers it."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from approval.cases.schemas import ActorView, CaseItem
from approval.dependencies import Body
from approval.subjects.schemas import SubjectAnswer

MOST_TOGETHER = 50


class RiskReason(BaseModel):
    """Why a case is of high risk: an id of the vocabulary ``case-risks``, with its Danish label."""

    id: str
    label: str


class LastChoice(BaseModel):
    """Who works on a case: who chose for one of its steps last, and when."""

    by: ActorView
    at: datetime


class SanctionDeadline(BaseModel):
    """A sanction in force on the subject; ``until`` is the last day of an intensified tilsyn."""

    kind: Literal["order", "condition", "intensified"]
    id: str | None
    deadline: date | None
    until: date | None
    overdue: bool


class WorkItem(CaseItem):
    """An open case in the work list.

    ``age_days`` counts Danish days since the report was sent. ``risk`` is null until the case is assessed, a moment
    after it is opened, and for a case that another authority decides: of that, nothing else is told either.
    ``changed`` are the Danish labels of the changed fields, empty for a first report. A ``trivial`` case can be
    approved together with others; ``etag`` is what that builds on.
    """

    age_days: int
    can_decide: bool
    risk: Literal["high", "ordinary", "trivial"] | None
    risk_reasons: list[RiskReason]
    changed: list[str]
    trivial: bool
    steps_total: int | None
    steps_left: int | None
    last_choice: LastChoice | None
    sanctions: list[SanctionDeadline]
    etag: str | None


class CaseSeen(Body):
    """A case as it stood in the list: ``etag`` is the one that the list gave."""

    id: Annotated[str, Field(min_length=1, max_length=200)]
    etag: Annotated[str, Field(min_length=1, max_length=200)]


class JointApproval(Body):
    """The cases to approve together."""

    cases: Annotated[list[CaseSeen], Field(min_length=1, max_length=MOST_TOGETHER)]


class Refusal(BaseModel):
    """Why one of the cases was not approved, in the shape of RFC 9457."""

    type: str
    title: str
    detail: str


class JointOutcome(SubjectAnswer):
    """What became of one of the cases. The subject is null for a case that the caller does not decide."""

    case_id: str
    tilbud_id: str | None
    tilbud_name: str | None
    outcome: Literal["approved", "refused"]
    problem: Refusal | None


class JointOutcomes(BaseModel):
    """One outcome for each case, in the order in which they were sent."""

    items: list[JointOutcome]
