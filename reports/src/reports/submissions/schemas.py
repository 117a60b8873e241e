"""What the API gives of submissions."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel

from contracts.events.parties import Actor
from contracts.text import BLANK_IS_NONE, up_to
from reports.schemas import AuthorityName, Body, NamedStep, Sender


class SubmissionBody(Body):
    """What goes with a report: an authority that sends it says why those that it is about do not."""

    reason: Annotated[Annotated[str, up_to(2_000)] | None, BLANK_IS_NONE] = None


class Sent(BaseModel):
    """The receipt for a submission; ``reference`` is the number of the case that people say to each other."""

    id: str
    reference: str
    steps: list[str]
    revision: int
    state: Literal["awaiting", "closed"]


class DecisionView(BaseModel):
    """The authority's latest decision about one step key.

    ``fields`` are JSON pointers into its data as it was sent: what a rejection is about, none for the whole step.
    """

    step: str
    verdict: Literal["approve", "reject"]
    reason: str | None
    fields: list[str]
    decided_by: Actor
    decided_at: datetime


class SubmissionView(BaseModel):
    """One submission. ``return_reason`` is set when no authority could be found for it.

    ``reference`` is its number in the form that people say to each other; ``named_steps`` are ``steps`` with titles.
    """

    id: str
    number: int
    reference: str
    state: Literal["awaiting", "returned", "approved", "closed"]
    revision: int
    initial: bool
    steps: list[str]
    named_steps: list[NamedStep]
    sent_at: datetime
    sent_by: Sender
    authority: AuthorityName | None
    return_reason: str | None
    settled_at: datetime | None
    decisions: list[DecisionView]
