"""One row for each tilbud with what is known of it, its tilsyn, and its public history."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Computed, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Sequenced
from publication.database import Base


class Tilbud(Sequenced, Base):
    """One tilbud: what its public record follows from, and the record as it is now.

    ``state`` is a ``TilbudState`` as JSON, with those tilsyn only that can count. ``address_hidden``: its address is
    a secret, whether it is public or not. ``version`` counts the changes of the public record, the last of which was
    at ``changed_at``. ``record`` is None while the tilbud is not public. On ``next_change_on`` it changes without any
    fact; a row that an older version of this service adds or changes is due at once.
    """

    __tablename__ = "tilbud"
    __table_args__ = (Index("tilbud_next_change_on", "next_change_on", postgresql_where="next_change_on IS NOT NULL"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[dict[str, Any]] = mapped_column("known", server_default="{}")
    address_hidden: Mapped[bool] = mapped_column(server_default="false")
    version: Mapped[int] = mapped_column(server_default="0")
    changed_at: Mapped[datetime | None]
    next_change_on: Mapped[date | None] = mapped_column(server_default="0001-01-01")
    record: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


def _newest(role: str) -> Index:
    return Index(f"tilsyn_{role}", "tilbud_id", "decided_on", "accepted_number", postgresql_where=f"{role}")


class TilsynRow(Base):
    """One tilsyn of a tilbud in its newest version; ``data`` is the whole event, which has ``bytes`` as JSON.

    The four flags say what it can count as. Each has an index, so that the newest is found among any number.
    """

    __tablename__ = "tilsyn"
    __table_args__ = tuple(_newest(role) for role in ("decides", "ends_approval", "opens_again", "has_sanctions"))

    tilbud_id: Mapped[str] = mapped_column(primary_key=True)
    authority: Mapped[str] = mapped_column(primary_key=True)
    tilsyn_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    decided_on: Mapped[date]
    accepted_number: Mapped[int]
    decides: Mapped[bool]
    ends_approval: Mapped[bool]
    opens_again: Mapped[bool]
    has_sanctions: Mapped[bool]
    bytes: Mapped[int] = mapped_column(Computed("octet_length(data::text)", persisted=True))
    data: Mapped[dict[str, Any]]


class PublicVersion(Base):
    """One version of a tilbud's public record, from ``valid_from`` until the next. ``record`` is None: not public.

    Primary: nothing can compute it again, so nothing deletes it. ``names_removed``: it is so old that the names of
    people are gone from ``record``.
    """

    __tablename__ = "public_versions"
    __table_args__ = (
        Index("public_versions_removals", "tilbud_id", "version", postgresql_where="record IS NULL"),
        Index(
            "public_versions_with_names",
            "tilbud_id",
            "version",
            postgresql_where="record IS NOT NULL AND NOT names_removed",
        ),
    )

    tilbud_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    valid_from: Mapped[datetime]
    reason: Mapped[str]
    changes: Mapped[list[dict[str, Any]]]
    record: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    names_removed: Mapped[bool] = mapped_column(server_default="false")
