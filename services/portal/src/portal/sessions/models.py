"""The tables of sessions, and of what was typed when one had ended."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base


class Session(Base):
    """A signed-in user's session. ``id_hash`` is a digest of the cookie; the tokens are encrypted.

    From ``renew_at`` on the next request gets new tokens; None for a session that ends with those that it has. Nothing
    reads ``id_token`` but the version before this one, and it goes with that version.
    """

    __tablename__ = "sessions"

    id_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    sub: Mapped[str]
    name: Mapped[str]
    org_name: Mapped[str]
    cvr: Mapped[str]
    rights: Mapped[list[str]] = mapped_column(JSONB)
    access_token: Mapped[bytes] = mapped_column(LargeBinary)
    id_token: Mapped[bytes] = mapped_column(LargeBinary)
    refresh_token: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    renew_at: Mapped[datetime | None]


class KeptForm(Base):
    """A form that came after its session had ended, encrypted, until its ``owner`` has signed in again.

    ``id_hash`` is a digest of what the browser holds, ``path`` the address that the form was sent to.
    """

    __tablename__ = "kept_forms"

    id_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    owner: Mapped[str] = mapped_column(index=True)
    path: Mapped[str]
    fields: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime] = mapped_column(index=True)
