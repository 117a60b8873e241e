"""The tables: tilbud as far as mails need them, who follows, what each user wants, and the mails owed."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, DateTime, Identity, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.database import Sequenced

OWED = "owed"
SENT = "sent"
BOUNCED = "bounced"
FAILED = "failed"


class Base(DeclarativeBase):
    """The tables of this service."""

    type_annotation_map = {  # noqa: RUF012  SQLAlchemy reads it from the class.
        str: Text,
        datetime: DateTime(timezone=True),
        bool: Boolean,
        dict[str, Any]: JSONB,
        list[str]: JSONB,
    }


class Tilbud(Sequenced, Base):
    """A tilbud; each group of columns is guarded by the number beside it.

    ``authorities`` are all who have had a part in it, so that their officers may follow it.
    """

    __tablename__ = "tilbud"
    __table_args__ = (
        Index("tilbud_operator_cvr", "operator_cvr", "id"),
        Index("tilbud_authority", "authority", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    operator_cvr: Mapped[str | None]
    content_number: Mapped[int] = mapped_column(Integer, default=-1, server_default="-1")
    authority: Mapped[str | None]
    authority_version: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    authorities: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    is_public: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    public_sequence: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    followers_version: Mapped[int] = mapped_column(Integer, default=0, server_default="0")


class User(Base):
    """A signed-in user that follows something or has preferences.

    ``email`` is the address in the latest token, ``own_email`` the one that the user has chosen instead. ``mails``
    says for each kind of mail whether it is wanted; a kind that is not there is.
    """

    __tablename__ = "users"

    sub: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str | None]
    own_email: Mapped[str | None]
    mails: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    version: Mapped[int] = mapped_column(Integer, default=0, server_default="0")


class Follow(Base):
    """One user follows one tilbud; ``organisation`` is the side that the user is counted on (row 22)."""

    __tablename__ = "follows"
    __table_args__ = (Index("follows_sub", "sub", "tilbud_id"),)

    tilbud_id: Mapped[str] = mapped_column(primary_key=True)
    sub: Mapped[str] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    followed_at: Mapped[datetime]


class Mail(Base):
    """One mail owed to one address for one fact: never twice, whatever is delivered or replayed again.

    ``organisation`` is the recipient's, ``sub`` the recipient where it is a user. ``next_at`` is when it is due,
    and while somebody is sending it, when that attempt counts as lost. ``data`` is what the template shows.
    """

    __tablename__ = "mails"
    __table_args__ = (
        UniqueConstraint("tilbud_id", "fact", "kind", "email", name="mails_once"),
        Index("mails_due", "next_at", postgresql_where=text("state = 'owed'")),
        Index("mails_tilbud_id", "tilbud_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    tilbud_id: Mapped[str]
    fact: Mapped[str]
    kind: Mapped[str]
    role: Mapped[str]
    email: Mapped[str]
    sub: Mapped[str | None]
    organisation: Mapped[str]
    data: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default=OWED, server_default=OWED)
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    next_at: Mapped[datetime]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    smtp_code: Mapped[int | None] = mapped_column(Integer)
