"""What the routes of the feed answer."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from contracts.events.publication import FeedData


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
    data: FeedData = Field(
        description="`tilbud` is the whole record. It is null on a DELETE, and in earlier entries of a tilbud that was "
        "removed: what they said is withdrawn, and a reader passes over them."
    )
