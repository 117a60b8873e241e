"""The tables of the leaders' CPR numbers."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from reporting.database import Base, Json


class LeaderCpr(Base):
    """The leader's CPR number, encrypted. It stands here and nowhere else.

    ``key_id`` names the key that it was encrypted under; NULL where the release before wrote the row.
    """

    __tablename__ = "leader_cprs"

    tilbud_id: Mapped[str] = mapped_column(ForeignKey("tilbud.id"), primary_key=True)
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str | None]
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    set_at: Mapped[datetime]


class CprAccess(Base):
    """One row for each time somebody saw or set a leader's CPR number; the database refuses to change or remove one.

    ``purpose`` is an id of the vocabulary ``cpr-purposes`` and ``note`` what was written to it; both are NULL where
    the number was set, and of views before purposes were asked for.
    """

    __tablename__ = "cpr_accesses"
    __table_args__ = (Index("cpr_accesses_tilbud", "tilbud_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    tilbud_id: Mapped[str] = mapped_column(ForeignKey("tilbud.id"))
    act: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    by: Mapped[Json]
    purpose: Mapped[str | None]
    note: Mapped[str | None]
