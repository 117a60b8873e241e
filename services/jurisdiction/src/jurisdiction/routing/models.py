"""The tables: each submission, and how it was routed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from jurisdiction.database import Base, KindColumn

SENT = "sent"
RETURNED = "returned"
APPROVED = "approved"
CLOSED = "closed"


class Submission(Base):
    """The newest revision of a submission and the facts that it reported; None while only its outcome is known.

    ``known_on`` is the day of the first revision: from then on the authority knows what it reports.
    """

    __tablename__ = "submissions"
    __table_args__ = (Index("submissions_tilbud_id", "tilbud_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[KindColumn]
    subject_id: Mapped[str] = mapped_column("tilbud_id")
    number: Mapped[int] = mapped_column(Integer)
    revision: Mapped[int] = mapped_column(Integer)
    state: Mapped[str]
    known_on: Mapped[date | None]
    sent_on: Mapped[date | None]
    steps: Mapped[list[str]]
    facts: Mapped[dict[str, Any] | None]


class Routing(Base):
    """How one revision was routed, kept for ever: ``decision`` has the rules with their reasons.

    A revision has several rows when its subject moved while its case was open; the last one counts.
    """

    __tablename__ = "routings"
    __table_args__ = (Index("routings_submission", "submission_id", "revision"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind: Mapped[KindColumn]
    subject_id: Mapped[str] = mapped_column("tilbud_id")
    submission_id: Mapped[str]
    revision: Mapped[int] = mapped_column(Integer)
    authority: Mapped[str | None]
    reason: Mapped[str | None]
    valid_on: Mapped[date]
    decision: Mapped[dict[str, Any] | None]
    routed_at: Mapped[datetime]
