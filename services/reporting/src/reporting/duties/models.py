"""The table of duties."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from reporting.database import Base


class Duty(Base):
    """What a tilbud has to report next of one kind.

    ``deadline`` is its last day, None where that follows from ``since`` by a setting. ``noticed`` is the turn that was
    told last, on the day ``noticed_on``. ``Tilbud.duties_due`` is the day on which its duties are looked at next.
    """

    __tablename__ = "duties"

    tilbud_id: Mapped[str] = mapped_column(ForeignKey("tilbud.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[date | None]
    deadline: Mapped[date | None]
    year: Mapped[int | None]
    noticed: Mapped[str | None]
    noticed_on: Mapped[date | None]
