"""The bodies of what is followed and what is not."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel


class FollowBody(BaseModel):
    """Something that the user follows."""

    kind: Literal["tilbud"] = "tilbud"
    id: str
    name: str | None
    followed_at: datetime


class UnfollowedBody(BaseModel):
    """A tilbud of the user's organisation that nobody in the organisation follows."""

    kind: Literal["tilbud"] = "tilbud"
    id: str
    name: str | None
