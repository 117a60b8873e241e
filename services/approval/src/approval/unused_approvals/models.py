"""The rows of approvals that are not used."""

from datetime import date

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from approval.database import Base


class UnusedApproval(Base):
    """An approved subject whose places all stand empty since ``unused_since``, as it says itself.

    ``lapses_on`` is None until it was warned of; from that day the authority is asked to decide whether it lapsed.
    """

    __tablename__ = "unused_approvals"
    __table_args__ = (
        ForeignKeyConstraint(["kind", "tilbud_id"], ["tilbud.kind", "tilbud.id"]),
        Index("unused_approvals_by_age", "unused_since", "tilbud_id"),
    )

    kind: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[str] = mapped_column("tilbud_id", primary_key=True)
    unused_since: Mapped[date]
    lapses_on: Mapped[date | None]
