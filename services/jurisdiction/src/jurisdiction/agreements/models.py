"""The table of recorded agreements."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from jurisdiction.database import Base, KindColumn

DELEGATION = "delegation"
ALL_PLACES = "all-places"


class Agreement(Base):
    """One agreement about a subject, valid from its first day to its last; ``version`` rises with each change.

    A ``delegation`` gives the task to ``authority``; by ``all-places`` the kommune ``authority`` uses all places.
    ``source`` says where it is written.
    """

    __tablename__ = "agreements"
    __table_args__ = (Index("agreements_of_subject", "tilbud_id", "kind"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[KindColumn]
    subject_id: Mapped[str] = mapped_column("tilbud_id")
    type: Mapped[str]
    authority: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    recorded_by: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime]
    changed_at: Mapped[datetime]
