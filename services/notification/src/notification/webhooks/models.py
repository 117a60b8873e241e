"""The tables of webhooks, and of the calls that are owed to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from notification.database import Base


class Webhook(Base):
    """An address that a user has called with the news of what the user follows.

    ``secret`` signs the calls. ``failures`` counts calls that failed for good, one after the other; after several it is
    off (``off_at``). ``rests_until``: it is being called, or did not answer, and is not called before.
    """

    __tablename__ = "webhooks"
    __table_args__ = (Index("webhooks_sub", "sub"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    sub: Mapped[str]
    url: Mapped[str]
    secret: Mapped[str]
    created_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    off_at: Mapped[datetime | None]
    rests_until: Mapped[datetime | None]


class WebhookCall(Base):
    """One call owed for one fact; ``message_id`` is the same at every attempt. ``next_at`` is None once it is done."""

    __tablename__ = "webhook_calls"
    __table_args__ = (
        UniqueConstraint("webhook_id", "fact", name="webhook_calls_once"),
        Index("webhook_calls_due", "next_at", postgresql_where=text("next_at IS NOT NULL")),
        Index("webhook_calls_due_of", "webhook_id", "next_at", postgresql_where=text("next_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    webhook_id: Mapped[str]
    fact: Mapped[str]
    message_id: Mapped[str]
    body: Mapped[dict[str, Any]]
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    created_at: Mapped[datetime]
    next_at: Mapped[datetime | None]
