"""The events about the authority of a subject, made from rows and read."""

from datetime import datetime
from typing import Protocol

from contracts.events.base import SubjectEvent
from jurisdiction.assignments.models import Assignment
from jurisdiction.kinds import KINDS


class CreatedSubject(Protocol):
    """What is read of every event that tells of a new subject; the kind reads the rest."""

    @property
    def created_by_authority(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...


def authority_assigned(assignment: Assignment) -> SubjectEvent:
    """Return the event that tells of an assignment."""
    names = ("version", "authority", "previous", "rule", "explanation", "assigned_at", "givers")
    fields = {name: getattr(assignment, name) for name in (*names, "approving_kinds", "approving_since")}
    return KINDS[assignment.kind].events.authority_assigned.about(assignment.subject_id, **fields)
