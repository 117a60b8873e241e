"""The only way to publish: a row in the outbox, written in the caller's transaction."""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Sequenced, defer_insert
from chassis.envelope import Headers, OutgoingEvent, headers_for
from chassis.tables import outbox
from chassis.telemetry import current_traceparent

MAX_EVENT_BYTES = 900_000
# Nobody asks for the number that a row gets.
_NEW_ROW = insert(outbox).inline()


class EventTooLarge(Exception):
    """The event would not fit into a Kafka message; what caused it must be refused."""


def emit(
    session: AsyncSession,
    event: OutgoingEvent,
    *,
    aggregate: Sequenced | None,
    own_headers: Mapping[str, str] | None = None,
) -> None:
    """Publish ``event`` when the transaction of ``session`` commits.

    ``aggregate`` is the locked row of the entity that the event is about: it numbers the events. It is None only for
    events that nobody has to put in order, such as receipts. ``own_headers`` take the place of
    the usual ones, for an event that brings its own id. EventTooLarge above 900 kB.
    """
    value = event.model_dump_json(by_alias=True).encode()
    if len(value) > MAX_EVENT_BYTES:
        raise EventTooLarge(f"{event.ce_type} has {len(value)} bytes")
    _write(session, event.destination, event.key, event.ce_type, value, aggregate, own_headers)


def emit_republished(session: AsyncSession, events: Sequence[OutgoingEvent], *, aggregate: Sequenced) -> int:
    """Publish ``events`` marked as republished, so that who knows them takes no notice; return how many."""
    for event in events:
        emit(session, event.model_copy(update={"republished": True}), aggregate=aggregate)
    return len(events)


def retract(session: AsyncSession, topic: str, key: str, ce_type: str, *, aggregate: Sequenced) -> None:
    """Publish that the state of ``key`` on the compacted ``topic`` is gone: a null value."""
    _write(session, topic, key, ce_type, None, aggregate)


def emit_unchanged(session: AsyncSession, topic: str, key: str, headers: Headers, value: bytes | None) -> None:
    """Publish bytes as they are, of any size that the topic takes: the way of a dead letter."""
    row = {"topic": topic, "key": key, "headers": encode_headers(headers), "value": value}
    defer_insert(session, _NEW_ROW, row)


def encode_headers(headers: Headers) -> list[list[str]]:
    """Return headers as JSON that keeps their order, their repeats and every byte; our own are an object of texts."""
    return [[name, b64encode(raw).decode()] for name, raw in headers]


def decode_headers(stored: dict[str, str] | list[list[str]]) -> Headers:
    """Return the headers that an outbox row or a dead letter holds."""
    if isinstance(stored, dict):
        return [(name, text.encode()) for name, text in stored.items()]
    return [(name, b64decode(text)) for name, text in stored]


def _write(
    session: AsyncSession,
    topic: str,
    key: str,
    ce_type: str,
    value: bytes | None,
    aggregate: Sequenced | None,
    own_headers: Mapping[str, str] | None = None,
) -> None:
    sequence = 0
    if aggregate is not None:
        aggregate.sequence += 1
        sequence = aggregate.sequence
    headers = headers_for(
        ce_type,
        key,
        source=session.info["source"],
        sequence=sequence,
        traceparent=current_traceparent(),
    )
    headers |= own_headers or {}
    defer_insert(session, _NEW_ROW, {"topic": topic, "key": key, "headers": headers, "value": value})
