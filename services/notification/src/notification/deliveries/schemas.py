"""The bodies of what was delivered."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from notification.mail_types import MailType


class DeliveryBody(BaseModel):
    """One mail of the caller's organisation; ``to`` is shown to the recipient only."""

    id: str
    kind: MailType
    about: str
    role: Literal["leader", "contact", "follower"]
    state: Literal["owed", "sent", "bounced", "failed"]
    attempts: int
    created_at: datetime
    settled_at: datetime | None
    to: str | None
