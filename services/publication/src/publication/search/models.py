"""The rows that are searched."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Computed, Index, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from publication.database import Base

_CURRENT = "valid_to IS NULL"


def _index(column: str, **options: Any) -> Index:
    return Index(f"search_rows_{column}", column, postgresql_using="gin", postgresql_where=_CURRENT, **options)


class SearchRow(Base):
    """One department of one public version, or the whole tilbud where it has none (``department_id`` is empty).

    ``title`` and ``words`` are in lower case; ``words`` holds everything that a part of a word may be found in.
    ``facets`` are written ``facet:value``, a term together with the terms above it. ``item`` is what a list of results
    shows. ``group_ages`` are written ``target group:from-to`` as packages say, ``rates`` are the lowest in øre by unit.
    ``identifiers`` are written ``kind:value``: numbers, addresses and people that a tilbud is known by. Only rows with
    ``valid_to`` None are public now.
    """

    __tablename__ = "search_rows"
    __table_args__ = (
        *(_index(column, postgresql_ops={column: "gin_trgm_ops"}) for column in ("words", "title")),
        *(_index(column) for column in ("document", "facets", "ages")),
        Index("search_rows_shown", "tilbud_id", postgresql_where=_CURRENT),
        Index("search_rows_past", "valid_from", "valid_to", postgresql_where="valid_to IS NOT NULL"),
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
    identifiers: Mapped[list[str]] = mapped_column(server_default="{}")
    group_ages: Mapped[list[str]] = mapped_column(server_default="{}")
    rates: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    ages: Mapped[list[int]]
    vacancies: Mapped[int | None]
    rate_oere: Mapped[int | None] = mapped_column(BigInteger)
    quality: Mapped[float | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    item: Mapped[dict[str, Any]]


class SearchChange(Base):
    """A tilbud whose rows changed, and the transaction that changed them last: a trigger of the rows writes it.

    The row without an id is always there.
    """

    __tablename__ = "search_changes"
    __table_args__ = (Index("search_changes_in", "changed_in"),)

    tilbud_id: Mapped[str] = mapped_column(primary_key=True)
    changed_in: Mapped[int] = mapped_column(BigInteger)
