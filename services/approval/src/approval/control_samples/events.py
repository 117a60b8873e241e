"""What is published about control samples."""

from approval.control_samples.models import ControlSample
from approval.kinds import KINDS
from approval.subjects.models import Subject
from contracts.events.base import SubjectEvent
from contracts.events.samples import SampleAct


def changed_event(subject: Subject, row: ControlSample, act: SampleAct) -> SubjectEvent | None:
    """Return the state of a sample after an act; None for a kind of subject that has no such fact."""
    model = KINDS[row.kind].events.sample_changed
    if model is None:
        return None
    return model.about(
        row.subject_id,
        sample_id=row.id,
        number=row.number,
        version=row.version,
        authority=subject.authority,
        state=row.state,
        act=act,
        steps=row.steps,
        deadline=row.deadline,
        marking=row.marking,
        outcome=row.outcome,
        changed_at=row.changed_at,
    )
