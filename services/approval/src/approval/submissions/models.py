"""The rows of reports as they were sent, and of what was approved."""

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from approval.database import Base, Json


class Report(Base):
    """One revision of a submission as it was sent; ``event`` is the whole event of its kind."""

    __tablename__ = "reports"
    __table_args__ = (ForeignKeyConstraint(["kind", "tilbud_id"], ["tilbud.kind", "tilbud.id"]),)

    submission_id: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(server_default="tilbud")
    subject_id: Mapped[str] = mapped_column("tilbud_id", index=True)
    event: Mapped[Json]


class ApprovedStep(Base):
    """The content of a step as approved by the report with this number; ``data`` is None when it went away."""

    __tablename__ = "approved_steps"
    __table_args__ = (ForeignKeyConstraint(["kind", "tilbud_id"], ["tilbud.kind", "tilbud.id"]),)

    subject_id: Mapped[str] = mapped_column("tilbud_id", primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True, server_default="tilbud")
    data: Mapped[Json | None]
