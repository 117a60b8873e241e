"""What the API gives of the history."""

from datetime import datetime

from pydantic import BaseModel

from contracts.events.parties import Actor
from reports.schemas import AuthorityName, Sender


class HistoryItem(BaseModel):
    """One approved version: who, when, and which step keys."""

    version: int
    submission_id: str
    approved_at: datetime
    approved_by: Actor
    sent_by: Sender
    authority: AuthorityName | None
    steps: list[str]
