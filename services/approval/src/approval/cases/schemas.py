"""What the API takes and answers."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chassis.pagination import Page
from contracts.events.approval import Sanction, TilsynDecision, TilsynKind
from contracts.events.external import FreeText, InboundIntensified, InboundTheme, OpaqueId
from contracts.events.parties import Verdict


class Body(BaseModel):
    """A request body: exactly these fields."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class DecisionBody(Body):
    """The choice for one step; ``reason`` is mandatory when it is rejected."""

    verdict: Verdict
    reason: Annotated[str, StringConstraints(max_length=2_000)] | None = None


class TilsynBody(Body):
    """A tilsyn that a kommune or a region publishes (rows 91-93); the themes are voluntary.

    ``decision`` is the answer to whether the reported data is approved for publication: approved or not-approved.
    Without ``decided_on`` it is today's.
    """

    tilbud_id: OpaqueId
    kind: TilsynKind = TilsynKind.ANNOUNCED
    visited_on: date | None = None
    decided_on: date | None = None
    decision: TilsynDecision
    conclusion: FreeText | None = None
    themes: Annotated[list[InboundTheme], Field(max_length=20)] = Field(default_factory=list)


class By(BaseModel):
    """Who did something, as colleagues and the other side see it (row 71)."""

    name: str
    org_name: str

    @classmethod
    def of(cls, actor: dict[str, Any] | None) -> Self | None:
        """Return the visible part of a stored actor."""
        return cls(name=actor["name"], org_name=actor["org_name"]) if actor else None


class Proposed(BaseModel):
    """The approval of an earlier revision that still has to be confirmed, since the content was not edited."""

    verdict: Verdict
    decided_by: By | None
    decided_at: datetime | None


class StepView(BaseModel):
    """One step of a case: the choice, who made it and when, and the ETag that a new choice builds on."""

    step: str
    title: str
    verdict: Verdict | None
    reason: str | None
    decided_by: By | None
    decided_at: datetime | None
    proposed: Proposed | None
    etag: str


class DecidedStep(StepView):
    """The answer to a choice: the step, and the case's ETag for who goes on to the outcome."""

    case_etag: str


class LogEntry(BaseModel):
    """One act on a case.

    ``act`` is opened, reopened, moved (to another authority), not-routed, decided, returned, approved or closed.
    """

    act: str
    at: datetime
    revision: int
    authority: str | None
    by: By | None
    step: str | None
    verdict: Verdict | None
    reason: str | None


class CaseItem(BaseModel):
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


class CaseView(CaseItem):
    """One case; ``steps`` and ``log`` are empty where the caller cannot open it."""

    explanation: str
    can_decide: bool
    decided_by: By | None
    steps: list[StepView]
    log: list[LogEntry]


class FieldChange(BaseModel):
    """One changed field: a pointer into the step's data, the Danish way to it, old beside new."""

    path: str
    label: str
    old: Any
    new: Any


class Department(BaseModel):
    """The department that a section is about."""

    id: str
    name: str


class Section(BaseModel):
    """One step of a case, or one department's part of it: approved data beside reported data."""

    step: str
    title: str
    department: Department | None
    changed: bool
    changes: list[FieldChange]
    old: dict[str, Any] | None
    new: dict[str, Any]


class Overview(BaseModel):
    """The change overview of a case; on a first approval ``old`` is null everywhere (rows 67-69)."""

    case_id: str
    tilbud_id: str
    revision: int
    initial: bool
    sections: list[Section]


class ReceiptStep(BaseModel):
    """A step in the receipt of an outcome."""

    step: str
    title: str
    verdict: Verdict
    reason: str | None
    decided_by: By | None
    decided_at: datetime | None


class OutcomeReceipt(BaseModel):
    """What the officer gets after Indsend (row 81)."""

    case_id: str
    tilbud_id: str
    revision: int
    outcome: Literal["approved", "returned"]
    decided_by: By | None
    decided_at: datetime
    steps: list[ReceiptStep]


class TilsynTheme(BaseModel):
    """The assessment of one theme of the quality model."""

    theme: str
    conclusion: str | None
    score: float | None


class TilsynView(BaseModel):
    """One completed tilsyn. One that was transferred from an external system is read-only (row 96)."""

    id: str
    tilbud_id: str
    authority: str
    authority_name: str
    external: bool
    version: int
    accepted_number: int
    latest: bool
    kind: TilsynKind
    visited_on: date | None
    decided_on: date
    decision: TilsynDecision
    conclusion: str | None
    themes: list[TilsynTheme]
    orders: list[Sanction]
    conditions: list[Sanction]
    intensified: InboundIntensified | None
    accepted_at: datetime


class TilsynPage(Page[TilsynView]):
    """The tilsyn of a tilbud, newest first, with the tilsynsstatus that follows from them (B.7)."""

    status: str
    ceased_on: date | None


class Accepted(BaseModel):
    """Where the receipt of an inbound event is found."""

    receipt: str


class ReceiptError(BaseModel):
    """One thing that is wrong with an event."""

    pointer: str
    detail: str


class ReceiptProblem(BaseModel):
    """Why an event was refused."""

    type: str
    title: str
    detail: str
    errors: list[ReceiptError]


class RecordPlace(BaseModel):
    """The Kafka record that could not be read."""

    topic: str
    partition: int
    offset: int


class ReceiptView(BaseModel):
    """The one receipt of an inbound event; ``accepted`` is null while the event waits for its tilbud."""

    event_id: str | None
    event_source: str | None
    accepted: bool | None
    problem: ReceiptProblem | None
    tilbud_id: str | None
    record: RecordPlace | None
