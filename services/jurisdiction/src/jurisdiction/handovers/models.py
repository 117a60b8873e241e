"""The table of handovers."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from jurisdiction.database import Base, KindColumn

PENDING = "pending"
APPLIED = "applied"
REFUSED = "refused"


class Handover(Base):
    """One handover or take-back, kept for ever; of one subject only one is pending.

    ``authority_version`` is the version of the assignment that it builds on. ``cases`` are those that it is to move,
    and once it is settled those that it has moved.
    """

    __tablename__ = "handovers"
    __table_args__ = (
        Index("handovers_of_subject", "tilbud_id", "requested_at"),
        Index("handovers_pending", "tilbud_id", "kind", unique=True, postgresql_where=text("state = 'pending'")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[KindColumn]
    subject_id: Mapped[str] = mapped_column("tilbud_id")
    from_authority: Mapped[str]
    to_authority: Mapped[str]
    taken_back: Mapped[bool]
    authority_version: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str]
    requested_by: Mapped[dict[str, Any]]
    requested_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=PENDING, server_default=PENDING)
    refused_because: Mapped[str | None]
    cases: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    settled_at: Mapped[datetime | None]
