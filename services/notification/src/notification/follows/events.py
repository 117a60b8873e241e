"""The events about follows, made from rows."""

from collections.abc import Sequence
from datetime import datetime

from contracts.events.base import SubjectEvent
from contracts.events.notification import Follower
from notification.follows.models import Follow
from notification.kinds import KINDS
from notification.subjects.models import Subject


def followers_changed(subject: Subject, follows: Sequence[Follow], at: datetime) -> SubjectEvent:
    """Return the state of everybody who follows a subject at that moment."""
    return KINDS[subject.kind].events.followers_changed.about(
        subject.id,
        version=subject.followers_version,
        followers=[Follower(sub=row.sub, organisation=row.organisation) for row in follows],
        changed_at=at,
    )
