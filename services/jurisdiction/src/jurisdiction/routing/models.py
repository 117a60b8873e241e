"""The tables: each submission, and how it was routed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from jurisdiction.database import Base, KindColumn

SENT = "sent"
RETURNED = "returned"
APPROVED = "approved"
CLOSED = "closed"

OPEN = "open"
DECIDED = "decided"
SUPERSEDED = "superseded"


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


class Undecided(Base):
    """A report, or the creation of a subject, that no rule could place or that the rules are not sure of.

    ``facts`` are those that it was judged on: the decision holds for all that says the same. ``submission_id`` is None
    for a creation. ``provisional`` has it until it is decided, ``authority`` is what was decided. It is superseded by
    the next revision, and when its case is over.
    """

    __tablename__ = "undecided"
    __table_args__ = (
        Index("undecided_of_subject", "tilbud_id", "state"),
        Index("undecided_open", "since", "id", postgresql_where=text("state = 'open'")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[KindColumn]
    subject_id: Mapped[str] = mapped_column("tilbud_id")
    submission_id: Mapped[str | None]
    revision: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    facts: Mapped[dict[str, Any]]
    reason: Mapped[str]
    provisional: Mapped[str | None]
    since: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=OPEN, server_default=OPEN)
    authority: Mapped[str | None]
    decided_because: Mapped[str | None]
    decided_by: Mapped[dict[str, Any] | None]
    settled_at: Mapped[datetime | None]


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
