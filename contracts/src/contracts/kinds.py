"""The kinds of subject that are reported on, and what every service must know of each: one entry per kind.

What only one service must know stands in that service's own ``kinds.py``: a ``KindEntry`` per kind, in a registry of
the same shape.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import ClassVar, Generic, Protocol, TypeVar

from contracts.access import Privilege
from contracts.events import (
    AuthorityAssigned,
    CaseApproved,
    CaseClosed,
    CaseNotRouted,
    CaseOpened,
    CaseReturned,
    CaseRouted,
    ControlSampleChanged,
    DeadlineNoticed,
    DutiesNoticed,
    FollowersChanged,
    HandoverRequested,
    HandoverSettled,
    SubmissionClosed,
    SubmissionSent,
    TilbudCeased,
    TilbudCreated,
    TilsynPublished,
)
from contracts.events.base import SubjectEvent
from contracts.reference import LegalBasis

Entry = TypeVar("Entry")


class Registry(Generic[Entry]):
    """One entry for each kind of subject, by the id of the kind."""

    def __init__(self, **entries: Entry) -> None:
        self._entries = entries

    def register(self, kind_id: str, entry: Entry) -> None:
        """Add the entry of a kind; ValueError when the kind has one."""
        if kind_id in self._entries:
            raise ValueError(f"the kind {kind_id} is registered already")
        self._entries[kind_id] = entry

    def unregister(self, kind_id: str) -> None:
        """Remove the entry of a kind; KeyError when it has none."""
        del self._entries[kind_id]

    def find(self, kind_id: str) -> Entry | None:
        """Return the entry of a kind; None when it has none."""
        return self._entries.get(kind_id)

    def __getitem__(self, kind_id: str) -> Entry:
        return self._entries[kind_id]

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries.values()))

    def __contains__(self, kind_id: object) -> bool:
        return kind_id in self._entries

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids of the kinds, in the order in which they were registered."""
        return tuple(self._entries)


@dataclass(frozen=True)
class Noun:
    """What people call a subject of a kind in Danish, in lower case."""

    singular: str
    definite: str
    plural: str


@dataclass(frozen=True)
class Privileges:
    """What one needs to create subjects of a kind, to report on them, and to decide about their reports."""

    create: Privilege
    report: Privilege
    approve: Privilege


@dataclass(frozen=True)
class SubjectEvents:
    """The event of each fact that is published about subjects of a kind; None where the kind has no such fact."""

    created: type[SubjectEvent]
    submission_sent: type[SubjectEvent]
    submission_closed: type[SubjectEvent]
    case_routed: type[SubjectEvent]
    case_not_routed: type[SubjectEvent]
    authority_assigned: type[SubjectEvent]
    case_opened: type[SubjectEvent]
    case_returned: type[SubjectEvent]
    case_approved: type[SubjectEvent]
    case_closed: type[SubjectEvent]
    followers_changed: type[SubjectEvent]
    tilsyn_published: type[SubjectEvent] | None = None
    ceased: type[SubjectEvent] | None = None
    handover_requested: type[SubjectEvent] | None = None
    handover_settled: type[SubjectEvent] | None = None
    deadline_noticed: type[SubjectEvent] | None = None
    duties_noticed: type[SubjectEvent] | None = None
    sample_changed: type[SubjectEvent] | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of subject.

    ``form_folder`` has one file per step; ``covers`` tells which legal bases belong to it. ``identity_step`` is the
    step that says what a subject is called, None for a kind whose events say it to nobody.
    """

    id: str
    noun: Noun
    privileges: Privileges
    events: SubjectEvents
    form_folder: Traversable
    covers: Callable[[LegalBasis], bool]
    identity_step: str | None = None

    @property
    def id_field(self) -> str:
        """Return the name under which the id of a subject of this kind stands on the wire."""
        return self.events.created.id_field


TILBUD = Kind(
    id="tilbud",
    noun=Noun("tilbud", "tilbuddet", "tilbud"),
    privileges=Privileges(
        create=Privilege.CREATE_TILBUD, report=Privilege.REPORT_TILBUD, approve=Privilege.APPROVE_TILBUD
    ),
    events=SubjectEvents(
        created=TilbudCreated,
        submission_sent=SubmissionSent,
        submission_closed=SubmissionClosed,
        case_routed=CaseRouted,
        case_not_routed=CaseNotRouted,
        authority_assigned=AuthorityAssigned,
        case_opened=CaseOpened,
        case_returned=CaseReturned,
        case_approved=CaseApproved,
        case_closed=CaseClosed,
        followers_changed=FollowersChanged,
        tilsyn_published=TilsynPublished,
        ceased=TilbudCeased,
        handover_requested=HandoverRequested,
        handover_settled=HandoverSettled,
        deadline_noticed=DeadlineNoticed,
        duties_noticed=DutiesNoticed,
        sample_changed=ControlSampleChanged,
    ),
    form_folder=files("contracts").joinpath("form", "steps", "tilbud"),
    covers=lambda basis: not basis.is_plejefamilie,
    identity_step="contact",
)

KINDS: Registry[Kind] = Registry(tilbud=TILBUD)


def kind_of(basis: LegalBasis) -> Kind | None:
    """Return the kind that a legal basis belongs to; None while its kind is not registered.

    Of two that cover it the one that was registered last: so a test can borrow the legal bases of another kind.
    """
    return next((kind for kind in reversed(tuple(KINDS)) if kind.covers(basis)), None)


class Report(Protocol):
    """What is asked of a report, or of a case about one: the keys of its steps."""

    @property
    def step_keys(self) -> list[str]: ...


@dataclass(frozen=True)
class KindEntry:
    """What one service knows of a kind of subject; what all of them know is read from the entry in ``KINDS``.

    ``service`` is the name of that service. ``groups`` has the consumer groups with names of their own, by stream.
    """

    service: ClassVar[str]

    id: str
    groups: Mapping[str, str] = field(default_factory=dict, kw_only=True)

    @property
    def events(self) -> SubjectEvents:
        """Return the events about subjects of this kind."""
        return KINDS[self.id].events

    @property
    def id_field(self) -> str:
        """Return the name of a subject's id on the wire."""
        return KINDS[self.id].id_field

    @property
    def noun(self) -> Noun:
        """Return what people call a subject of this kind."""
        return KINDS[self.id].noun

    @property
    def privileges(self) -> Privileges:
        """Return what one needs to create subjects of this kind, to report on them, and to decide about reports."""
        return KINDS[self.id].privileges

    def covers(self, basis: LegalBasis) -> bool:
        """Return whether subjects with this legal basis are of this kind."""
        return KINDS[self.id].covers(basis)

    def says_identity(self, report: Report) -> bool:
        """Return whether a report, or its case, says what its subject is called.

        One without that step repeats the name that was approved when it was sent.
        """
        return KINDS[self.id].identity_step in report.step_keys

    def group(self, stream: str) -> str:
        """Return the name of the consumer group of a stream of events about this kind."""
        return self.groups.get(stream, f"{self.service}.{stream}.{self.id}")
