"""What the tilsyn of a tilbud mean here: its status in lists, and whether anything can still be reported for it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import today
from contracts.events.approval import TilsynDecision, TilsynKind
from contracts.tilsyn import Status, TilsynOutcome, counts, has_ceased, status_of
from reporting.subjects.models import Tilbud
from reporting.tilsyn.models import Tilsyn
from reporting.tilsyn.rules import HasCeased


async def statuses_of(session: AsyncSession, rows: Sequence[Tilbud]) -> dict[str, Status]:
    """Return the tilsynsstatus of each tilbud."""
    tilsyn = await _tilsyn_of(session, rows)
    return {row.id: status_of(tilsyn.get(row.id, []), ceased_on=row.ceased_on, today=today()) for row in rows}


async def refuse_ceased(session: AsyncSession, tilbud: Tilbud) -> None:
    """Raise ``tilbud-ceased`` when the tilbud is closed for good and no new approval has opened it (R99)."""
    if tilbud.ceased_on is None:
        return
    tilsyn = await _tilsyn_of(session, [tilbud])
    if has_ceased(tilbud.ceased_on, tilsyn.get(tilbud.id, [])):
        raise HasCeased


async def _tilsyn_of(session: AsyncSession, tilbud: Sequence[Tilbud]) -> dict[str, list[TilsynOutcome]]:
    """Return the tilsyn of each tilbud that say anything about its approval."""
    approving = {each.id: (each.approving_kinds, each.approving_since) for each in tilbud}
    found: dict[str, list[TilsynOutcome]] = {}
    for row in await session.scalars(select(Tilsyn).where(Tilsyn.tilbud_id.in_(approving))):
        if counts(row.authority, row.decided_on, *approving[row.tilbud_id]):
            found.setdefault(row.tilbud_id, []).append(_outcome(row))
    return found


def _outcome(row: Tilsyn) -> TilsynOutcome:
    first, last = row.intensified_from, row.intensified_until
    period = (first, last) if first and last else None
    return TilsynOutcome(
        row.decided_on, row.accepted_number, TilsynDecision(row.decision), TilsynKind(row.kind), period
    )
