"""What the routes about single tilbud answer."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from contracts.events.publication import FieldChange, PublicTilbud


class PublicChange(BaseModel):
    """One change of what is public about a tilbud. ``method`` is DELETE where it stopped being public."""

    version: int
    time: datetime
    method: Literal["PUT", "DELETE"]
    reason: str
    changes: list[FieldChange]


class Comparison(BaseModel):
    """Two to five public records side by side, in the order asked for; ``missing`` are not public (any more)."""

    items: list[PublicTilbud]
    missing: list[str]
