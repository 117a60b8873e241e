"""What the routes of the feed answer."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field


class FeedItem(BaseModel):
    """One entry of the feed: a CloudEvent of the HTTP Feeds shape. ``id`` is its number."""

    specversion: Literal["1.0"]
    id: str
    type: str
    source: str
    subject: str
    time: datetime
    datacontenttype: str
    method: Literal["PUT", "DELETE"]
    data: dict[str, Any] = Field(description="reason, changes, and tilbud: the whole record, null on a DELETE")
