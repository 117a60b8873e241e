"""The events about handovers: what is read of a request, and how it was settled."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from approval.handovers.models import Handover
from approval.kinds import KINDS
from contracts.events.base import SubjectEvent
from contracts.events.parties import Actor


class RequestedHandover(Protocol):
    """What is read of every event that asks for a handover."""

    @property
    def handover_id(self) -> str: ...
    @property
    def authority_version(self) -> int: ...
    @property
    def from_authority(self) -> str: ...
    @property
    def to_authority(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def taken_back(self) -> bool: ...
    @property
    def cases(self) -> Sequence[str]: ...
    @property
    def requested_by(self) -> Actor: ...
    @property
    def requested_at(self) -> datetime: ...


def settled_event(handover: Handover) -> SubjectEvent:
    """Return the event that tells how a handover was settled; LookupError for a kind that is never handed over."""
    event = KINDS[handover.kind].events.handover_settled
    if event is None:
        raise LookupError(f"{handover.kind} has no handovers")
    names = ("from_authority", "to_authority", "applied", "refused_because", "cases", "settled_at")
    fields = {name: getattr(handover, name) for name in names}
    return event.about(handover.subject_id, handover_id=handover.id, **fields)
