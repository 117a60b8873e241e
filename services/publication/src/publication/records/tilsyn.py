"""Every tilsyn of a tilbud as a row of its own, and those few of them that say something about it now.

A tilbud may have any number of tilsyn, and any of them may count again once a later one is corrected. So all are kept;
but what a fact costs must not grow with them, so only a bounded number is read for it.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Select, Text, all_, bindparam, func, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from contracts.events.approval import TilsynDecision, TilsynKind, TilsynPublished
from contracts.tilsyn import without_effect
from publication.records.models import TilsynRow
from publication.records.state import AssignedAuthority, TilbudState, tilsyn_key

# No tilbud has ever had so many tilsyn with sanctions that still stand; of more, the newest are shown.
MAX_WITH_SANCTIONS = 200
MAX_BYTES_WITH_SANCTIONS = 500_000

_WRITTEN = tuple(column.name for column in TilsynRow.__table__.columns if column.computed is None)


def can_count(tilsyn: TilsynPublished) -> bool:
    """Return whether a tilsyn can say anything about its tilbud: by a decision or by what it gives or ends."""
    return tilsyn.decision is not TilsynDecision.NO_DECISION or _has_sanctions(tilsyn)


async def keep(session: AsyncSession, tilsyn: Iterable[TilsynPublished]) -> None:
    """Keep each tilsyn in its newest version."""
    rows = [_row(each) for each in tilsyn]
    if rows:
        await session.execute(_KEEP, rows)


async def counting_tilsyn(session: AsyncSession, tilbud_id: str, state: TilbudState) -> dict[str, TilsynPublished]:
    """Return the tilsyn that can count, by their keys; from them alone follows what all of them say.

    They are the one that decides, the last loss of the approval, the last approval, and the newest with sanctions;
    after a change to another kind of authority, of those that count since. ``state`` is that of the row, where a
    worker of the version before keeps all tilsyn: what it has added is kept.
    """
    known, approving = state.tilsyn, state.authority
    found = await _counting(session, tilbud_id, approving)
    added = [each for key, each in known.items() if key not in found or found[key].version < each.version]
    if added:
        await keep(session, added)
        found = await _counting(session, tilbud_id, approving)
    return found


async def _counting(
    session: AsyncSession, tilbud_id: str, approving: AssignedAuthority | None
) -> dict[str, TilsynPublished]:
    kinds = approving.approving_kinds if approving else ()
    parameters = {
        "tilbud_id": tilbud_id,
        "others": without_effect(kinds),
        "since": (approving.approving_since if approving and kinds else None) or date.min,
        "at_most": MAX_WITH_SANCTIONS,
        "max_bytes": MAX_BYTES_WITH_SANCTIONS,
    }
    found = [TilsynPublished.model_validate(data) for data in await session.scalars(_COUNTING, parameters)]
    return {tilsyn_key(each): each for each in found}


def _has_sanctions(tilsyn: TilsynPublished) -> bool:
    return bool(tilsyn.orders or tilsyn.conditions or tilsyn.intensified or tilsyn.ended)


def _row(tilsyn: TilsynPublished) -> dict[str, Any]:
    return {
        "tilbud_id": tilsyn.tilbud_id,
        "authority": tilsyn.authority,
        "tilsyn_id": tilsyn.tilsyn_id,
        "version": tilsyn.version,
        "decided_on": tilsyn.decided_on,
        "accepted_number": tilsyn.accepted_number,
        "decides": tilsyn.decision is not TilsynDecision.NO_DECISION,
        "ends_approval": tilsyn.decision is TilsynDecision.NOT_APPROVED,
        "opens_again": tilsyn.kind is TilsynKind.APPROVAL and tilsyn.decision.positive,
        "has_sanctions": _has_sanctions(tilsyn),
        "data": tilsyn.model_copy(update={"republished": False}).model_dump(mode="json", by_alias=True),
    }


def _keep() -> Any:
    new = insert(TilsynRow)
    values = {name: new.excluded[name] for name in _WRITTEN}
    return new.on_conflict_do_update(
        index_elements=["tilbud_id", "authority", "tilsyn_id"],
        set_=values,
        where=TilsynRow.version < new.excluded.version,
    )


def _newest(which: InstrumentedAttribute[bool], limit: Any = 1) -> Select[Any]:
    latest_first = (TilsynRow.decided_on.desc(), TilsynRow.accepted_number.desc())
    return (
        select(TilsynRow)
        .where(
            TilsynRow.tilbud_id == bindparam("tilbud_id"),
            TilsynRow.authority != all_(bindparam("others", type_=ARRAY(Text))),
            TilsynRow.decided_on >= bindparam("since"),
            which,
        )
        .order_by(*latest_first)
        .limit(limit)
    )


def _counting_statement() -> Select[Any]:
    single = [
        _newest(which).subquery() for which in (TilsynRow.decides, TilsynRow.ends_approval, TilsynRow.opens_again)
    ]
    with_sanctions = _newest(TilsynRow.has_sanctions, bindparam("at_most")).subquery()
    latest_first = (with_sanctions.c.decided_on.desc(), with_sanctions.c.accepted_number.desc())
    before = func.sum(with_sanctions.c.bytes).over(order_by=latest_first) - with_sanctions.c.bytes
    measured = select(with_sanctions.c.data, before.label("before")).subquery()
    fitting = select(measured.c.data).where(measured.c.before < bindparam("max_bytes"))
    return select(union_all(*(select(each.c.data) for each in single), fitting).subquery().c.data)


_KEEP = _keep()
_COUNTING = _counting_statement()
