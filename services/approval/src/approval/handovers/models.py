"""The rows of handovers that are settled."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from approval.database import Base


class Handover(Base):
    """How a handover was settled; the same question again gets the same answer. ``cases`` are those that moved."""

    __tablename__ = "handovers"
    __table_args__ = (ForeignKeyConstraint(["kind", "tilbud_id"], ["tilbud.kind", "tilbud.id"]),)

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(server_default="tilbud")
    subject_id: Mapped[str] = mapped_column("tilbud_id")
    from_authority: Mapped[str]
    to_authority: Mapped[str]
    applied: Mapped[bool]
    refused_because: Mapped[str | None]
    cases: Mapped[list[str]] = mapped_column(JSONB)
    settled_at: Mapped[datetime]
