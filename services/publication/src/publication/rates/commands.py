"""What is written of rates when a tilbud has a new public version."""

from typing import Any

from sqlalchemy import bindparam, delete, insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import defer_insert, flush_deferred_inserts
from contracts.events.publication import PublicTilbud
from publication.rates.models import RateRow
from publication.rates.rules import rates_of
from publication.records.models import Tilbud

_RATES = RateRow.metadata.tables[RateRow.__tablename__]
_NEW_ROW = insert(_RATES)
_DELETE_OLDER = delete(_RATES).where(_RATES.c.tilbud_id == bindparam("of"), _RATES.c.version < bindparam("before"))


def show_rates(session: AsyncSession, tilbud: Tilbud, record: PublicTilbud | None) -> None:
    """Show the rates of the new version of ``tilbud``, and those of older ones no more."""
    # First the rows of all versions: so one that the same batch replaces does not stay.
    defer_insert(session, _NEW_ROW, *(_rows(tilbud.version, record) if record else ()))
    defer_insert(session, _DELETE_OLDER, {"of": tilbud.id, "before": tilbud.version})


async def project_rates_again(session: AsyncSession, tilbud: Tilbud) -> None:
    """Make the rows of the current version of ``tilbud`` again, whatever has become of them."""
    await flush_deferred_inserts(session)
    await session.execute(delete(RateRow).where(RateRow.tilbud_id == tilbud.id))
    rows = _rows(tilbud.version, PublicTilbud.model_validate(tilbud.record)) if tilbud.record else []
    if rows:
        await session.execute(_NEW_ROW, rows)


def _rows(version: int, record: PublicTilbud) -> list[dict[str, Any]]:
    return [{"tilbud_id": record.id, "version": version, **each._asdict()} for each in rates_of(record)]
