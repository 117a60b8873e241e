"""The events about follows, made from rows."""

from collections.abc import Sequence
from datetime import datetime

from contracts.events import FollowersChanged
from contracts.events.notification import Follower
from notification.follows.models import Follow
from notification.subjects.models import Tilbud


def followers_changed(tilbud: Tilbud, follows: Sequence[Follow], at: datetime) -> FollowersChanged:
    """Return the state of everybody who follows a tilbud at that moment."""
    return FollowersChanged(
        tilbud_id=tilbud.id,
        version=tilbud.followers_version,
        followers=[Follower(sub=row.sub, organisation=row.organisation) for row in follows],
        changed_at=at,
    )
