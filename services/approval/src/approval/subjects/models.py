"""The rows of subjects."""

from datetime import date

from sqlalchemy import Date, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from approval.database import Base, Json
from chassis.database import Sequenced


class Subject(Sequenced, Base):
    """One subject, by its kind and its id within the kind: the row that everything about it locks first.

    ``known`` is false until its creation or a report of it was received. ``facts_number`` is the number of the report
    that name and operator come from, 0 for the creation. ``authority`` is who supervises it now, and
    only tilsyn of ``approving_kinds`` count, from the day ``approving_since`` on, all without kinds;
    ``ceased`` is the cessation as it was published, None for a subject that goes on. ``vacancies`` is the latest
    report of the fast lane: version, changed_at and departments. ``tilsyn_that_day`` were accepted on the Danish day
    ``tilsyn_day``. Its open cases are assessed again on the day ``assess_on``, since another sanction stands then. On
    ``sanctions_due`` its standing sanctions are looked at next; None where there are none. On ``usage_due`` it is asked
    whether its places are used; None where nothing says that they are not. On ``samples_due`` the deadline of its
    control sample is looked at next; None where there is none.
    """

    __tablename__ = "tilbud"
    __table_args__ = (
        Index("tilbud_to_assess", "assess_on", postgresql_where=text("assess_on IS NOT NULL")),
        Index("tilbud_by_sanctions_due", "sanctions_due", "id", postgresql_where=text("sanctions_due IS NOT NULL")),
        Index("tilbud_by_usage_due", "usage_due", "id", postgresql_where=text("usage_due IS NOT NULL")),
        Index("tilbud_by_samples_due", "samples_due", "id", postgresql_where=text("samples_due IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True, server_default="tilbud")
    known: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    name: Mapped[str] = mapped_column(default="", server_default="")
    operator_cvr: Mapped[str] = mapped_column(default="", server_default="", index=True)
    facts_number: Mapped[int] = mapped_column(default=-1, server_default="-1")
    authority: Mapped[str | None] = mapped_column(index=True)
    approving_kinds: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")
    approving_since: Mapped[date | None] = mapped_column(Date)
    authority_version: Mapped[int] = mapped_column(default=0, server_default="0")
    accepted_tilsyn: Mapped[int] = mapped_column(default=0, server_default="0")
    tilsyn_day: Mapped[date | None]
    tilsyn_that_day: Mapped[int] = mapped_column(default=0, server_default="0")
    sanctions_due: Mapped[date | None]
    usage_due: Mapped[date | None]
    samples_due: Mapped[date | None]
    ceased: Mapped[Json | None]
    vacancies: Mapped[Json | None]
    assess_on: Mapped[date | None]
