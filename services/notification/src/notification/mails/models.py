"""The table of mails owed and sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from notification.database import Base, KindColumn

OWED = "owed"
SENT = "sent"
BOUNCED = "bounced"
FAILED = "failed"
SUPERSEDED = "superseded"
COLLECTED = "collected"
DIGESTED = "digested"


class Mail(Base):
    """One mail owed to one address for one fact: never twice, whatever is delivered or replayed again.

    ``organisation`` is the recipient's, ``sub`` the recipient where it is a user. ``next_at`` is when it is due,
    and while somebody is sending it, when that attempt counts as lost. ``data`` is what the template shows. ``failure``
    says why one that is ``bounced`` or ``failed`` was not delivered; those of earlier releases do not say it.

    ``thread`` names what the facts of several mails are about. ``due_at`` is set where a mail waits, since there were
    many in its thread; one that waits is ``superseded`` by the next. One that is ``collected`` goes, at ``due_at``,
    into the mail of a day or a week (``frequency``) and is ``digested`` then. ``message_id`` is set once it is sent: a
    mail server that gives it back names it.
    """

    __tablename__ = "mails"
    __table_args__ = (
        UniqueConstraint("tilbud_id", "fact", "kind", "email", "subject_kind", name="mails_once"),
        Index("mails_due", "next_at", postgresql_where=text("state = 'owed'")),
        Index("mails_tilbud_id", "tilbud_id", "id"),
        Index("mails_thread", "tilbud_id", "thread", "email"),
        Index("mails_collected", "due_at", "sub", postgresql_where=text("state = 'collected'")),
        Index("mails_message_id", "message_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    subject_kind: Mapped[KindColumn]
    subject_id: Mapped[str] = mapped_column("tilbud_id")
    fact: Mapped[str]
    thread: Mapped[str | None]
    mail_type: Mapped[str] = mapped_column("kind")
    role: Mapped[str]
    email: Mapped[str]
    sub: Mapped[str | None]
    organisation: Mapped[str]
    data: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default=OWED, server_default=OWED)
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    next_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    failure: Mapped[str | None]
    smtp_code: Mapped[int | None] = mapped_column(Integer)
    frequency: Mapped[str | None]
    message_id: Mapped[str | None]
