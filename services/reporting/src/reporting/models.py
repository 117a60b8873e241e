"""The tables of ``reporting``. Content is stored per step key; a draft is stored per whole step."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    Sequence,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.database import Sequenced

Json = dict[str, Any]


class Base(DeclarativeBase):
    """The metadata of this service's own tables."""

    type_annotation_map = {Json: JSONB, list[str]: JSONB, list[Json]: JSONB, datetime: DateTime(timezone=True)}  # noqa: RUF012


# The last tilbud of the old portal that the sources show is CRV-6324.
TILBUD_NUMBERS = Sequence("tilbud_numbers", start=6325, metadata=Base.metadata)


class Tilbud(Sequenced, Base):
    """A tilbud with what identifies it: as created, and from its first approval on as approved.

    ``authority`` is the one that created it until ``jurisdiction`` has said who supervises; then
    ``authority_version`` is above 0.
    """

    __tablename__ = "tilbud"
    __table_args__ = (
        UniqueConstraint("application_authority", "application_id", name="tilbud_application"),
        Index("tilbud_cvr", "cvr"),
        Index("tilbud_authority", "authority"),
        Index("tilbud_name", "name", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    address: Mapped[Json]
    cvr: Mapped[str]
    operator_kind: Mapped[str]
    operator_municipality: Mapped[str | None]
    operator_region: Mapped[str | None]
    primary_legal_basis: Mapped[str]
    legal_bases: Mapped[list[str]]
    leader: Mapped[Json]
    contact: Mapped[Json | None]
    created_by_authority: Mapped[str]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    application_authority: Mapped[str | None]
    application_id: Mapped[str | None]
    authority: Mapped[str]
    authority_version: Mapped[int] = mapped_column(default=0, server_default="0")
    last_number: Mapped[int] = mapped_column(default=0, server_default="0")
    last_version: Mapped[int] = mapped_column(default=0, server_default="0")
    vacancies: Mapped[list[Json]] = mapped_column(default=list, server_default=text("'[]'"))
    vacancies_version: Mapped[int] = mapped_column(default=0, server_default="0")
    vacancies_at: Mapped[datetime | None]
    ceased_on: Mapped[date | None]
    ceased_told_at: Mapped[datetime | None]


class Submission(Base):
    """One report sent for approval. ``version`` numbers the approved ones of a tilbud: its history."""

    __tablename__ = "submissions"
    __table_args__ = (UniqueConstraint("tilbud_id", "number", name="submissions_number"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    tilbud_id: Mapped[str] = mapped_column(ForeignKey("tilbud.id"))
    number: Mapped[int]
    revision: Mapped[int]
    initial: Mapped[bool]
    state: Mapped[str]
    form_version: Mapped[str]
    sent_at: Mapped[datetime]
    sent_by: Mapped[Json]
    authority: Mapped[str | None]
    return_reason: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[Json | None]
    version: Mapped[int | None]


class SubmissionStep(Base):
    """The content of one step key as last sent, and the authority's latest decision about it."""

    __tablename__ = "submission_steps"

    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[Json]
    verdict: Mapped[str | None]
    reason: Mapped[str | None]
    decided_by: Mapped[Json | None]
    decided_at: Mapped[datetime | None]


class StepLock(Base):
    """A step key that belongs to an open case: nobody else may send it before the case is settled (row 58)."""

    __tablename__ = "step_locks"

    tilbud_id: Mapped[str] = mapped_column(ForeignKey("tilbud.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"))


class ApprovedStep(Base):
    """The approved content of one step key from one submission; the highest ``number`` is the baseline."""

    __tablename__ = "approved_steps"

    tilbud_id: Mapped[str] = mapped_column(ForeignKey("tilbud.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[Json]
    approved_at: Mapped[datetime]


class Draft(Base):
    """What is changed and not sent yet. A tilbud has one current draft; replaced ones are kept for 30 days."""

    __tablename__ = "drafts"
    __table_args__ = (
        Index("drafts_current", "tilbud_id", unique=True, postgresql_where=text("replaced_at IS NULL")),
        Index("drafts_replaced", "tilbud_id", "replaced_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    tilbud_id: Mapped[str] = mapped_column(ForeignKey("tilbud.id"))
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    started_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    saved_by: Mapped[Json]
    replaced_at: Mapped[datetime | None]


class DraftStep(Base):
    """One whole step as last saved; ``revision`` is the draft's at that save."""

    __tablename__ = "draft_steps"
    __table_args__ = (ForeignKeyConstraint(["draft_id"], ["drafts.id"], ondelete="CASCADE"),)

    draft_id: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[Json]
    revision: Mapped[int]
    saved_at: Mapped[datetime]
    saved_by: Mapped[Json]


class NewStart(Base):
    """A user who asked to start over; the draft is replaced by this user's first save, not before (row 50).

    Only the draft as it was at that moment may be replaced so.
    """

    __tablename__ = "new_starts"

    tilbud_id: Mapped[str] = mapped_column(ForeignKey("tilbud.id"), primary_key=True)
    sub: Mapped[str] = mapped_column(primary_key=True)
    draft_id: Mapped[str]
    draft_revision: Mapped[int]
    started_at: Mapped[datetime]


class LeaderCpr(Base):
    """The leader's CPR number, encrypted. It stands here and nowhere else."""

    __tablename__ = "leader_cprs"

    tilbud_id: Mapped[str] = mapped_column(ForeignKey("tilbud.id"), primary_key=True)
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    set_at: Mapped[datetime]


class CprAccess(Base):
    """One row for each time somebody saw or set a leader's CPR number."""

    __tablename__ = "cpr_accesses"
    __table_args__ = (Index("cpr_accesses_tilbud", "tilbud_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    tilbud_id: Mapped[str] = mapped_column(ForeignKey("tilbud.id"))
    act: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    by: Mapped[Json]


class TilsynSeen(Base):
    """The decision of one tilsyn; the latest one gives the tilbud its status."""

    __tablename__ = "tilsyn_seen"

    tilbud_id: Mapped[str] = mapped_column(ForeignKey("tilbud.id"), primary_key=True)
    authority: Mapped[str] = mapped_column(primary_key=True)
    tilsyn_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    accepted_number: Mapped[int]
    decided_on: Mapped[date]
    decision: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default="announced")
    intensified_from: Mapped[date | None]
    intensified_until: Mapped[date | None]


class Action(Base):
    """The action log: one row for each thing that somebody did, never changed."""

    __tablename__ = "actions"
    __table_args__ = (Index("actions_tilbud", "tilbud_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    tilbud_id: Mapped[str] = mapped_column(ForeignKey("tilbud.id"))
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    what: Mapped[str]
    by: Mapped[Json | None]
    details: Mapped[Json]
