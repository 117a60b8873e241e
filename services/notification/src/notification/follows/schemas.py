"""The bodies of what is followed and what is not."""

from datetime import datetime

from pydantic import BaseModel

from notification.schemas import KindName


class FollowBody(BaseModel):
    """Something that the user follows."""

    kind: KindName
    id: str
    name: str | None
    followed_at: datetime


class UnfollowedBody(BaseModel):
    """A subject of the user's organisation that nobody in the organisation follows."""

    kind: KindName
    id: str
    name: str | None
