"""The rows of reports as they were sent, and of what was approved."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from approval.database import Base, Json


class Report(Base):
    """One revision of a submission as ``reporting`` sent it; ``event`` is the whole SubmissionSent."""

    __tablename__ = "reports"

    submission_id: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    tilbud_id: Mapped[str] = mapped_column(ForeignKey("tilbud.id"), index=True)
    event: Mapped[Json]


class ApprovedStep(Base):
    """The content of a step as approved by the report with this number; ``data`` is None when it went away."""

    __tablename__ = "approved_steps"

    tilbud_id: Mapped[str] = mapped_column(ForeignKey("tilbud.id"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[Json | None]
