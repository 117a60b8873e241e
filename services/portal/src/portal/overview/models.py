"""The overview rows: subjects, cases, tilsyn and followers as the lists show them, joined from everybody's events.

A subject is a tilbud or of another kind; its key is its id and its kind. Tables and columns have the names of the
time when there were only tilbud.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKeyConstraint, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base


def _of_subject() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["kind", "tilbud_id"], ["tilbud.kind", "tilbud.id"])


class Subject(Base):
    """One subject as the lists show it. Every group of columns has the guard that it is written under.

    ``identity_number`` is the submission number of the name and operator (0 at creation, -1 before anything came);
    ``status`` and ``case_status`` are ids of the vocabularies ``tilsyn-statuses`` and ``case-statuses``, derived from
    tilsyn and cases. ``givers`` are the authorities that handed it over, and
    only tilsyn of ``approving_kinds`` count, from the day ``approving_since`` on, all without kinds.
    ``public_changed_at`` is the newest of what the public record says: its
    approval, its confirmation, its tilsyn; None where it is not public.
    """

    __tablename__ = "tilbud"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True, server_default="tilbud")
    name: Mapped[str] = mapped_column(server_default="")
    search_text: Mapped[str] = mapped_column(server_default="")
    sort_key: Mapped[str] = mapped_column(Text(collation="C"), server_default="")
    operator_cvr: Mapped[str] = mapped_column(server_default="")
    operator_name: Mapped[str] = mapped_column(server_default="")
    identity_number: Mapped[int] = mapped_column("facts_number", Integer, server_default=text("-1"))
    authority: Mapped[str | None]
    previous_authority: Mapped[str | None]
    givers: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    approving_kinds: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    approving_since: Mapped[date | None]
    authority_version: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    published: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    publication_sequence: Mapped[int] = mapped_column("published_seen", Integer, server_default=text("0"))
    followers_version: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    ceased_on: Mapped[date | None]
    ceased_reported_at: Mapped[datetime | None] = mapped_column("ceased_told_at")
    status: Mapped[str] = mapped_column(server_default="under-approval")
    case_status: Mapped[str] = mapped_column(server_default="")
    changed_at: Mapped[datetime | None]
    public_changed_at: Mapped[datetime | None]

    __table_args__ = (
        Index("tilbud_public", "kind", "public_changed_at", postgresql_where=text("published")),
        Index("tilbud_operator", "operator_cvr", "sort_key", "id"),
        Index("tilbud_authority", "authority", "sort_key", "id"),
        Index("tilbud_given_away", "previous_authority", postgresql_where=text("previous_authority IS NOT NULL")),
    )


class Case(Base):
    """One case of a subject. ``revision`` and ``stage`` together say how new ``state`` is.

    A case that moves to another authority has the same revision and stage there, so ``authority_sequence``, the one
    of the event, says how new ``authority`` is. ``not_routed`` tells that this revision is back since no rule names
    an authority: it opens as soon as somebody has decided on one.
    """

    __tablename__ = "cases"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(server_default="tilbud")
    subject_id: Mapped[str] = mapped_column("tilbud_id", index=True)
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
    not_routed: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))

    __table_args__ = (
        _of_subject(),
        Index("cases_open", "authority", postgresql_where=text("state IN ('awaiting', 'returned')")),
    )


class Tilsyn(Base):
    """One tilsyn, as far as the status of its subject depends on it; ``version`` corrects an earlier one.

    ``tilsyn_id`` has the authority before it: two authorities may choose the same id. ``tilsyn_kind`` says how the
    tilsyn came about.
    """

    __tablename__ = "tilsyn"

    subject_id: Mapped[str] = mapped_column("tilbud_id", primary_key=True)
    tilsyn_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column("subject_kind", primary_key=True, server_default="tilbud")
    version: Mapped[int] = mapped_column(Integer)
    accepted_number: Mapped[int] = mapped_column(Integer)
    decided_on: Mapped[date]
    decision: Mapped[str]
    tilsyn_kind: Mapped[str] = mapped_column("kind", server_default="announced")
    intensified_from: Mapped[date | None]
    intensified_until: Mapped[date | None]

    __table_args__ = (
        ForeignKeyConstraint(["subject_kind", "tilbud_id"], ["tilbud.kind", "tilbud.id"]),
        # The version before this one names these two columns when it writes; it goes with that version.
        Index("tilsyn_of_tilbud", "tilbud_id", "tilsyn_id", unique=True),
    )


class Follower(Base):
    """One user who follows a subject, counted on the side of ``organisation`` (R22)."""

    __tablename__ = "followers"

    subject_id: Mapped[str] = mapped_column("tilbud_id", primary_key=True)
    sub: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True, server_default="tilbud")
    organisation: Mapped[str]

    __table_args__ = (_of_subject(), Index("followers_organisation", "organisation", "tilbud_id"))
