"""What is published about tilsyn and cessations."""

from typing import Any

from approval.kinds import KINDS
from approval.subjects.models import Subject
from chassis.clock import now
from contracts.events.base import SubjectEvent
from contracts.events.external import TilbudCeasedInbound, TilsynCompleted


def published_event(subject: Subject, tilsyn: TilsynCompleted, **added: Any) -> SubjectEvent:
    """Return the event of an accepted tilsyn; ``added`` are authority, accepted_number and external."""
    content = tilsyn.model_dump(mode="json", by_alias=True)
    return _model(subject, KINDS[subject.kind].events.tilsyn_published).about(
        subject.id, **content, **added, accepted_at=now()
    )


def ceased_event(subject: Subject, ceased: TilbudCeasedInbound, *, authority: str) -> SubjectEvent:
    """Return the event of an accepted cessation."""
    return _model(subject, KINDS[subject.kind].events.ceased).about(
        subject.id, authority=authority, ceased_on=ceased.ceased_on, reason=ceased.reason, accepted_at=now()
    )


def _model(subject: Subject, model: type[SubjectEvent] | None) -> type[SubjectEvent]:
    if model is None:
        raise LookupError(f"no such event about a {subject.kind}")
    return model
