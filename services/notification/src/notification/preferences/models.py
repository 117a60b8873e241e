"""The table of users: where their mails go, and which are wanted."""

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from notification.database import Base


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
