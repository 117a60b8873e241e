"""Cases, as the API answers with them."""

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel

from approval.subjects.schemas import SubjectAnswer
from contracts.events.parties import Verdict


class ActorView(BaseModel):
    """Who did something, as colleagues and the other side see it."""

    name: str
    org_name: str

    @classmethod
    def of(cls, actor: dict[str, Any] | None) -> Self | None:
        """Return the visible part of a stored actor."""
        return cls(name=actor["name"], org_name=actor["org_name"]) if actor else None


class Proposed(BaseModel):
    """The approval of an earlier revision that still has to be confirmed, since the content was not edited."""

    verdict: Verdict
    decided_by: ActorView | None
    decided_at: datetime | None


class StepView(BaseModel):
    """One step of a case: the choice, who made it and when, and the ETag that a new choice builds on."""

    step: str
    title: str
    verdict: Verdict | None
    reason: str | None
    decided_by: ActorView | None
    decided_at: datetime | None
    proposed: Proposed | None
    etag: str


class LogEntry(BaseModel):
    """One act on a case.

    ``act`` is opened, reopened, moved (to another authority), not-routed, decided, returned, approved or closed.
    """

    act: str
    at: datetime
    revision: int
    authority: str | None
    by: ActorView | None
    step: str | None
    verdict: Verdict | None
    reason: str | None


class CaseItem(SubjectAnswer):
    """A case in a list. ``can_open`` is false for one that others decide or that still awaits approval there."""

    id: str
    tilbud_id: str
    tilbud_name: str
    state: Literal["awaiting", "returned", "closed"]
    outcome: Literal["returned", "approved", "given-up"] | None
    authority: str | None
    authority_name: str | None
    initial: bool
    revision: int
    submitted_at: datetime | None
    decided_at: datetime | None
    closed_at: datetime | None
    can_open: bool
    explanation: str


class CaseView(CaseItem):
    """One case; ``steps`` and ``log`` are empty where the caller cannot open it.

    ``ends_approval_of`` is the name of the authority of another kind whose approval ends when the case is approved: the
    tilbud is not public then until the new authority's own positive tilsyn.
    """

    ends_approval_of: str | None
    can_decide: bool
    decided_by: ActorView | None
    steps: list[StepView]
    log: list[LogEntry]
