"""The tables: the authority of each tilbud with its history, and each submission with how it was routed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Identity, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.database import Sequenced

SENT = "sent"
RETURNED = "returned"
APPROVED = "approved"
CLOSED = "closed"


class Base(DeclarativeBase):
    """The tables of this service."""

    type_annotation_map = {  # noqa: RUF012  SQLAlchemy reads it from the class.
        str: Text,
        datetime: DateTime(timezone=True),
        date: Date,
        bool: Boolean,
        dict[str, Any]: JSONB(none_as_null=True),
        list[str]: JSONB,
    }


class Tilbud(Sequenced, Base):
    """The authority of a tilbud now; ``version`` 0 means that it has none yet.

    ``approved`` has the approved routing facts of each step: ``{step: {"number": …, "facts": {…}}}``. The number of
    the submission guards them: an older case never overwrites a newer one. ``moved`` is the latest approved change
    of address, ``{"from_municipality", "known_on"}``.
    """

    __tablename__ = "tilbud"

    id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    authority: Mapped[str | None]
    decided_number: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    approved: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    moved: Mapped[dict[str, Any] | None]


class Assignment(Base):
    """One period of a tilbud under one authority; it ends where the next version begins."""

    __tablename__ = "assignments"

    tilbud_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    authority: Mapped[str]
    previous: Mapped[str | None]
    rule: Mapped[str]
    legal_source: Mapped[str | None]
    explanation: Mapped[str]
    assigned_at: Mapped[datetime]


class Submission(Base):
    """The newest revision of a submission and the facts that it reported; None while only its outcome is known.

    ``known_on`` is the day of the first revision: from then on the authority knows what it reports.
    """

    __tablename__ = "submissions"
    __table_args__ = (Index("submissions_tilbud_id", "tilbud_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    tilbud_id: Mapped[str]
    number: Mapped[int] = mapped_column(Integer)
    revision: Mapped[int] = mapped_column(Integer)
    state: Mapped[str]
    known_on: Mapped[date | None]
    sent_on: Mapped[date | None]
    steps: Mapped[list[str]]
    facts: Mapped[dict[str, Any] | None]


class Routing(Base):
    """How one revision was routed, kept for ever: ``decision`` has the rules with their reasons.

    A revision has several rows when the tilbud moved while its case was open; the last one counts.
    """

    __tablename__ = "routings"
    __table_args__ = (Index("routings_submission", "submission_id", "revision"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    tilbud_id: Mapped[str]
    submission_id: Mapped[str]
    revision: Mapped[int] = mapped_column(Integer)
    authority: Mapped[str | None]
    reason: Mapped[str | None]
    valid_on: Mapped[date]
    decision: Mapped[dict[str, Any] | None]
    routed_at: Mapped[datetime]
