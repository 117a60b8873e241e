"""What external systems send, whatever it is: messages with their data, or the reason why one cannot be read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from approval.inbound.cloudevents import CloudEvent, is_batch, read_batch, read_event
from approval.inbound.rules import MAX_DATA_BYTES, MAX_ID_LENGTH, Unreadable
from chassis.envelope import Headers
from chassis.errors import DomainError
from contracts.cpr import id_holds_cpr
from contracts.identifiers import outside_id
from contracts.text import RefusedText

SPECVERSION = "1.0"


@dataclass(frozen=True)
class Identity:
    """Which event this is, as far as that can be read; None stands for what cannot."""

    id: str | None
    source: str | None


@dataclass(frozen=True)
class InboundMessage:
    """One inbound message: its identity, its type and its data as JSON text.

    ``content`` is the same for the same content, however it was spelt and whether it came over Kafka or HTTPS; it can
    hold what is refused and is never stored. ``error`` is why the message cannot be read.
    """

    identity: Identity
    type: str
    data: bytes
    content: bytes
    error: DomainError | None = None


def read_messages(headers: Headers, value: bytes | None) -> list[InboundMessage]:
    """Return the one event of a record or a request, or the events of a batch.

    Whatever the bytes are, each event is a message; Unreadable or BatchTooLarge for a batch that is none.
    """
    present = [(name, raw or b"") for name, raw in headers]
    if is_batch(present):
        return [_message(event) for event in read_batch(value)]
    return [_message(read_event(present, value))]


def read_record(headers: Headers, value: bytes | None) -> list[InboundMessage]:
    """Return the events of a record; a batch that cannot be read is one message that says so."""
    try:
        return read_messages(headers, value)
    except DomainError as error:
        return [InboundMessage(Identity(None, None), "", b"", value or b"", error)]


def _message(event: CloudEvent) -> InboundMessage:
    identity = _identity(event.attributes)
    ce_type = event.attributes.get("type")
    try:
        if not event.attributes and event.error:
            raise event.error
        _check_attributes(event.attributes)
        data = _encoded(event)
    except Unreadable as error:
        return InboundMessage(identity, "", b"", f"{_text(ce_type) or ''}\0".encode() + event.content, error)
    canonical = json.dumps(event.data, sort_keys=True)
    return InboundMessage(identity, str(ce_type), data, f"{ce_type}\0{canonical}".encode())


def _encoded(event: CloudEvent) -> bytes:
    if event.error is not None:
        raise event.error
    if event.data is None:
        raise Unreadable.because("data", "hændelsen har ingen data")
    encoded = json.dumps(event.data, ensure_ascii=False).encode()
    if len(encoded) > MAX_DATA_BYTES:
        raise Unreadable.because("too-large", f"indholdet er over {MAX_DATA_BYTES // 1000} kB")
    return encoded


def _check_attributes(attributes: Mapping[str, object]) -> None:
    """Raise Unreadable unless the event says in a usable way which one it is and of what type."""
    if attributes.get("specversion") != SPECVERSION:
        detail = f"attributten specversion skal være {SPECVERSION}"
        raise Unreadable.because("specversion", detail, "#attribute/specversion", allowed=(SPECVERSION,))
    for name in ("id", "source", "type"):
        text = attributes.get(name)
        if not isinstance(text, str) or not text:
            raise Unreadable.because("missing", f"attributten {name} mangler", f"#attribute/{name}")
        try:
            outside_id(text)
        except RefusedText as refused:
            why = f"attributten {name}: {refused.detail.rstrip('.')}"
            raise Unreadable.because(refused.code, why, f"#attribute/{name}") from None


def _identity(attributes: Mapping[str, object]) -> Identity:
    """Return id and source also where something else about the event is wrong, so that its sender can tell which.

    They are repeated in the receipt: where one is a CPR number, only the record says which event it was.
    """
    found = [attributes.get(name) for name in ("id", "source")]
    if any(isinstance(text, str) and id_holds_cpr(text[: 2 * MAX_ID_LENGTH]) for text in found):
        return Identity(None, None)
    return Identity(*map(_text, found))


def _text(value: Any) -> str | None:
    """Return an attribute that can be stored and shown; None for anything else."""
    try:
        return outside_id(value) if isinstance(value, str) else None
    except RefusedText:
        return None
