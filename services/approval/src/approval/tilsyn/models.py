"""The rows of tilsyn."""

from datetime import date

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from approval.database import Base, Json


class Tilsyn(Base):
    """One version of a tilsyn; the highest is the one that counts. ``content`` is the published event.

    ``accepted_number`` is the place among the tilsyn of the subject and stays the same when a version corrects it.
    """

    __tablename__ = "tilsyn"
    __table_args__ = (
        ForeignKeyConstraint(["kind", "tilbud_id"], ["tilbud.kind", "tilbud.id"]),
        Index("tilsyn_by_tilbud", "tilbud_id", "decided_on", "accepted_number"),
        Index("tilsyn_by_id", "tilsyn_id"),
    )

    authority: Mapped[str] = mapped_column(primary_key=True)
    tilsyn_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True, server_default="tilbud")
    subject_id: Mapped[str] = mapped_column("tilbud_id")
    accepted_number: Mapped[int]
    decided_on: Mapped[date]
    content: Mapped[Json]
    created_by: Mapped[Json | None]
