"""What the API gives of receipts."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from reports.schemas import AuthorityName, NamedStep, Sender


class ReceiptView(BaseModel):
    """What happened to a case at one moment; it is never changed.

    ``id`` is ``sent-<revision>`` or ``closed``. ``reference`` is the number of the case that people say to each other.
    ``authority`` decides what was sent: None until one is found.
    """

    id: str
    act: Literal["sent", "sent-again", "closed"]
    submission_id: str
    reference: str
    revision: int
    at: datetime
    by: Sender
    authority: AuthorityName | None
    steps: list[NamedStep]


class ReceiptList(BaseModel):
    """The receipts of one case, the newest first."""

    items: list[ReceiptView]
