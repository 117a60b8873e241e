"""The table of tilsyn."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from reporting.database import Base


class Tilsyn(Base):
    """What one tilsyn decided; the latest one gives the tilbud its status."""

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
