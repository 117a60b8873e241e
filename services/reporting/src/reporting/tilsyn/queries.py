"""What the tilsyn of a tilbud mean here: its status in lists, and whether anything can still be reported for it."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.problems import Problem
from contracts.events.approval import TilsynDecision, TilsynKind
from contracts.tilsyn import Assessed, has_ceased
from reporting.models import Tilbud, TilsynSeen


async def tilsyn_of(session: AsyncSession, tilbud_ids: Collection[str]) -> dict[str, list[Assessed]]:
    """Return the tilsyn of each of these tilbud."""
    found: dict[str, list[Assessed]] = {}
    for row in await session.scalars(select(TilsynSeen).where(TilsynSeen.tilbud_id.in_(tilbud_ids))):
        found.setdefault(row.tilbud_id, []).append(_assessed(row))
    return found


async def refuse_ceased(session: AsyncSession, tilbud: Tilbud) -> None:
    """Raise ``tilbud-ceased`` when the tilbud is closed for good and no new approval has opened it (row 99)."""
    if tilbud.ceased_on is None:
        return
    tilsyn = await tilsyn_of(session, [tilbud.id])
    if has_ceased(tilbud.ceased_on, tilsyn.get(tilbud.id, [])):
        raise Problem("tilbud-ceased", "Der kan ikke indberettes for et tilbud, der er ophørt.")


def _assessed(row: TilsynSeen) -> Assessed:
    first, last = row.intensified_from, row.intensified_until
    period = (first, last) if first and last else None
    return Assessed(row.decided_on, row.accepted_number, TilsynDecision(row.decision), TilsynKind(row.kind), period)
