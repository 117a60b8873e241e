"""The rows of ``approval``: tilbud as far as it knows them, reports and routings to join, cases, tilsyn, receipts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.database import Sequenced

Json = dict[str, Any]


class Base(DeclarativeBase):
    """The metadata of this service alone."""

    type_annotation_map = {str: Text, datetime: DateTime(timezone=True), Json: JSONB(none_as_null=True)}  # noqa: RUF012  SQLAlchemy's name.


class Tilbud(Sequenced, Base):
    """One tilbud: the row that everything about it locks first.

    ``known`` is false until ``reporting`` has told that it exists. ``facts_number`` is the number of the report
    that name and operator come from, 0 for the creation. ``authority`` is who supervises it now;
    ``ceased`` is the cessation as it was published, None for a tilbud that goes on. ``vacancies`` is what was told
    last in the fast lane: version, changed_at and departments.
    """

    __tablename__ = "tilbud"

    id: Mapped[str] = mapped_column(primary_key=True)
    known: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    name: Mapped[str] = mapped_column(default="", server_default="")
    operator_cvr: Mapped[str] = mapped_column(default="", server_default="", index=True)
    facts_number: Mapped[int] = mapped_column(default=-1, server_default="-1")
    authority: Mapped[str | None] = mapped_column(index=True)
    authority_version: Mapped[int] = mapped_column(default=0, server_default="0")
    accepted_tilsyn: Mapped[int] = mapped_column(default=0, server_default="0")
    ceased: Mapped[Json | None]
    vacancies: Mapped[Json | None]


class Report(Base):
    """One revision of a submission as ``reporting`` sent it; ``event`` is the whole SubmissionSent."""

    __tablename__ = "reports"

    submission_id: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    tilbud_id: Mapped[str] = mapped_column(ForeignKey("tilbud.id"), index=True)
    event: Mapped[Json]


class Routing(Base):
    """Who decides one revision of a submission; ``authority`` is None when no rule names anybody.

    ``sequence`` is the one of jurisdiction's event, so that an older answer never replaces a newer.
    """

    __tablename__ = "routings"

    submission_id: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    tilbud_id: Mapped[str] = mapped_column(ForeignKey("tilbud.id"), index=True)
    authority: Mapped[str | None]
    explanation: Mapped[str]
    sequence: Mapped[int] = mapped_column(BigInteger)


class Case(Base):
    """A case has the id of its submission (row 57). ``revision`` is the one that was opened last, 0 for none yet.

    ``state`` is pending (not opened yet), awaiting, returned or closed; ``outcome`` is returned, approved or
    given-up. ``version`` rises with every change and is what the case's ETag stands for.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("cases_by_authority", "authority", "state", "submitted_at", "id"),
        Index("cases_by_tilbud", "tilbud_id", "submitted_at", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    tilbud_id: Mapped[str] = mapped_column(ForeignKey("tilbud.id"))
    state: Mapped[str] = mapped_column(default="pending")
    outcome: Mapped[str | None]
    number: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)
    authority: Mapped[str | None]
    explanation: Mapped[str] = mapped_column(default="")
    initial: Mapped[bool] = mapped_column(default=False)
    submitted_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[Json | None]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=0)


class CaseStep(Base):
    """One step of a case, or one department's part of a step, and the choice made for it in this revision (row 70).

    ``proposed`` is the approval of an earlier revision for content that was not edited since.
    """

    __tablename__ = "case_steps"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    verdict: Mapped[str | None]
    reason: Mapped[str | None]
    decided_by: Mapped[Json | None]
    decided_at: Mapped[datetime | None]
    proposed: Mapped[Json | None]
    version: Mapped[int] = mapped_column(default=0)


class CaseLog(Base):
    """Every act on a case, in order; nothing here is ever changed."""

    __tablename__ = "case_log"
    __table_args__ = (Index("case_log_by_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    act: Mapped[str]
    at: Mapped[datetime]
    revision: Mapped[int]
    authority: Mapped[str | None]
    by: Mapped[Json | None]
    step: Mapped[str | None]
    verdict: Mapped[str | None]
    reason: Mapped[str | None]


class ApprovedStep(Base):
    """The content of a step as approved by the report with this number; ``data`` is None when it went away."""

    __tablename__ = "approved_steps"

    tilbud_id: Mapped[str] = mapped_column(ForeignKey("tilbud.id"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[Json | None]


class Tilsyn(Base):
    """One version of a tilsyn; the highest is the one that counts. ``content`` is the published event.

    ``accepted_number`` is the place among the tilsyn of the tilbud and stays the same when a version corrects it.
    """

    __tablename__ = "tilsyn"
    __table_args__ = (
        Index("tilsyn_by_tilbud", "tilbud_id", "decided_on", "accepted_number"),
        Index("tilsyn_by_id", "tilsyn_id"),
    )

    authority: Mapped[str] = mapped_column(primary_key=True)
    tilsyn_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    tilbud_id: Mapped[str] = mapped_column(ForeignKey("tilbud.id"))
    accepted_number: Mapped[int]
    decided_on: Mapped[date]
    content: Mapped[Json]
    created_by: Mapped[Json | None]


class InboundReceipt(Base):
    """The one answer to one event of an external system. ``answer`` is None while the event waits.

    An event is known by authority (its topic), source and id; ``event_id`` is None when it could not be read.
    ``waiting`` holds the event until its tilbud is known or ``park_until`` has come; an event with an
    ``application_id`` waits for the tilbud that the application becomes. ``repeats`` counts how often an event came
    again while it waited.
    """

    __tablename__ = "receipts"
    __table_args__ = (
        Index("receipts_by_event", "authority", "source", "event_id", unique=True),
        Index("receipts_parked", "park_until", postgresql_where=text("park_until IS NOT NULL")),
        Index("receipts_awaited", "authority", "application_id", postgresql_where=text("application_id IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    authority: Mapped[str]
    source: Mapped[str]
    event_id: Mapped[str | None]
    content_hash: Mapped[str]
    answer: Mapped[Json | None]
    waiting: Mapped[Json | None]
    tilbud_id: Mapped[str | None]
    application_id: Mapped[str | None]
    park_until: Mapped[datetime | None]
    repeats: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime]


class Application(Base):
    """An application that became or will become a tilbud (row 105); ``accepted_at`` is None until one is accepted."""

    __tablename__ = "applications"

    authority: Mapped[str] = mapped_column(primary_key=True)
    application_id: Mapped[str] = mapped_column(primary_key=True)
    content_hash: Mapped[str | None]
    tilbud_id: Mapped[str | None]
    accepted_at: Mapped[datetime | None]
