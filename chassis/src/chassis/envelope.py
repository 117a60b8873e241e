"""CloudEvents 1.0 on Kafka in binary mode, as our services write and read them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chassis.clock import now
from chassis.ids import uuid7

PREFIX = "ce_"
STRUCTURED = "application/cloudevents+json"
MAX_HEADER_LENGTH = 2_000


Headers = Sequence[tuple[str, bytes]]


class MalformedMessage(Exception):
    """The message is no CloudEvent, or its data is not what its type promises. The text holds no data."""


class Envelope(BaseModel):
    """The context attributes of one event.

    ``sequence`` orders the events of one source about one subject; 0 where the source counts none.
    ``correlation_id`` is the same for everything that one request or inbound message led to;
    ``causation_id`` is the id of the message that led to this one.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    id: str
    source: str
    type: str
    subject: str = ""
    time: datetime | None = None
    sequence: Annotated[int, Field(ge=0, lt=10**18)] = 0
    correlation_id: Annotated[str, Field(validation_alias="correlationid")] = ""
    causation_id: Annotated[str, Field(validation_alias="causationid")] = ""
    traceparent: str = ""


@dataclass(frozen=True)
class CorrelationContext:
    """What the current work was started by."""

    correlation_id: str
    causation_id: str = ""


_correlation: ContextVar[CorrelationContext | None] = ContextVar("correlation", default=None)


@contextmanager
def correlated(context: CorrelationContext) -> Iterator[None]:
    """Let every event that is emitted inside the block carry ``context``."""
    token = _correlation.set(context)
    try:
        yield
    finally:
        _correlation.reset(token)


class OutgoingEvent(Protocol):
    """What ``emit`` needs of an event; the event models of the contracts have it."""

    @property
    def ce_type(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def destination(self) -> str: ...
    def model_dump_json(self, *, by_alias: bool) -> str: ...
    def model_copy(self, *, update: Mapping[str, Any] | None = None) -> Self: ...


def headers_for(ce_type: str, subject: str, *, source: str, sequence: int, traceparent: str) -> dict[str, str]:
    """Return the headers of a new event: a new id, the current time and the current correlation."""
    event_id = uuid7()
    context = _correlation.get() or CorrelationContext(correlation_id=event_id)
    headers = {
        "ce_specversion": "1.0",
        "ce_id": event_id,
        "ce_type": ce_type,
        "ce_source": source,
        "ce_subject": subject,
        "ce_time": now().isoformat().replace("+00:00", "Z"),
        "ce_sequence": str(sequence),
        "ce_correlationid": context.correlation_id,
        "ce_causationid": context.causation_id,
        "traceparent": traceparent,
        "content-type": "application/json",
    }
    return {name: value for name, value in headers.items() if value}


def read(headers: Headers, value: bytes | None) -> tuple[Envelope, bytes | None]:
    """Return the attributes and the data of a message in binary mode; MalformedMessage when it is no CloudEvent."""
    texts = header_texts(headers)
    attributes = {name[len(PREFIX) :]: text for name, text in texts.items() if name.startswith(PREFIX)}
    return envelope_of(attributes, texts), value


def header_texts(headers: Headers) -> dict[str, str]:
    """Return the headers as text, by their names in small letters; MalformedMessage when one is no text."""
    return {name.lower(): _text(raw) for name, raw in headers}


def _text(raw: bytes) -> str:
    if len(raw) > MAX_HEADER_LENGTH:
        raise MalformedMessage(f"a header is longer than {MAX_HEADER_LENGTH} bytes")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise MalformedMessage("a header is not UTF-8") from error
    if "\0" in text:
        raise MalformedMessage("a header holds a NUL character")
    return text


def envelope_of(attributes: Mapping[str, str], texts: Mapping[str, str]) -> Envelope:
    """Return the envelope with ``attributes``; MalformedMessage names the one that is missing or not valid."""
    known = {"traceparent": texts.get("traceparent", ""), **attributes}
    try:
        return Envelope.model_validate({name: text for name, text in known.items() if text})
    except ValidationError as error:
        found = error.errors()[0]
        fault = "is missing" if found["type"] == "missing" else "is not valid"
        raise MalformedMessage(f"the CloudEvents attribute {found['loc'][0]} {fault}") from None
