"""The table of saved searches."""

from datetime import datetime

from sqlalchemy import Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from notification.database import Base


class SavedSearch(Base):
    """A search of ``email``, as the query of ``GET /v1/search``; nothing is told before the address has confirmed it.

    ``seen`` are the ids of the tilbud that were found last, None before the first time. ``runs`` counts the times that
    something was told. ``next_at`` is when it is asked again, ``refused_since`` the first of the
    times in a row that the search could not be made of it.
    """

    __tablename__ = "saved_searches"
    __table_args__ = (
        Index("saved_searches_email", "email"),
        Index("saved_searches_due", "next_at", postgresql_where=text("confirmed_at IS NOT NULL AND ended_at IS NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    query: Mapped[str]
    email: Mapped[str]
    frequency: Mapped[str]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    next_at: Mapped[datetime]
    refused_since: Mapped[datetime | None]
    seen: Mapped[list[str] | None]
    runs: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
