"""What the events about a case have in common, whatever the kind of its subject."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from contracts.events.parties import Actor, StepDecision


class SubmissionEvent(Protocol):
    """An event about one revision of a submission."""

    @property
    def subject_id(self) -> str: ...
    @property
    def submission_id(self) -> str: ...
    @property
    def revision(self) -> int: ...


class Routed(SubmissionEvent, Protocol):
    """An authority has the case."""

    @property
    def authority(self) -> str: ...


class NotRouted(SubmissionEvent, Protocol):
    """Nobody can decide the case."""

    @property
    def reason(self) -> str: ...


class CaseEvent(Protocol):
    """An event about one revision of a case; a case has the id of the submission that it decides."""

    @property
    def subject_id(self) -> str: ...
    @property
    def case_id(self) -> str: ...
    @property
    def revision(self) -> int: ...
    @property
    def authority(self) -> str: ...


class Returned(CaseEvent, Protocol):
    """The case goes back to its reporter."""

    @property
    def decisions(self) -> Sequence[StepDecision]: ...
    @property
    def returned_by(self) -> Actor: ...


class Approved(CaseEvent, Protocol):
    """Every step of the case is approved."""

    @property
    def number(self) -> int: ...
    @property
    def decisions(self) -> Sequence[StepDecision]: ...
    @property
    def approved_by(self) -> Actor: ...
    @property
    def approved_at(self) -> datetime: ...


class Closed(CaseEvent, Protocol):
    """A case is closed without an outcome for its content."""

    @property
    def closed_at(self) -> datetime: ...
