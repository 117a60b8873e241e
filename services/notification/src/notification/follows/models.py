"""The table of who follows what."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from notification.database import Base, KindColumn


class Follow(Base):
    """One user follows one subject; ``organisation`` is the side that the user is counted on (R22)."""

    __tablename__ = "follows"
    __table_args__ = (Index("follows_sub", "sub", "tilbud_id"),)

    subject_id: Mapped[str] = mapped_column("tilbud_id", primary_key=True)
    sub: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[KindColumn] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    followed_at: Mapped[datetime]


class EndedFollow(Base):
    """A follow that was ended by the link in a mail, so that the same link can bring it back for a while."""

    __tablename__ = "ended_follows"

    subject_id: Mapped[str] = mapped_column("tilbud_id", primary_key=True)
    sub: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[KindColumn] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    followed_at: Mapped[datetime]
    ended_at: Mapped[datetime]
