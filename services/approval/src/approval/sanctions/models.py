"""The rows of sanctions."""

from datetime import date

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from approval.database import Base


class StandingSanctionRow(Base):
    """A sanction of a subject that has not met its end, as its tilsyn say.

    ``authority`` and ``tilsyn_id`` gave it. ``sanction_id`` is the one of an order or a condition that has one.
    ``due_on`` is its deadline, or the last day of an intensified tilsyn, which begins on ``starts_on``; it is the last
    day that there is for a sanction without an end, so that those come last. ``noticed_for`` is the ``due_on`` that was
    told to be near.
    """

    __tablename__ = "standing_sanctions"
    __table_args__ = (
        ForeignKeyConstraint(["kind", "tilbud_id"], ["tilbud.kind", "tilbud.id"]),
        Index("standing_sanctions_by_tilbud", "kind", "tilbud_id"),
        Index("standing_sanctions_by_due", "due_on", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject_id: Mapped[str] = mapped_column("tilbud_id")
    authority: Mapped[str]
    tilsyn_id: Mapped[str]
    sanction: Mapped[str]
    sanction_id: Mapped[str | None]
    text: Mapped[str | None]
    starts_on: Mapped[date | None]
    due_on: Mapped[date]
    noticed_for: Mapped[date | None]
