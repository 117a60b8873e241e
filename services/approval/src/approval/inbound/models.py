"""The rows of receipts and applications."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from approval.database import Base, Json


class InboundReceipt(Base):
    """The one answer to one event of an external system. ``answer`` is None while the event waits.

    An event is known by authority (its topic), source and id; ``event_id`` is None when it could not be read, and for
    a second event with an id that is taken. ``waiting`` holds the event until its subject is known or ``park_until``
    has come; an event with an ``application_id`` waits for the tilbud that the application becomes. ``repeats`` counts
    how often an event came again while it waited.

    ``content_hash`` tells another content with the same id; empty where none was kept. An accepted event says in
    ``event_type``, ``subject_id``, ``tilsyn_id`` and ``version`` what it was about. ``position`` is its place among the
    settled receipts, given when it is committed.
    """

    __tablename__ = "receipts"
    __table_args__ = (
        Index("receipts_by_event", "authority", "source", "event_id", unique=True),
        Index("receipts_parked", "park_until", postgresql_where=text("park_until IS NOT NULL")),
        Index("receipts_awaited", "authority", "application_id", postgresql_where=text("application_id IS NOT NULL")),
        Index("receipts_by_position", "authority", "position"),
        Index(
            "receipts_without_position",
            "received_at",
            "id",
            postgresql_where=text("position IS NULL AND answer IS NOT NULL"),
        ),
        Index("receipts_by_age", "received_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    authority: Mapped[str]
    source: Mapped[str]
    event_id: Mapped[str | None]
    content_hash: Mapped[str]
    answer: Mapped[Json | None]
    waiting: Mapped[Json | None]
    kind: Mapped[str] = mapped_column(server_default="tilbud")
    subject_id: Mapped[str | None] = mapped_column("tilbud_id")
    application_id: Mapped[str | None]
    park_until: Mapped[datetime | None]
    repeats: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime]
    event_type: Mapped[str | None]
    tilsyn_id: Mapped[str | None]
    version: Mapped[int | None]
    position: Mapped[int | None] = mapped_column(BigInteger)


class Application(Base):
    """An application that became or will become a tilbud (R105); ``accepted_at`` is None until one is accepted."""

    __tablename__ = "applications"

    authority: Mapped[str] = mapped_column(primary_key=True)
    application_id: Mapped[str] = mapped_column(primary_key=True)
    content_hash: Mapped[str | None]
    tilbud_id: Mapped[str | None]
    accepted_at: Mapped[datetime | None]
