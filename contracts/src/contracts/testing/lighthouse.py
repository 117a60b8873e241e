"""An artificial kind of subject that only tests register: it shows that what is written for any kind works for any.

Its events carry no content and no people, only ids, step keys and facts for routing; ``dataref`` says where the
content would be fetched.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from importlib.resources import files
from typing import ClassVar

from contracts.access import Privilege
from contracts.events import EVENTS
from contracts.events.base import SubjectEvent
from contracts.events.jurisdiction import ConsideredRule
from contracts.events.notification import Follower
from contracts.events.parties import Actor, RoutingFacts, StepDecision
from contracts.kinds import KINDS, Kind, Noun, Privileges, SubjectEvents
from contracts.topics import TOPICS, Topic

REPORTS = "lighthouses.fyrtaarn.v1"
ROUTINGS = "jurisdiction.fyrtaarn-cases.v1"
ASSIGNMENTS = "jurisdiction.fyrtaarn.v1"
CASES = "approval.fyrtaarn-cases.v1"
FOLLOWS = "notification.fyrtaarn-follows.v1"


class LighthouseEvent(SubjectEvent, frozen=True):
    """An event about one lighthouse."""

    subject_kind: ClassVar[str] = "fyrtaarn"
    id_field: ClassVar[str] = "fyrtaarn_id"

    fyrtaarn_id: str


class LighthouseCreated(LighthouseEvent, frozen=True):
    """An authority has created a lighthouse."""

    ce_type: ClassVar[str] = "dk.tilbudsportalen.lighthouses.fyrtaarn-created.v1"
    topic: ClassVar[str] = REPORTS

    municipality: str
    legal_basis: str
    created_by_authority: str
    created_by: Actor | None
    created_at: datetime


class LighthouseSubmissionSent(LighthouseEvent, frozen=True):
    """A report on a lighthouse was sent for approval; its content is fetched from ``dataref``."""

    ce_type: ClassVar[str] = "dk.tilbudsportalen.lighthouses.submission-sent.v1"
    topic: ClassVar[str] = REPORTS

    submission_id: str
    number: int
    revision: int
    initial: bool
    form_version: str
    sent_at: datetime
    sent_by: Actor
    facts: RoutingFacts
    step_keys: list[str]
    dataref: str


class LighthouseSubmissionClosed(LighthouseEvent, frozen=True):
    """The reporter gave up a returned case."""

    ce_type: ClassVar[str] = "dk.tilbudsportalen.lighthouses.submission-closed.v1"
    topic: ClassVar[str] = REPORTS

    submission_id: str
    revision: int
    closed_at: datetime
    closed_by: Actor


class LighthouseCaseRouted(LighthouseEvent, frozen=True):
    """One revision of a submission has an authority."""

    ce_type: ClassVar[str] = "dk.tilbudsportalen.jurisdiction.fyrtaarn-case-routed.v1"
    topic: ClassVar[str] = ROUTINGS

    submission_id: str
    revision: int
    authority: str
    rule: str
    legal_source: str
    confidence: str
    explanation: str
    considered: list[ConsideredRule]
    reference_version: str
    valid_on: date
    routed_at: datetime


class LighthouseCaseNotRouted(LighthouseEvent, frozen=True):
    """No rule names an authority for this revision."""

    ce_type: ClassVar[str] = "dk.tilbudsportalen.jurisdiction.fyrtaarn-case-not-routed.v1"
    topic: ClassVar[str] = ROUTINGS

    submission_id: str
    revision: int
    reason: str
    routed_at: datetime


class LighthouseAuthorityAssigned(LighthouseEvent, frozen=True):
    """State: the authority of a lighthouse now, and why."""

    ce_type: ClassVar[str] = "dk.tilbudsportalen.jurisdiction.fyrtaarn-authority-assigned.v1"
    topic: ClassVar[str] = ASSIGNMENTS

    version: int
    authority: str
    previous: str | None
    rule: str
    explanation: str
    assigned_at: datetime


class LighthouseCaseEvent(LighthouseEvent, frozen=True):
    """What all facts about a case say. A case has the id of the submission that it decides."""

    case_id: str
    revision: int
    number: int
    authority: str


class LighthouseCaseOpened(LighthouseCaseEvent, frozen=True):
    """A case awaits approval; ``steps`` are step keys."""

    ce_type: ClassVar[str] = "dk.tilbudsportalen.approval.fyrtaarn-case-opened.v1"
    topic: ClassVar[str] = CASES

    steps: list[str]
    initial: bool
    submitted_at: datetime
    opened_at: datetime
    explanation: str


class LighthouseCaseReturned(LighthouseCaseEvent, frozen=True):
    """At least one step was rejected."""

    ce_type: ClassVar[str] = "dk.tilbudsportalen.approval.fyrtaarn-case-returned.v1"
    topic: ClassVar[str] = CASES

    decisions: list[StepDecision]
    returned_by: Actor
    returned_at: datetime


class LighthouseCaseApproved(LighthouseCaseEvent, frozen=True):
    """Every step was approved."""

    ce_type: ClassVar[str] = "dk.tilbudsportalen.approval.fyrtaarn-case-approved.v1"
    topic: ClassVar[str] = CASES

    initial: bool
    form_version: str
    step_keys: list[str]
    decisions: list[StepDecision]
    approved_by: Actor
    approved_at: datetime
    submitted_at: datetime | None = None


class LighthouseCaseClosed(LighthouseCaseEvent, frozen=True):
    """The reporter closed the returned case."""

    ce_type: ClassVar[str] = "dk.tilbudsportalen.approval.fyrtaarn-case-closed.v1"
    topic: ClassVar[str] = CASES

    closed_at: datetime


class LighthouseFollowersChanged(LighthouseEvent, frozen=True):
    """State: everybody who follows a lighthouse now."""

    ce_type: ClassVar[str] = "dk.tilbudsportalen.notification.fyrtaarn-followers-changed.v1"
    topic: ClassVar[str] = FOLLOWS

    version: int
    followers: list[Follower]
    changed_at: datetime


LIGHTHOUSE = Kind(
    id=LighthouseEvent.subject_kind,
    noun=Noun("fyrtårn", "fyrtårnet", "fyrtårne"),
    privileges=Privileges(
        create=Privilege.CREATE_PLEJEFAMILIE,
        report=Privilege.REPORT_PLEJEFAMILIE,
        approve=Privilege.APPROVE_PLEJEFAMILIE,
    ),
    events=SubjectEvents(
        created=LighthouseCreated,
        submission_sent=LighthouseSubmissionSent,
        submission_closed=LighthouseSubmissionClosed,
        case_routed=LighthouseCaseRouted,
        case_not_routed=LighthouseCaseNotRouted,
        authority_assigned=LighthouseAuthorityAssigned,
        case_opened=LighthouseCaseOpened,
        case_returned=LighthouseCaseReturned,
        case_approved=LighthouseCaseApproved,
        case_closed=LighthouseCaseClosed,
        followers_changed=LighthouseFollowersChanged,
    ),
    form_folder=files("contracts.testing").joinpath("steps", "fyrtaarn"),
    covers=lambda basis: basis.is_plejefamilie,
)

LIGHTHOUSE_EVENTS: tuple[type[LighthouseEvent], ...] = (
    LighthouseCreated,
    LighthouseSubmissionSent,
    LighthouseSubmissionClosed,
    LighthouseCaseRouted,
    LighthouseCaseNotRouted,
    LighthouseAuthorityAssigned,
    LighthouseCaseOpened,
    LighthouseCaseReturned,
    LighthouseCaseApproved,
    LighthouseCaseClosed,
    LighthouseFollowersChanged,
)

_ID = LighthouseEvent.id_field
LIGHTHOUSE_TOPICS = (
    Topic(
        REPORTS,
        "Lighthouses created, submissions sent and closed.",
        _ID,
        ("lighthouses",),
        ("jurisdiction", "approval", "notification", "portal"),
    ),
    Topic(
        ROUTINGS,
        "The authority of each revision of a submission, and why.",
        _ID,
        ("jurisdiction",),
        ("lighthouses", "approval", "portal"),
    ),
    Topic(
        ASSIGNMENTS,
        "State: the authority of each lighthouse now.",
        _ID,
        ("jurisdiction",),
        ("lighthouses", "approval", "notification", "portal"),
        cleanup="compact",
    ),
    Topic(
        CASES,
        "Cases opened, returned, approved and closed.",
        _ID,
        ("approval",),
        ("lighthouses", "jurisdiction", "notification", "portal"),
    ),
    Topic(FOLLOWS, "State: who follows each lighthouse.", _ID, ("notification",), ("portal",), cleanup="compact"),
)


@contextmanager
def registered() -> Iterator[Kind]:
    """Have the lighthouse among ``KINDS``, its events among ``EVENTS`` and its topics among ``TOPICS`` for a while.

    ValueError when it is registered already.
    """
    KINDS.register(LIGHTHOUSE.id, LIGHTHOUSE)
    EVENTS.extend(LIGHTHOUSE_EVENTS)
    TOPICS.extend(LIGHTHOUSE_TOPICS)
    try:
        yield LIGHTHOUSE
    finally:
        for topic in LIGHTHOUSE_TOPICS:
            TOPICS.remove(topic)
        for event in LIGHTHOUSE_EVENTS:
            EVENTS.remove(event)
        KINDS.unregister(LIGHTHOUSE.id)
