"""Facts from ``approval`` about control samples: the national operator's checks of what tilbud report (L3)."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from contracts.events.base import Model, TilbudEvent

SAMPLES = "approval.samples.v1"


class SampleState(StrEnum):
    """What a sample has come to: what the tilbud is asked for, that it is marked on the portal, or that it is over."""

    DOCUMENTATION = "documentation"
    CORRECTION = "correction"
    ORDER = "order"
    HEARING = "hearing"
    MARKED = "marked"
    CLOSED = "closed"


class SampleAct(StrEnum):
    """One act in a sample: of the national operator, or the answer of the tilbud.

    ``hearing`` lets the tilbud comment before it is marked; ``refusal`` leaves the marking as it was asked to be
    removed.
    """

    DOCUMENTATION = "documentation"
    CORRECTION = "correction"
    ORDER = "order"
    HEARING = "hearing"
    MARKING = "marking"
    REFUSAL = "refusal"
    CLOSURE = "closure"
    ANSWER = "answer"


class SampleOutcome(StrEnum):
    """Why a sample is over; ``dropped`` is for one that is given up for another reason, which is told."""

    DOCUMENTED = "documented"
    CORRECTED = "corrected"
    REMOVED = "removed"
    DROPPED = "dropped"


class Marking(Model):
    """What the public sees of a tilbud whose data was not corrected: since which day, and why."""

    since: date
    reason: str


class ControlSampleChanged(TilbudEvent, frozen=True):
    """The state of a control sample after an ``act``; the newest one of a tilbud says whether it is marked.

    ``number`` counts the samples of the tilbud and ``version`` the acts in one. ``authority`` supervises the tilbud,
    None where nobody does. ``steps`` are the steps of the form that it is about. ``deadline`` is the last day that the
    tilbud has, None when nothing is asked of it. ``outcome`` is that of a sample that is over. Texts are read where
    they stand, but for the marking's.
    """

    ce_type: ClassVar[str] = "dk.tilbudsportalen.approval.control-sample-changed.v1"
    topic: ClassVar[str] = SAMPLES

    sample_id: str
    number: int
    version: int
    authority: str | None
    state: SampleState
    act: SampleAct
    steps: list[str]
    deadline: date | None
    marking: Marking | None
    outcome: SampleOutcome | None
    changed_at: datetime
