"""The table of subjects, as far as follows and mails need them."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Date, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Sequenced
from notification.database import Base, KindColumn


class Subject(Sequenced, Base):
    """A subject; each group of columns is guarded by the number beside it.

    ``authorities`` are all who have had a part in it, so that their officers may follow it. ``figures`` is what the
    public record says that followers are told of, None while it is not public; ``decision`` is the tilsyn that decides
    and ``ceased_on`` the last day of one that has ceased: they say why it is not public any more. ``people`` are the
    addresses of leader and contact person by their role.
    """

    __tablename__ = "tilbud"
    __table_args__ = (
        Index("tilbud_operator_cvr", "operator_cvr", "id"),
        Index("tilbud_authority", "authority", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[KindColumn] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    operator_cvr: Mapped[str | None]
    content_number: Mapped[int] = mapped_column(Integer, default=-1, server_default="-1")
    authority: Mapped[str | None]
    authority_version: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    authorities: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    is_public: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    public_sequence: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    followers_version: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    figures: Mapped[dict[str, Any] | None]
    decision: Mapped[dict[str, Any] | None]
    ceased_on: Mapped[date | None] = mapped_column(Date)
    people: Mapped[dict[str, Any] | None]
