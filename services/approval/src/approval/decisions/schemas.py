"""What the API takes as a choice, and what it answers."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel

from approval.cases.schemas import ActorView, StepView
from approval.decisions.rules import Publication
from approval.dependencies import Body
from approval.subjects.schemas import SubjectAnswer
from contracts.events.parties import Verdict
from contracts.text import BLANK_IS_NONE, up_to

Reason = Annotated[str, up_to(2_000)]


class DecisionBody(Body):
    """The choice for one step; ``reason`` is mandatory when it is rejected."""

    verdict: Verdict
    reason: Annotated[Reason | None, BLANK_IS_NONE] = None


class DecidedStep(StepView):
    """The answer to a choice: the step, and the case's ETag for who goes on to the outcome."""

    case_etag: str


class DecidedOutcomeStep(BaseModel):
    """A step in the receipt of an outcome."""

    step: str
    title: str
    verdict: Verdict
    reason: str | None
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
