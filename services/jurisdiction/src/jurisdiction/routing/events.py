"""The events about the routing of cases, made from rows and read."""

from datetime import datetime
from typing import Protocol

from contracts.events.base import SubjectEvent
from contracts.events.parties import RoutingFacts
from jurisdiction.kinds import KINDS
from jurisdiction.routing.models import Routing


class SentSubmission(Protocol):
    """What is read of every event that tells of a submission."""

    @property
    def submission_id(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def revision(self) -> int: ...
    @property
    def sent_at(self) -> datetime: ...
    @property
    def facts(self) -> RoutingFacts: ...
    @property
    def step_keys(self) -> list[str]: ...


class ReturnedCase(Protocol):
    """What is read of every event that tells of a returned case."""

    @property
    def case_id(self) -> str: ...
    @property
    def revision(self) -> int: ...


class ApprovedCase(ReturnedCase, Protocol):
    """What is read of every event that tells of an approved case."""

    @property
    def number(self) -> int: ...
    @property
    def authority(self) -> str: ...
    @property
    def approved_at(self) -> datetime: ...
    @property
    def step_keys(self) -> list[str]: ...


def routing_event(routing: Routing) -> SubjectEvent:
    """Return the event that tells of a routing."""
    events = KINDS[routing.kind].events
    case = {
        "submission_id": routing.submission_id,
        "revision": routing.revision,
        "routed_at": routing.routed_at,
    }
    if routing.decision is None:
        return events.case_not_routed.about(routing.subject_id, **case, reason=routing.reason or "")
    return events.case_routed.about(routing.subject_id, **routing.decision | case, valid_on=routing.valid_on)
