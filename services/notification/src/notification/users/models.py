"""The table of users: where their mails go, and which are wanted."""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from notification.database import Base


class User(Base):
    """A signed-in user that follows something or has preferences.

    ``email`` is the address in the latest token, ``own_email`` the one that the user has chosen instead; until a mail
    to it has been answered, that one is ``wanted_email``, and ``wanted_key`` names the mail. ``mails`` says for each
    kind of mail whether it is wanted, ``frequency`` how often; a kind that is not there is, at once. ``paused_at`` is
    when all were ended.
    """

    __tablename__ = "users"

    sub: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str | None]
    own_email: Mapped[str | None]
    mails: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    wanted_email: Mapped[str | None]
    wanted_key: Mapped[str | None]
    frequency: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    paused_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(Integer, default=0, server_default="0")


class StoppedAddress(Base):
    """An address that mail servers do not take mails for; no follower is written to there until the user says so."""

    __tablename__ = "stopped_addresses"

    email: Mapped[str] = mapped_column(primary_key=True)
    stopped_at: Mapped[datetime]
    smtp_code: Mapped[int | None] = mapped_column(Integer)
