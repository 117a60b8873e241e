"""What is written to the search when a tilbud has a new public version, or must be shown otherwise than before."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, update
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import defer_insert, flush_deferred_inserts
from contracts.events.publication import PublicTilbud
from publication.records.models import PublicVersion, Tilbud
from publication.search.models import SearchRow
from publication.search.projection import search_values, units_of

_ROWS = SearchRow.metadata.tables[SearchRow.__tablename__]
_NEW_ROW = insert(_ROWS)
_END_OLDER_ROWS = (
    update(_ROWS)
    .where(_ROWS.c.tilbud_id == bindparam("of"), _ROWS.c.version < bindparam("before"), _ROWS.c.valid_to.is_(None))
    .values(valid_to=bindparam("until"))
)


def show_version(session: AsyncSession, tilbud: Tilbud, record: PublicTilbud | None, valid_from: datetime) -> None:
    """Show the new version of ``tilbud`` from ``valid_from`` on and the older ones until then."""
    # First the rows of all versions, then their ends: so one that the same batch replaces does not stay shown.
    defer_insert(session, _NEW_ROW, *(_rows(record, valid_from, None) if record else ()))
    defer_insert(session, _END_OLDER_ROWS, {"of": tilbud.id, "before": tilbud.version, "until": valid_from})


async def project_again(session: AsyncSession, tilbud: Tilbud) -> None:
    """Make the rows of the current version of ``tilbud`` again, whatever has become of them."""
    await flush_deferred_inserts(session)
    of_it = or_(SearchRow.version == tilbud.version, SearchRow.valid_to.is_(None))
    await session.execute(delete(SearchRow).where(SearchRow.tilbud_id == tilbud.id, of_it))
    if tilbud.record is not None:
        version = await session.get_one(PublicVersion, (tilbud.id, tilbud.version))
        rows = _rows(PublicTilbud.model_validate(tilbud.record), version.valid_from, None)
        await session.execute(_NEW_ROW, rows)


async def forget_rows(session: AsyncSession, tilbud_id: str) -> None:
    """Delete the rows of every version of a tilbud: ``add_rows`` makes them again."""
    await session.execute(delete(SearchRow).where(SearchRow.tilbud_id == tilbud_id))


async def add_rows(session: AsyncSession, versions: Sequence[PublicVersion], until: datetime | None) -> None:
    """Add the rows of ``versions`` of a tilbud, which are in their order; ``until`` is where the last one ends."""
    ends = [*(version.valid_from for version in versions[1:]), until]
    for version, end in zip(versions, ends, strict=True):
        if version.record:
            rows = _rows(PublicTilbud.model_validate(version.record), version.valid_from, end)
            await session.execute(_NEW_ROW, rows)


def _rows(record: PublicTilbud, valid_from: datetime, valid_to: datetime | None) -> list[dict[str, Any]]:
    place = {"tilbud_id": record.id, "version": record.version, "valid_from": valid_from, "valid_to": valid_to}
    return [
        {**place, "department_id": unit.department.id if unit.department else "", **search_values(unit)}
        for unit in units_of(record)
    ]
