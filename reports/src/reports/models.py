"""The tables of reporting, as mixins that a service maps beside its own table of subjects.

    class GardenTable(ReportTable):
        subject_table = "gardens"
        subject_column = "garden_id"
        content_type = JSONB()

    class Draft(GardenTable, DraftMixin, Base): ...

Content is stored per step key, a draft per whole step. Every column with content has the service's ``content_type``.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeEngine

from chassis.database import Sequenced

Json = dict[str, Any]
MOMENT = DateTime(timezone=True)


class SubjectMixin(Sequenced):
    """What reporting needs of the row of a subject: whoever changes anything about the subject locks it first.

    ``last_number`` counts its submissions and ``last_version`` the approved ones.
    """

    id: Mapped[str] = mapped_column(primary_key=True)
    changed_at: Mapped[datetime] = mapped_column(MOMENT)
    last_number: Mapped[int] = mapped_column(default=0, server_default="0")
    last_version: Mapped[int] = mapped_column(default=0, server_default="0")


class ReportTable:
    """What the tables must know of the service: the table of its subjects, the column that names one, how content is
    stored.
    """

    subject_table: ClassVar[str]
    subject_column: ClassVar[str]
    content_type: ClassVar[TypeEngine[Any]]

    if TYPE_CHECKING:

        def __init__(self, **columns: Any) -> None: ...


class _OfSubject(ReportTable):
    @declared_attr
    def subject_id(cls) -> Mapped[str]:
        return mapped_column(cls.subject_column, ForeignKey(f"{cls.subject_table}.id"), nullable=False, sort_order=-1)


class _BySubject(ReportTable):
    @declared_attr
    def subject_id(cls) -> Mapped[str]:
        key = ForeignKey(f"{cls.subject_table}.id")
        return mapped_column(cls.subject_column, key, primary_key=True, sort_order=-1)


class _WithContent(ReportTable):
    @declared_attr
    def data(cls) -> Mapped[Json]:
        return mapped_column(cls.content_type, nullable=False)


class DraftMixin(_OfSubject):
    """What is changed and not sent yet. A subject has one current draft; replaced ones are kept for 30 days."""

    __tablename__ = "drafts"

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        current = text("replaced_at IS NULL")
        return (
            Index("drafts_current", cls.subject_column, unique=True, postgresql_where=current),
            Index("drafts_replaced", cls.subject_column, "replaced_at"),
        )

    id: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    started_at: Mapped[datetime] = mapped_column(MOMENT)
    saved_at: Mapped[datetime] = mapped_column(MOMENT)
    saved_by: Mapped[Json] = mapped_column(JSONB)
    replaced_at: Mapped[datetime | None] = mapped_column(MOMENT)


class DraftStepMixin(_WithContent):
    """One whole step as last saved; ``revision`` is the draft's at that save.

    ``unread`` has by pointer what was typed and cannot be read, null where it is not kept.
    """

    __tablename__ = "draft_steps"

    @declared_attr
    def unread(cls) -> Mapped[Json | None]:
        return mapped_column(cls.content_type)

    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int]
    saved_at: Mapped[datetime] = mapped_column(MOMENT)
    saved_by: Mapped[Json] = mapped_column(JSONB)


class NewStartMixin(_BySubject):
    """A user who asked to start over; the draft is replaced by this user's first save, not before (R50).

    Only the draft as it was at that moment may be replaced so.
    """

    __tablename__ = "new_starts"

    sub: Mapped[str] = mapped_column(primary_key=True)
    draft_id: Mapped[str]
    draft_revision: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(MOMENT)


class SubmissionMixin(_OfSubject):
    """One report sent for approval. ``version`` numbers the approved ones of a subject: its history."""

    __tablename__ = "submissions"

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (UniqueConstraint(cls.subject_column, "number", name="submissions_number"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
    revision: Mapped[int]
    initial: Mapped[bool]
    state: Mapped[str]
    form_version: Mapped[str]
    sent_at: Mapped[datetime] = mapped_column(MOMENT)
    sent_by: Mapped[Json] = mapped_column(JSONB)
    authority: Mapped[str | None]
    return_reason: Mapped[str | None]
    settled_at: Mapped[datetime | None] = mapped_column(MOMENT)
    settled_by: Mapped[Json | None] = mapped_column(JSONB)
    version: Mapped[int | None]


class SubmissionStepMixin(_WithContent):
    """The content of one step key as last sent, and the authority's latest decision about it.

    ``fields`` are the pointers into the content that a rejection is about.
    """

    __tablename__ = "submission_steps"

    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    verdict: Mapped[str | None]
    reason: Mapped[str | None]
    decided_by: Mapped[Json | None] = mapped_column(JSONB)
    decided_at: Mapped[datetime | None] = mapped_column(MOMENT)
    fields: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))


class StepLockMixin(_BySubject):
    """A step key that belongs to an open case: nobody else may send it before the case is settled (R58)."""

    __tablename__ = "step_locks"

    key: Mapped[str] = mapped_column(primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"))


class ApprovedStepMixin(_BySubject, _WithContent):
    """The approved content of one step key; the one with the highest ``number`` is the baseline."""

    __tablename__ = "approved_steps"

    key: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    approved_at: Mapped[datetime] = mapped_column(MOMENT)


class ActionMixin(_OfSubject):
    """The action log: one row for each thing that somebody did, never changed.

    ``details`` hold no content but what departments were called, for the receipts that are made of them.
    """

    __tablename__ = "actions"

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (Index(f"actions_{cls.subject_table}", cls.subject_column, "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    what: Mapped[str]
    by: Mapped[Json | None] = mapped_column(JSONB)
    details: Mapped[Json] = mapped_column(JSONB)
