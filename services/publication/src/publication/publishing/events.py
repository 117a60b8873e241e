"""The public state of a tilbud on Kafka."""

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.outbox import MAX_EVENT_BYTES, EventTooLarge, emit, retract
from contracts.events.publication import PublicTilbud, TilbudPublished
from publication.records.changes import MAX_BYTES
from publication.records.models import Tilbud
from publication.records.shortening import size

# With its changes a record must fit into one feed entry: what the feed cannot take must not reach its queue.
MAX_RECORD_BYTES = MAX_EVENT_BYTES - MAX_BYTES - 1_000


def emit_state(
    session: AsyncSession, tilbud: Tilbud, record: PublicTilbud | None, *, republished: bool = False
) -> None:
    """Publish the record of the locked ``tilbud``, or that it is not public any more; EventTooLarge for the feed."""
    if record is None:
        retract(session, TilbudPublished.topic, tilbud.id, TilbudPublished.ce_type, aggregate=tilbud)
        return
    if size(record) > MAX_RECORD_BYTES:
        raise EventTooLarge(f"the public record of {tilbud.id} is too large")
    emit(session, TilbudPublished(tilbud_id=tilbud.id, republished=republished, tilbud=record), aggregate=tilbud)
