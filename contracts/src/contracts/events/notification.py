"""Facts from ``notification``: who follows what."""

from datetime import datetime
from typing import ClassVar

from contracts.events.base import Model, TilbudEvent


class Follower(Model):
    """One user who follows; ``organisation`` is the side that the user is counted on."""

    sub: str
    organisation: str


class FollowersChanged(TilbudEvent, frozen=True):
    """State: everybody who follows a tilbud now. ``version`` rises by one at each change."""

    ce_type: ClassVar[str] = "dk.tilbudsportalen.notification.followers-changed.v1"
    topic: ClassVar[str] = "notification.follows.v1"

    version: int
    followers: list[Follower]
    changed_at: datetime
