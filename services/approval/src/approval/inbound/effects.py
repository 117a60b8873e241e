"""What an accepted event does: its tilsyn or cessation is published, and its receipt is settled."""

from sqlalchemy.ext.asyncio import AsyncSession

from approval.inbound import receipts
from approval.inbound.models import InboundReceipt
from approval.inbound.rules import require_supervisor
from approval.subjects.models import Subject
from approval.tilsyn.commands import cease, publish
from chassis.errors import DomainError
from contracts.events.external import TilbudCeasedInbound, TilsynCompleted

TilbudEvent = TilsynCompleted | TilbudCeasedInbound


def is_unknown(subject: Subject | None) -> bool:
    """Return whether nobody can say yet whose tilbud it is."""
    return subject is None or not subject.known or subject.authority is None


async def apply_event(session: AsyncSession, row: InboundReceipt, event: TilbudEvent, subject: Subject | None) -> None:
    """Publish the event, or refuse it; either way its receipt is settled. The row of ``subject`` is locked."""
    try:
        await _publish(session, row, event, subject)
    except DomainError as error:
        receipts.refuse(session, row, error)
        return
    row.event_type, row.subject_id = event.ce_type, event.tilbud_id
    if isinstance(event, TilsynCompleted):
        row.tilsyn_id, row.version = event.tilsyn_id, event.version
    receipts.accept(session, row, event.tilbud_id)


async def _publish(session: AsyncSession, row: InboundReceipt, event: TilbudEvent, subject: Subject | None) -> None:
    known = subject is not None and subject.known
    require_supervisor(row.authority, known=known, supervisor=subject.authority if subject else None)
    if subject is None:
        raise LookupError(event.tilbud_id)
    if isinstance(event, TilsynCompleted):
        await publish(session, subject, authority=row.authority, tilsyn=event, external=True)
    else:
        cease(session, subject, authority=row.authority, ceased=event)
