"""The events about handovers: what is asked of approval, and how it settled."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from contracts.events.base import SubjectEvent
from jurisdiction.handovers.models import Handover
from jurisdiction.kinds import KINDS


class SettledHandover(Protocol):
    """What is read of every event that tells how a handover was settled."""

    @property
    def handover_id(self) -> str: ...
    @property
    def applied(self) -> bool: ...
    @property
    def refused_because(self) -> str | None: ...
    @property
    def cases(self) -> Sequence[str]: ...
    @property
    def settled_at(self) -> datetime: ...


def requested_event(handover: Handover) -> SubjectEvent:
    """Return the event that asks approval to move the cases; LookupError for a kind that is never handed over."""
    event = KINDS[handover.kind].events.handover_requested
    if event is None:
        raise LookupError(f"{handover.kind} has no handovers")
    names = (
        "authority_version", "from_authority", "to_authority", "reason", "taken_back", "cases", "requested_by",
        "requested_at",
    )  # fmt: skip
    fields = {name: getattr(handover, name) for name in names}
    return event.about(handover.subject_id, handover_id=handover.id, **fields)
