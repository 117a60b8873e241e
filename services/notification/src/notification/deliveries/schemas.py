"""The bodies of what was delivered."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from notification.mail_types import Failure, MailType


class FailureBody(BaseModel):
    """Why a mail was not delivered: a stable code, and a sentence in Danish."""

    code: Failure
    detail: str


class DeliveryBody(BaseModel):
    """One mail of the caller's organisation; ``to`` is shown to the recipient only.

    ``failure`` says why one that is ``bounced`` or ``failed`` was not delivered, null where that is not known. After
    ten mails about one matter within a day the next one waits for up to an hour, and is ``superseded`` by another. What
    a follower wants in the mail of a day or a week is ``collected`` until then, and ``digested`` after that.
    """

    id: str
    kind: MailType
    about: str
    role: Literal["leader", "contact", "follower"]
    state: Literal["owed", "sent", "bounced", "failed", "superseded", "collected", "digested"]
    attempts: int
    created_at: datetime
    settled_at: datetime | None
    failure: FailureBody | None
    to: str | None
