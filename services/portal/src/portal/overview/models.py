"""The overview rows: tilbud, cases, tilsyn and followers as the lists show them, joined from everybody's events."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base


class Tilbud(Base):
    """One tilbud as the lists show it. Every group of columns has the guard that it is written under.

    ``facts_number`` is the submission number of the name and operator (0 at creation, -1 before anything came);
    ``status`` and ``case_status`` are ids of the vocabularies of the same names, derived from tilsyn and cases.
    """

    __tablename__ = "tilbud"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(server_default="")
    search_text: Mapped[str] = mapped_column(server_default="")
    sort_key: Mapped[str] = mapped_column(Text(collation="C"), server_default="")
    operator_cvr: Mapped[str] = mapped_column(server_default="")
    operator_name: Mapped[str] = mapped_column(server_default="")
    facts_number: Mapped[int] = mapped_column(Integer, server_default=text("-1"))
    authority: Mapped[str | None]
    previous_authority: Mapped[str | None]
    authority_version: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    published: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    published_seen: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    followers_version: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    ceased_on: Mapped[date | None]
    ceased_told_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(server_default="under-approval")
    case_status: Mapped[str] = mapped_column(server_default="")
    changed_at: Mapped[datetime | None]

    __table_args__ = (
        Index("tilbud_operator", "operator_cvr", "sort_key", "id"),
        Index("tilbud_authority", "authority", "sort_key", "id"),
        Index("tilbud_given_away", "previous_authority", postgresql_where=text("previous_authority IS NOT NULL")),
    )


class Case(Base):
    """One case of a tilbud. ``revision`` and ``stage`` together say how new ``state`` is.

    A case that moves to another authority has the same revision and stage there, so ``authority_sequence``, the one
    of the event, says how new ``authority`` is.
    """

    __tablename__ = "cases"

    id: Mapped[str] = mapped_column(primary_key=True)
    tilbud_id: Mapped[str] = mapped_column(ForeignKey("tilbud.id"), index=True)
    number: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    revision: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    stage: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    state: Mapped[str] = mapped_column(server_default="awaiting")
    authority: Mapped[str | None]
    authority_sequence: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    steps: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    legal_bases: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    submitted_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]

    __table_args__ = (Index("cases_open", "authority", postgresql_where=text("state IN ('awaiting', 'returned')")),)


class Tilsyn(Base):
    """One tilsyn, as far as the status of its tilbud depends on it; ``version`` corrects an earlier one.

    ``tilsyn_id`` has the authority before it: two authorities may choose the same id.
    """

    __tablename__ = "tilsyn"

    tilbud_id: Mapped[str] = mapped_column(ForeignKey("tilbud.id"), primary_key=True)
    tilsyn_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    accepted_number: Mapped[int] = mapped_column(Integer)
    decided_on: Mapped[date]
    decision: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default="announced")
    intensified_from: Mapped[date | None]
    intensified_until: Mapped[date | None]


class Follower(Base):
    """One user who follows a tilbud, counted on the side of ``organisation`` (R22)."""

    __tablename__ = "followers"

    tilbud_id: Mapped[str] = mapped_column(ForeignKey("tilbud.id"), primary_key=True)
    sub: Mapped[str] = mapped_column(primary_key=True)
    organisation: Mapped[str]

    __table_args__ = (Index("followers_organisation", "organisation", "tilbud_id"),)
