"""Receipts, as the API answers with them."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from approval.cases.schemas import ActorView, OnBehalf
from approval.decisions.rules import Publication
from approval.subjects.schemas import SubjectAnswer
from contracts.events.parties import Verdict


class ReceiptStep(BaseModel):
    """A step in a receipt; nothing was chosen for it where the case ended before that."""

    step: str
    title: str
    verdict: Verdict | None
    reason: str | None
    decided_by: ActorView | None
    decided_at: datetime | None


class Round(BaseModel):
    """One time that a case was sent and what it came to, as it was told then.

    ``summary`` says in Danish what came of it. ``publication`` of an approval says whether it became public at once,
    and what it waited for where it did not; it is null for what was approved before that was written down. ``reason``
    is why the authority closed the case.
    """

    revision: int
    authority: str | None
    authority_name: str | None
    sent_at: datetime
    sent_by: ActorView
    on_behalf: OnBehalf | None
    outcome: Literal["approved", "returned", "given-up", "ceased"]
    summary: str
    decided_at: datetime
    decided_by: ActorView | None
    reason: str | None
    publication: Publication | None
    steps: list[ReceiptStep]


class Receipt(SubjectAnswer, Round):
    """The receipt of a case: its latest round, and the ``earlier`` ones, the newest first."""

    case_id: str
    reference: str | None
    tilbud_id: str
    tilbud_name: str
    initial: bool
    earlier: list[Round]
