"""The rows of ``publication``: one per tilbud with all that is known, its public history, the feed, the search."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Computed,
    DateTime,
    Double,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.database import Sequenced

FEED_CHANNEL = "feed"
PENDING_CHANNEL = "feed_pending"


class Base(DeclarativeBase):
    """The tables of this service."""

    type_annotation_map = {  # noqa: RUF012  SQLAlchemy reads it as a plain dictionary.
        str: Text,
        int: Integer,
        float: Double,
        bool: Boolean,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
        list[str]: ARRAY(Text),
        list[int]: ARRAY(SmallInteger),
    }


class Tilbud(Sequenced, Base):
    """One tilbud: everything known about it, and its public record as it is now.

    ``known`` is a ``facts.Known``. ``address_hidden``: its address is a secret, whether it is public or not.
    ``version`` counts the changes of the public record, the last of which was at ``changed_at``. ``record`` is None
    while the tilbud is not public.
    """

    __tablename__ = "tilbud"

    id: Mapped[str] = mapped_column(primary_key=True)
    known: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    address_hidden: Mapped[bool] = mapped_column(server_default="false")
    version: Mapped[int] = mapped_column(server_default="0")
    changed_at: Mapped[datetime | None]
    record: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class PublicVersion(Base):
    """One version of a tilbud's public record, from ``valid_from`` until the next. ``record`` is None: not public.

    Primary: nothing can compute it again, so nothing deletes it.
    """

    __tablename__ = "public_versions"

    tilbud_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    valid_from: Mapped[datetime]
    reason: Mapped[str]
    changes: Mapped[list[dict[str, Any]]]
    record: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class PendingEntry(Base):
    """A committed change that has no place in the feed yet."""

    __tablename__ = "feed_pending"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    tilbud_id: Mapped[str]
    version: Mapped[int]


class FeedHead(Sequenced, Base):
    """The one row that numbers the feed: ``sequence`` is the number of the last entry."""

    __tablename__ = "feed_head"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)


class FeedRow(Base):
    """One entry of the feed; what it says stands in the public version. ``latest``: no later one of this tilbud."""

    __tablename__ = "feed"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tilbud_id", "version"], ["public_versions.tilbud_id", "public_versions.version"], name="feed_version"
        ),
        Index("feed_latest", "tilbud_id", unique=True, postgresql_where="latest"),
    )

    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    tilbud_id: Mapped[str]
    version: Mapped[int]
    latest: Mapped[bool]


def _array_index(column: str) -> Index:
    return Index(f"search_rows_{column}", column, postgresql_using="gin", postgresql_where="valid_to IS NULL")


class SearchRow(Base):
    """One department of one public version, or the whole tilbud where it has none (``department_id`` is empty).

    ``title`` and ``words`` are in lower case; ``words`` holds everything that a part of a word may be found in.
    ``facets`` are written ``facet:value``, a term together with the terms above it. ``item`` is what a list of results
    shows. Only rows with ``valid_to`` None are public now.
    """

    __tablename__ = "search_rows"
    __table_args__ = (
        Index("search_rows_document", "document", postgresql_using="gin", postgresql_where="valid_to IS NULL"),
        Index(
            "search_rows_words",
            "words",
            postgresql_using="gin",
            postgresql_ops={"words": "gin_trgm_ops"},
            postgresql_where="valid_to IS NULL",
        ),
        Index(
            "search_rows_title",
            "title",
            postgresql_using="gin",
            postgresql_ops={"title": "gin_trgm_ops"},
            postgresql_where="valid_to IS NULL",
        ),
        Index("search_rows_past", "valid_from", "valid_to", postgresql_where="valid_to IS NOT NULL"),
        *(_array_index(column) for column in ("facets", "ages")),
    )

    tilbud_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    sort_name: Mapped[str] = mapped_column(Text(collation="C"))
    title: Mapped[str]
    words: Mapped[str]
    document: Mapped[Any] = mapped_column(
        TSVECTOR,
        Computed(
            "setweight(to_tsvector('danish'::regconfig, title), 'A')"
            " || setweight(to_tsvector('danish'::regconfig, words), 'C')",
            persisted=True,
        ),
    )
    facets: Mapped[list[str]]
    ages: Mapped[list[int]]
    vacancies: Mapped[int | None]
    rate_oere: Mapped[int | None] = mapped_column(BigInteger)
    quality: Mapped[float | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    item: Mapped[dict[str, Any]]
