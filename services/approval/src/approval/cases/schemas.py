"""Cases, as the API answers with them."""

from datetime import date, datetime
from typing import Any, Literal, Self

from pydantic import BaseModel

from approval.subjects.schemas import SubjectAnswer
from contracts.events.parties import Actor, Verdict


class ActorView(BaseModel):
    """Who did something, as colleagues and the other side see it."""

    name: str
    org_name: str

    @classmethod
    def of(cls, actor: dict[str, Any] | None) -> Self | None:
        """Return the visible part of a stored actor."""
        if actor is None:
            return None
        known = Actor.model_validate(actor)
        return cls(name=known.name, org_name=known.org_name)


class Proposed(BaseModel):
    """The approval of an earlier revision that still has to be confirmed, since the content was not edited."""

    verdict: Verdict
    decided_by: ActorView | None
    decided_at: datetime | None


class EarlierChoice(BaseModel):
    """The choice for a step in the round before this one, at that revision; it holds no more."""

    revision: int
    verdict: Verdict
    reason: str | None
    fields: list[str]
    decided_by: ActorView | None
    decided_at: datetime


class StepView(BaseModel):
    """One step of a case: the choice, who made it and when, and the ETag that a new choice builds on.

    ``fields`` are the pointers into the step's data that a rejection is about. ``earlier`` is the choice of the round
    before, whether the step was edited since or not.
    """

    step: str
    title: str
    verdict: Verdict | None
    reason: str | None
    fields: list[str]
    decided_by: ActorView | None
    decided_at: datetime | None
    proposed: Proposed | None
    earlier: EarlierChoice | None
    etag: str


class LogEntry(BaseModel):
    """One act on a case.

    ``act`` is opened, reopened, moved (to another authority), not-routed, decided, withdrawn (a choice), returned,
    approved or closed. ``reason`` is why a step was decided so, why the case was closed, or why it came to
    ``authority``.
    """

    act: str
    at: datetime
    revision: int
    authority: str | None
    by: ActorView | None
    step: str | None
    verdict: Verdict | None
    reason: str | None
    fields: list[str]


class CaseItem(SubjectAnswer):
    """A case in a list. ``can_open`` is false for one that others decide or that still awaits approval there.

    ``explanation`` says in Danish why its authority is the one that decides. ``reference`` is the number of the case
    that both sides say to each other, None until the report has arrived.
    """

    id: str
    reference: str | None
    tilbud_id: str
    tilbud_name: str
    state: Literal["awaiting", "returned", "closed"]
    outcome: Literal["returned", "approved", "given-up", "ceased"] | None
    authority: str | None
    authority_name: str | None
    initial: bool
    revision: int
    submitted_at: datetime | None
    decided_at: datetime | None
    closed_at: datetime | None
    can_open: bool
    explanation: str


class OnBehalf(BaseModel):
    """The authority that sent a report for the subject, and why it was not the subject itself."""

    authority: str
    authority_name: str
    reason: str | None


class Moved(BaseModel):
    """Where a case went that the caller's authority had: to whom, when, and why."""

    authority: str
    authority_name: str
    at: datetime
    because: str | None


class CaseView(CaseItem):
    """One case; ``steps`` and ``log`` are empty where the caller cannot open it.

    Who had the case and has it no longer is told in ``moved`` where it went, with what was logged until then. Of a
    case whose subject has ceased (``ceased_on``) nothing is decided any more: it ``can_close``.

    ``ends_approval_of`` is the name of the authority of another kind whose approval ends when the case is approved: the
    tilbud is not public then until the new authority's own positive tilsyn.
    """

    ends_approval_of: str | None
    can_decide: bool
    can_close: bool
    ceased_on: date | None
    moved: Moved | None
    sent_by: ActorView | None
    on_behalf: OnBehalf | None
    decided_by: ActorView | None
    closed_by: ActorView | None
    has_receipt: bool
    steps: list[StepView]
    log: list[LogEntry]
