"""The rows of emergency uses."""

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from approval.database import Base, Json


class EmergencyUse(Base):
    """One use of a tilbud that is not approved.

    ``authority`` is the kommune that uses it. ``subject_id`` is None for a place that the portal does not know: then
    ``name`` is all there is. ``last_day`` is the last day that the law allows; ``extended_because`` is said once it was
    extended. ``ended_on`` is None while it goes on. The worker looks at it on ``due_on`` next, and no more when that is
    None.
    """

    __tablename__ = "emergency_uses"
    __table_args__ = (
        ForeignKeyConstraint(["kind", "tilbud_id"], ["tilbud.kind", "tilbud.id"]),
        Index("emergency_uses_by_authority", "authority", "last_day", "id"),
        Index("emergency_uses_by_tilbud", "kind", "tilbud_id"),
        Index("emergency_uses_by_due", "due_on", "id", postgresql_where=text("due_on IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject_id: Mapped[str | None] = mapped_column("tilbud_id")
    name: Mapped[str]
    authority: Mapped[str]
    started_on: Mapped[date]
    last_day: Mapped[date]
    persons: Mapped[int]
    reason: Mapped[str]
    extended_because: Mapped[str | None]
    ended_on: Mapped[date | None]
    due_on: Mapped[date | None]
    registered_at: Mapped[datetime]
    registered_by: Mapped[Json]
