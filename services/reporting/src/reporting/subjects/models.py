"""The table of tilbud, and the tables of what is reported on them."""

from datetime import date, datetime

from sqlalchemy import Index, Sequence, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from reporting.database import Base, Json
from reports.models import (
    ActionMixin,
    ApprovedStepMixin,
    DraftMixin,
    DraftStepMixin,
    NewStartMixin,
    ReportTable,
    StepLockMixin,
    SubjectMixin,
    SubmissionMixin,
    SubmissionStepMixin,
)
from reports.mounting import ReportTables

# The last tilbud of the old portal that the sources show is CRV-6324.
TILBUD_NUMBERS = Sequence("tilbud_numbers", start=6325, metadata=Base.metadata)


class Tilbud(SubjectMixin, Base):
    """A tilbud with what identifies it: as created, and from its first approval on as approved.

    ``authority`` is the one that created it until ``jurisdiction`` has said who supervises; then
    ``authority_version`` is above 0. Only tilsyn of ``approving_kinds`` count, from the day
    ``approving_since`` on, all without kinds.
    """

    __tablename__ = "tilbud"
    __table_args__ = (
        UniqueConstraint("application_authority", "application_id", name="tilbud_application"),
        Index("tilbud_cvr", "cvr"),
        Index("tilbud_authority", "authority"),
        Index("tilbud_name", "name", "id"),
        Index("tilbud_duties_due", "duties_due"),
    )

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
    application_authority: Mapped[str | None]
    application_id: Mapped[str | None]
    authority: Mapped[str]
    authority_version: Mapped[int] = mapped_column(default=0, server_default="0")
    approving_kinds: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    approving_since: Mapped[date | None]
    vacancies: Mapped[list[Json]] = mapped_column(default=list, server_default=text("'[]'"))
    vacancies_version: Mapped[int] = mapped_column(default=0, server_default="0")
    vacancies_at: Mapped[datetime | None]
    ceased_on: Mapped[date | None]
    ceased_accepted_at: Mapped[datetime | None] = mapped_column("ceased_told_at")
    duties_due: Mapped[date | None]


class TilbudTable(ReportTable):
    """A table of what is reported on tilbud."""

    subject_table = "tilbud"
    subject_column = "tilbud_id"
    content_type = JSONB()


class Draft(TilbudTable, DraftMixin, Base):
    """What is changed and not sent yet."""


class DraftStep(TilbudTable, DraftStepMixin, Base):
    """One whole step as last saved."""


class NewStart(TilbudTable, NewStartMixin, Base):
    """A user who asked to start over."""


class Submission(TilbudTable, SubmissionMixin, Base):
    """One report sent for approval."""


class SubmissionStep(TilbudTable, SubmissionStepMixin, Base):
    """The content of one step key as last sent, with the latest decision."""


class StepLock(TilbudTable, StepLockMixin, Base):
    """A step key that belongs to an open case."""


class ApprovedStep(TilbudTable, ApprovedStepMixin, Base):
    """The approved content of one step key."""


class Action(TilbudTable, ActionMixin, Base):
    """One row of the action log."""


REPORT_TABLES = ReportTables(
    draft=Draft,
    draft_step=DraftStep,
    new_start=NewStart,
    submission=Submission,
    submission_step=SubmissionStep,
    step_lock=StepLock,
    approved_step=ApprovedStep,
    action=Action,
)
