"""The tables: the authority of each subject now, and its history."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Sequenced
from jurisdiction.database import Base, KindColumn


class Subject(Sequenced, Base):
    """The authority of a subject now; ``version`` 0 means that it has none yet.

    ``approved`` has the approved routing facts of each step: ``{step: {"number": …, "facts": {…}}}``. The number of
    the submission guards them: an older case never overwrites a newer one. ``moved`` is the latest approved change
    of address, ``{"from_municipality", "known_on"}``. ``authorities`` are all who have had a part in it, a case
    included; ``operator_number`` is the number of the submission that said who runs it, 0 that of its creation.
    ``created_facts`` are the routing facts of its creation. ``givers`` handed it over, the latest last: each of them
    can take it back, and what the rules name one of them for is decided by ``authority``. ``approving_kinds`` are the
    kinds of authority whose tilsyn count, decided on the day ``approving_since`` or later; all where there are none.
    """

    __tablename__ = "tilbud"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[KindColumn] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    authority: Mapped[str | None]
    decided_number: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    approved: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    moved: Mapped[dict[str, Any] | None]
    created_facts: Mapped[dict[str, Any] | None]
    givers: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    approving_kinds: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    approving_since: Mapped[date | None]
    authorities: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    operator_cvr: Mapped[str | None]
    operator_number: Mapped[int] = mapped_column(Integer, default=-1, server_default="-1")
    is_public: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    public_sequence: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class Assignment(Base):
    """One period of a subject under one authority; it ends where the next version begins."""

    __tablename__ = "assignments"

    subject_id: Mapped[str] = mapped_column("tilbud_id", primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[KindColumn] = mapped_column(primary_key=True)
    authority: Mapped[str]
    previous: Mapped[str | None]
    rule: Mapped[str]
    legal_source: Mapped[str | None]
    explanation: Mapped[str]
    assigned_at: Mapped[datetime]
    givers: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    approving_kinds: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    approving_since: Mapped[date | None]
