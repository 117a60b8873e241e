"""The rates that are public now."""

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from publication.database import Base


class RateRow(Base):
    """The rate of one intervention of one department, or of a tilbud that has none (``department_id`` is empty).

    ``number`` counts the interventions of the department. ``target_groups`` are those of the packages that the
    intervention is for. A row counts only while ``version`` is the tilbud's own: so no row can outlive what it was
    made of.
    """

    __tablename__ = "rates"

    tilbud_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    rate_unit: Mapped[str]
    rate_year: Mapped[int]
    occupancy_basis: Mapped[str]
    rate_oere: Mapped[int] = mapped_column(BigInteger)
    target_groups: Mapped[list[str]]
    legal_bases: Mapped[list[str]]
