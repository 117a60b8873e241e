"""Events that wait for a tilbud that is not known yet: beside the partition, so that nothing behind them waits."""

from collections.abc import Sequence
from datetime import timedelta

from pydantic import ValidationError
from sqlalchemy import DateTime, Row, bindparam, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from approval.inbound import receipts
from approval.inbound.effects import TilbudEvent, apply_event
from approval.inbound.models import InboundReceipt
from approval.inbound.parsing import MODELS
from approval.kinds import TILBUD
from approval.subjects.models import Subject
from approval.tilsyn.validation import errors_of
from chassis.clock import now
from chassis.database import Database, lock_all
from chassis.envelope import CorrelationContext, correlated
from contracts.events.external import ApplicationTransferred

# A receipt is due within five seconds; the rest is the way to the broker.
PARKED_SECONDS = 4.5
# So many are taken in one transaction.
TURN = 50

Parked = Row[str, str, str | None]


def park(row: InboundReceipt, event: TilbudEvent) -> None:
    """Store the event with its receipt."""
    row.kind, row.subject_id = TILBUD.id, event.tilbud_id
    row.waiting = {"type": event.ce_type, "data": event.model_dump(mode="json", by_alias=True)}
    row.park_until = now() + timedelta(seconds=PARKED_SECONDS)


_NOW_KNOWN = exists().where(
    Subject.kind == InboundReceipt.kind,
    Subject.id == InboundReceipt.subject_id,
    Subject.known.is_(True),
    Subject.authority.is_not(None),
)
_TURN_OF_AUTHORITY = func.row_number().over(
    partition_by=InboundReceipt.authority, order_by=(InboundReceipt.received_at, InboundReceipt.id)
)
# Built once, since it is asked four times a second. The authorities take turns: a flood of one is its own delay.
_DUE = (
    select(InboundReceipt.id, InboundReceipt.kind, InboundReceipt.subject_id)
    .where(
        InboundReceipt.park_until.is_not(None),
        or_(InboundReceipt.park_until <= bindparam("moment", type_=DateTime(timezone=True)), _NOW_KNOWN),
    )
    .order_by(_TURN_OF_AUTHORITY, InboundReceipt.received_at)
    .limit(TURN)
)


async def retry_parked(database: Database) -> None:
    """Apply what waits for a tilbud: it is known now, or its time is over."""
    failures: list[Exception] = []
    while due := await _next_turn(database):
        failures += await _take_turn(database, due)
        if failures or len(due) < TURN:
            break
    if failures:
        raise failures[0]


async def _next_turn(database: Database) -> Sequence[Parked]:
    async with database.read() as session:
        return (await session.execute(_DUE, {"moment": now()})).all()


async def _take_turn(database: Database, due: Sequence[Parked]) -> list[Exception]:
    """Return what went wrong; one event cannot keep the others waiting."""
    error = await _try(database, due)
    if error is None or len(due) == 1:
        return [error] if error else []
    return [failure for row in due if (failure := await _try(database, [row]))]


async def _try(database: Database, due: Sequence[Parked]) -> Exception | None:
    try:
        async with database.begin() as session:
            await _retry(session, due)
    except Exception as error:  # noqa: BLE001  Whatever it is, it is raised when the others had their turn.
        return error
    return None


async def _retry(session: AsyncSession, due: Sequence[Parked]) -> None:
    subjects: dict[tuple[str, str], Subject] = {}
    for kind in sorted({row.kind for row in due}):
        found = await lock_all(session, Subject.id, [str(row.subject_id) for row in due if row.kind == kind], kind=kind)
        subjects |= {(kind, subject_id): subject for subject_id, subject in found.items()}
    rows = await lock_all(session, InboundReceipt.id, [row.id for row in due])
    for each in due:
        row = rows.get(each.id)
        if row is not None and row.park_until is not None and row.waiting is not None:
            await _release(session, row, subjects.get((row.kind, str(row.subject_id))))


async def _release(session: AsyncSession, row: InboundReceipt, subject: Subject | None) -> None:
    waiting = row.waiting or {}
    row.park_until, row.waiting = None, None
    try:
        event = MODELS[waiting["type"]].model_validate(waiting["data"])
    except ValidationError as error:
        # It was parked by the version before, which let in more.
        receipts.refuse(session, row, errors_of(error))
        return
    if isinstance(event, ApplicationTransferred):
        return
    cause = row.event_id or row.id
    with correlated(CorrelationContext(correlation_id=cause, causation_id=cause)):
        await apply_event(session, row, event, subject)
