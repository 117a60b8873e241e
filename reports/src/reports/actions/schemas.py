"""What the API gives of the action log."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from contracts.events.parties import Actor


class ActionView(BaseModel):
    """One row of the action log."""

    at: datetime
    what: str
    by: Actor | None
    details: dict[str, Any]
