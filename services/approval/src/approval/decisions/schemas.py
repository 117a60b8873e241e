"""What the API takes as a choice, and what it answers."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from approval.cases.schemas import ActorView, StepView
from approval.decisions.rules import Publication, StepsToApprove
from approval.dependencies import Body
from approval.subjects.schemas import SubjectAnswer
from contracts.events.parties import Verdict
from contracts.text import BLANK_IS_NONE, up_to

Reason = Annotated[str, up_to(2_000)]
Pointer = Annotated[str, Field(max_length=200)]
MOST_FIELDS = 100


class DecisionBody(Body):
    """The choice for one step; ``reason`` is mandatory when it is rejected.

    ``fields`` are JSON pointers into the step's data as it was sent (``/packages/0/age_from``): what a rejection is
    about, none for the whole step.
    """

    verdict: Verdict
    reason: Annotated[Reason | None, BLANK_IS_NONE] = None
    fields: Annotated[list[Pointer], Field(max_length=MOST_FIELDS)] = []  # noqa: RUF012  Pydantic copies it.


class ApprovalsBody(Body):
    """Which steps to approve in one go: ``rest`` are all without a choice, ``unchanged`` those of them that the round
    before approved and nobody has edited since.
    """

    steps: StepsToApprove


class DecidedStep(StepView):
    """The answer to a choice: the step, and the case's ETag for who goes on to the outcome."""

    case_etag: str


class ApprovedTogether(BaseModel):
    """The answer to an approval of many: the steps that it approved, none where all had a choice already."""

    items: list[StepView]
    case_etag: str


class DecidedOutcomeStep(BaseModel):
    """A step in the receipt of an outcome."""

    step: str
    title: str
    verdict: Verdict
    reason: str | None
    fields: list[str]
    decided_by: ActorView | None
    decided_at: datetime | None


class OutcomeReceipt(SubjectAnswer):
    """What the officer gets after Indsend.

    ``publication`` of an approval says whether it became public, and what it waits for where it did not.
    """

    case_id: str
    tilbud_id: str
    revision: int
    outcome: Literal["approved", "returned"]
    decided_by: ActorView | None
    decided_at: datetime
    publication: Publication | None
    steps: list[DecidedOutcomeStep]
