"""The rows of the feed: what waits for its number, the numbered entries, and the head that numbers them."""

from sqlalchemy import BigInteger, ForeignKeyConstraint, Identity, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Sequenced
from publication.database import Base

# Triggers of the two tables notify these channels.
FEED_CHANNEL = "feed"
PENDING_CHANNEL = "feed_pending"


class PendingEntry(Base):
    """A committed change that has no place in the feed yet."""

    __tablename__ = "feed_pending"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    tilbud_id: Mapped[str]
    version: Mapped[int]


class FeedHead(Sequenced, Base):
    """The one row that numbers the feed: ``sequence`` is the number of the last entry.

    ``epoch`` names the numbering: it is another one after a restore, since the same numbers may then mean something
    else. ``history`` is PostgreSQL's own name of the history that the epoch belongs to.
    """

    __tablename__ = "feed_head"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    epoch: Mapped[str] = mapped_column(server_default=text("gen_random_uuid()"))
    history: Mapped[str | None]


class FeedRow(Base):
    """One entry of the feed; what it says stands in the public version. ``latest``: no later one of this tilbud."""

    __tablename__ = "feed"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tilbud_id", "version"], ["public_versions.tilbud_id", "public_versions.version"], name="feed_version"
        ),
        Index("feed_latest", "tilbud_id", unique=True, postgresql_where="latest"),
    )

    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    tilbud_id: Mapped[str]
    version: Mapped[int]
    latest: Mapped[bool]
