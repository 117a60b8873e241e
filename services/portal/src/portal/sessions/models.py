"""The table of sessions."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base


class Session(Base):
    """A signed-in user's session. ``id_hash`` is a digest of the cookie; the tokens are encrypted."""

    __tablename__ = "sessions"

    id_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    sub: Mapped[str]
    name: Mapped[str]
    org_name: Mapped[str]
    cvr: Mapped[str]
    rights: Mapped[list[str]] = mapped_column(JSONB)
    access_token: Mapped[bytes] = mapped_column(LargeBinary)
    id_token: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
