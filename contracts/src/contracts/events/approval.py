"""Facts from ``approval``: cases, their outcomes, tilsyn and cessation."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from contracts.events.base import Event, Model, TilbudEvent, is_absent
from contracts.events.parties import Actor, Address, Person, StepContent, StepDecision, TilbudFacts

CASES = "approval.cases.v1"
TILSYN = "approval.tilsyn.v1"
DEADLINES = "approval.deadlines.v1"


class CaseEvent(TilbudEvent, frozen=True):
    """What all facts about a case say. A case has the id of the submission that it decides."""

    case_id: str
    revision: int
    number: int
    authority: str


class CaseOpened(CaseEvent, frozen=True):
    """A case awaits approval at ``authority``; for a resubmission the same case opens again.

    ``moved_from`` is the authority that had the case before, ``reported_by`` the one that sent the report on behalf.
    ``leader`` and ``contact``, who are told of either, stand there in these two cases only.
    """

    ce_type: ClassVar[str] = "dk.tilbudsportalen.approval.case-opened.v1"
    topic: ClassVar[str] = CASES

    steps: list[str]
    initial: bool
    submitted_at: datetime
    opened_at: datetime
    tilbud_name: str
    explanation: str
    moved_from: str | None = Field(default=None, exclude_if=is_absent)
    reported_by: str | None = Field(default=None, exclude_if=is_absent)
    leader: Person | None = Field(default=None, exclude_if=is_absent)
    contact: Person | None = Field(default=None, exclude_if=is_absent)


class CaseReturned(CaseEvent, frozen=True):
    """At least one step was rejected: the whole case goes back to the reporter.

    ``departments`` are the names of those that steps of the case are about, by id; releases before told none.
    """

    ce_type: ClassVar[str] = "dk.tilbudsportalen.approval.case-returned.v1"
    topic: ClassVar[str] = CASES

    decisions: list[StepDecision]
    returned_by: Actor
    returned_at: datetime
    departments: dict[str, str] = Field(default_factory=dict, exclude_if=is_absent)
    tilbud_name: str
    leader: Person
    contact: Person | None


class CaseApproved(CaseEvent, frozen=True):
    """Every step was approved: the case is closed and ``steps`` is the approved content.

    ``submitted_at`` is when the approved revision was sent: vacancies reported later than that are newer.
    ``tilbud``, ``leader`` and ``contact`` say what this case reports only where it holds the step that they come
    from (``reports``); the rest is what was approved when it was sent, which may be out of date by now.
    """

    ce_type: ClassVar[str] = "dk.tilbudsportalen.approval.case-approved.v1"
    topic: ClassVar[str] = CASES

    initial: bool
    form_version: str
    tilbud: TilbudFacts
    leader: Person
    contact: Person | None
    steps: list[StepContent]
    decisions: list[StepDecision]
    approved_by: Actor
    approved_at: datetime
    submitted_at: datetime | None = None

    def reports(self, step: str) -> bool:
        """Return whether the case holds this step: ``contact`` for name and people, ``company`` for the operator."""
        return step in self.step_keys

    @property
    def step_keys(self) -> list[str]:
        """Return the keys of the approved steps, in the order of the form."""
        return [step.key for step in self.steps]


class CaseClosed(CaseEvent, frozen=True):
    """The reporter closed the returned case; the authority does nothing more.

    ``outcome`` is ``ceased`` where it was the authority that closed a case whose tilbud has ceased; ``leader`` and
    ``contact`` stand there then.
    """

    ce_type: ClassVar[str] = "dk.tilbudsportalen.approval.case-closed.v1"
    topic: ClassVar[str] = CASES

    closed_at: datetime
    outcome: str | None = Field(default=None, exclude_if=is_absent)
    leader: Person | None = Field(default=None, exclude_if=is_absent)
    contact: Person | None = Field(default=None, exclude_if=is_absent)


class HandoverSettled(TilbudEvent, frozen=True):
    """A handover has come about, with these cases, or was refused; the reason is Danish, for people to read.

    It is settled while nothing else can happen to the tilbud: of a handover, a take-back and a decision at the same
    moment one wins, and the others are told.
    """

    ce_type: ClassVar[str] = "dk.tilbudsportalen.approval.handover-settled.v1"
    topic: ClassVar[str] = CASES

    handover_id: str
    from_authority: str
    to_authority: str
    applied: bool
    refused_because: str | None
    cases: list[str]
    settled_at: datetime


class TilsynKind(StrEnum):
    """How a tilsyn came about."""

    ANNOUNCED = "announced"
    UNANNOUNCED = "unannounced"
    APPROVAL = "approval"
    FOLLOW_UP = "follow-up"


class TilsynDecision(StrEnum):
    """What a tilsyn ends in; the first two are positive."""

    APPROVED = "approved"
    APPROVED_WITH_CONDITIONS = "approved-with-conditions"
    NOT_APPROVED = "not-approved"
    NO_DECISION = "no-decision"

    @property
    def positive(self) -> bool:
        """Return whether a tilbud with this decision may be public (R83)."""
        return self in {TilsynDecision.APPROVED, TilsynDecision.APPROVED_WITH_CONDITIONS}


class Theme(Model):
    """The assessment of one theme of the quality model; ``score`` is 1 to 5 or not given."""

    theme: str
    conclusion: str | None = None
    score: float | None = None


class Sanction(Model):
    """An order (påbud, always with a deadline) or a condition (vilkår).

    ``id`` is the supervision system's own, unique within its tilsyn; a later tilsyn names it to end the sanction.
    """

    id: str | None = Field(default=None, exclude_if=is_absent)
    text: str
    deadline: date | None = None


class Intensified(Model):
    """Intensified tilsyn (skærpet tilsyn): at most six months at a time. JSON name of ``start``: ``from``."""

    start: date = Field(alias="from")
    until: date
    reason: str | None = None


class EndedSanction(Model):
    """An order or a condition of an earlier tilsyn that ends with this one."""

    tilsyn_id: str
    id: str


class TilsynPublished(TilbudEvent, frozen=True):
    """A tilsyn was accepted and is public at once.

    ``accepted_number`` counts the accepted tilsyn of a tilbud. The latest tilsyn is the one with the highest
    ``decided_on``, on the same day the one with the highest ``accepted_number``. Its sanctions stand until their
    own end, whatever later tilsyn are silent about; ``ended`` names those of earlier tilsyn that end.
    """

    ce_type: ClassVar[str] = "dk.tilbudsportalen.approval.tilsyn-published.v1"
    topic: ClassVar[str] = TILSYN

    tilsyn_id: str
    version: int
    accepted_number: int
    authority: str
    external: bool
    kind: TilsynKind
    visited_on: date | None
    decided_on: date
    decision: TilsynDecision
    conclusion: str | None = None
    themes: list[Theme] = Field(default_factory=list)
    orders: list[Sanction] = Field(default_factory=list)
    conditions: list[Sanction] = Field(default_factory=list)
    intensified: Intensified | None = None
    ended: list[EndedSanction] = Field(default_factory=list, exclude_if=is_absent)
    accepted_at: datetime


class TilbudCeased(TilbudEvent, frozen=True):
    """The tilbud has ceased and leaves the public search at once, whatever cases are open."""

    ce_type: ClassVar[str] = "dk.tilbudsportalen.approval.tilbud-ceased.v1"
    topic: ClassVar[str] = TILSYN

    authority: str
    ceased_on: date
    reason: str | None = None
    accepted_at: datetime


class DeadlineOf(StrEnum):
    """What has a deadline that approval watches."""

    ORDER = "order"
    CONDITION = "condition"
    INTENSIFIED = "intensified"
    EMERGENCY_USE = "emergency-use"
    UNUSED_APPROVAL = "unused-approval"
    CONTROL_SAMPLE = "control-sample"


class DeadlineNoticed(TilbudEvent, frozen=True):
    """A deadline is near, or has ``passed``; each is noticed once, and again when it is moved.

    ``deadline`` is the last day. ``reference`` is the id of what has it: of a sanction its tilsyn's. Texts are read
    where they stand.
    """

    ce_type: ClassVar[str] = "dk.tilbudsportalen.approval.deadline-noticed.v1"
    topic: ClassVar[str] = DEADLINES

    authority: str
    deadline_of: DeadlineOf
    reference: str
    deadline: date
    passed: bool
    noticed_at: datetime


class ApplicationAccepted(Event, frozen=True):
    """An application was transferred from a supervision system; ``reporting`` creates the tilbud."""

    ce_type: ClassVar[str] = "dk.tilbudsportalen.approval.application-accepted.v1"
    topic: ClassVar[str] = "approval.applications.v1"

    application_id: str
    authority: str
    name: str
    primary_legal_basis: str
    legal_bases: list[str]
    address: Address
    cvr: str
    leader: Person
    contact: Person | None
    accepted_at: datetime

    @property
    def key(self) -> str:
        """Return the application's id: there is no tilbud yet."""
        return f"{self.authority}/{self.application_id}"
