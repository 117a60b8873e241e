"""The rows of cases, of their steps and routings, and of every act on them."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Identity, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from approval.database import Base, Json, Texts

# Written out: an index that covers only these is chosen for literals, and not for parameters.
OPEN = text("cases.state IN ('awaiting', 'returned')")


class Routing(Base):
    """Who decides one revision of a submission; ``authority`` is None when no rule names anybody.

    ``sequence`` is the one of jurisdiction's event, so that an older answer never replaces a newer.
    """

    __tablename__ = "routings"
    __table_args__ = (ForeignKeyConstraint(["kind", "tilbud_id"], ["tilbud.kind", "tilbud.id"]),)

    submission_id: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(server_default="tilbud")
    subject_id: Mapped[str] = mapped_column("tilbud_id", index=True)
    authority: Mapped[str | None]
    explanation: Mapped[str]
    sequence: Mapped[int] = mapped_column(BigInteger)


class Case(Base):
    """A case has the id of its submission (R57). ``revision`` is the one that was opened last, 0 for none yet.

    ``state`` is pending (not opened yet), awaiting, returned or closed; ``outcome`` is returned, approved or
    given-up. ``version`` rises with every change and is what the case's ETag stands for. ``former_authorities`` had
    the case before: their officers still find it, and read whose it is now.

    ``risk`` and ``assessment`` are what work lists show and sort by: see ``approval.work_list.rules``. They are made a
    moment after the case is opened: until then there is none. ``last_choice`` is who chose for a step in this
    revision, or took a choice back, and when.
    """

    __tablename__ = "cases"
    __table_args__ = (
        ForeignKeyConstraint(["kind", "tilbud_id"], ["tilbud.kind", "tilbud.id"]),
        Index("cases_by_authority", "authority", "state", "submitted_at", "id"),
        Index("cases_by_tilbud", "tilbud_id", "submitted_at", "id"),
        Index("cases_by_risk", "authority", text("(- risk)"), "submitted_at", "id", postgresql_where=OPEN),
        Index("cases_by_age", "authority", "submitted_at", "id", postgresql_where=OPEN),
        Index("cases_to_assess", "kind", "tilbud_id", postgresql_where=text(f"{OPEN} AND assessment IS NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(server_default="tilbud")
    subject_id: Mapped[str] = mapped_column("tilbud_id")
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
    former_authorities: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")
    risk: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    assessment: Mapped[Json | None]
    last_choice: Mapped[Json | None]


class CaseStep(Base):
    """One step of a case, or one department's part of a step, and the choice made for it in this revision (R70).

    ``fields`` are the pointers into the step's data that a rejection is about. ``proposed`` is the approval of an
    earlier revision for content that was not edited since.
    """

    __tablename__ = "case_steps"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    verdict: Mapped[str | None]
    reason: Mapped[str | None]
    fields: Mapped[Texts | None]
    decided_by: Mapped[Json | None]
    decided_at: Mapped[datetime | None]
    proposed: Mapped[Json | None]
    version: Mapped[int] = mapped_column(default=0)


class CaseLog(Base):
    """Every act on a case, in order; the database refuses to change or remove a row.

    ``reason`` is what was typed for a choice, or why the case went to ``authority``. ``details`` are what else the
    act says: an outcome, what it made public.
    """

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
    fields: Mapped[Texts | None]
    details: Mapped[Json | None]
