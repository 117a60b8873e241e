"""CloudEvents 1.0 as supervision systems send them: in binary mode, structured, or many structured ones in a batch.

Only the four attributes that CloudEvents demands are looked at. Whatever else an event carries can be wrong without
being in the way.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from approval.inbound.rules import BatchTooLarge, Unreadable
from chassis.envelope import PREFIX, STRUCTURED, Headers
from chassis.json_documents import UnreadableJson, read_json
from web.validation import pointer_to

BATCH = "application/cloudevents-batch+json"
MAX_BATCH = 100
# What a topic takes. A record can hold more when it was compressed.
MAX_MESSAGE_BYTES = 3 * 1024 * 1024
# No hundred events have as many; to parse a million empty lists takes most of a second.
MAX_COMMAS = 200_000
REQUIRED = ("specversion", "id", "source", "type")
# The one header of a record that no client can parse, or that unpacks to more than any message (``chassis``).
UNPARSABLE = "unparsable"


@dataclass(frozen=True)
class CloudEvent:
    """One event as it came: its attributes, each of any type, and its data.

    ``data`` is a JSON document; where it cannot be read, ``error`` says why. ``content`` is all that was sent of it.
    """

    attributes: Mapping[str, object]
    content: bytes
    data: Any = None
    error: Unreadable | None = None


def is_batch(headers: Headers) -> bool:
    """Return whether the message says that it is a batch."""
    return _content_type(headers).startswith(BATCH)


def read_batch(value: bytes | None) -> list[CloudEvent]:
    """Return the events of a batch; Unreadable when it is none, BatchTooLarge above a hundred."""
    events = _read(value)
    if not isinstance(events, list):
        raise Unreadable.because("batch", "en samling af hændelser er en JSON-liste")
    if len(events) > MAX_BATCH:
        raise BatchTooLarge(f"Højst {MAX_BATCH} hændelser ad gangen.")
    return [_of_structured(event, json.dumps(event).encode()) for event in events]


def read_event(headers: Headers, value: bytes | None) -> CloudEvent:
    """Return the event of a message in either mode; whatever the bytes are, the answer is one."""
    if value is None and [name for name, _ in headers] == [UNPARSABLE]:
        detail = "den kan ikke pakkes ud, eller navnet på et headerfelt er ikke UTF-8"
        return CloudEvent({}, b"", error=Unreadable.because("record", detail))
    if not is_structured(headers, value):
        return _of_binary(headers, value or b"", value)
    try:
        document = _read(value)
    except Unreadable as error:
        return CloudEvent(_attributes(value or b""), value or b"", error=error)
    return _of_structured(document, value or b"")


def is_structured(headers: Headers, value: bytes | None) -> bool:
    """Return whether the attributes stand in the value: as its content type says, or where no header has any."""
    if _content_type(headers).startswith(STRUCTURED):
        return True
    if any(name.lower().startswith(PREFIX) for name, _ in headers):
        return False
    found = _attributes(value or b"")
    return all(isinstance(found.get(name), str) for name in REQUIRED)


def _content_type(headers: Headers) -> str:
    found = [raw for name, raw in headers if name.lower() == "content-type"]
    return found[-1].decode("latin-1").strip().lower() if found else ""


def _of_binary(headers: Headers, content: bytes, value: bytes | None) -> CloudEvent:
    attributes = {
        name.lower().removeprefix(PREFIX): _decoded(raw) for name, raw in headers if name.lower().startswith(PREFIX)
    }
    try:
        return CloudEvent(attributes, content, _read(value))
    except Unreadable as error:
        return CloudEvent(attributes, content, error=error)


def _of_structured(document: Any, content: bytes) -> CloudEvent:
    if not isinstance(document, dict):
        return CloudEvent({}, content, error=Unreadable.because("event", "en CloudEvent er et JSON-objekt"))
    try:
        return CloudEvent(document, content, _data_of(document))
    except Unreadable as error:
        return CloudEvent(document, content, error=error)


def _data_of(document: Mapping[str, Any]) -> Any:
    """Return the data; as bytes it stands in ``data_base64``, which is how some libraries write what they are given."""
    data, encoded = document.get("data"), document.get("data_base64")
    if data is not None and encoded is not None:
        raise Unreadable.because("data", "hændelsen har både data og data_base64")
    if encoded is None:
        return data
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError, TypeError) as error:
        raise Unreadable.because("data-base64", "data_base64 er ikke gyldig base64") from error
    return _read(content)


def _read(value: bytes | None) -> Any:
    if value is None:
        raise Unreadable.because("data", "beskeden har intet indhold")
    if len(value) > MAX_MESSAGE_BYTES:
        raise Unreadable.because("too-large", f"indholdet er over {MAX_MESSAGE_BYTES // 1024} kB")
    if value.count(b",") > MAX_COMMAS:
        raise Unreadable.because("too-large", "indholdet har for mange felter")
    try:
        return read_json(value)
    except UnreadableJson as error:
        # Where attributes and data stand in one document, pointers lead into the data.
        pointer = pointer_to(("body", *(error.location or ()))).removeprefix("/data")
        why = error.detail[:1].lower() + error.detail[1:].rstrip(".")
        raise Unreadable.because(error.code, why, pointer) from error


def _attributes(value: bytes) -> dict[str, Any]:
    """Find the attributes also in what is refused for something else: so its sender can tell which event it was."""
    if len(value) > MAX_MESSAGE_BYTES or value.count(b",") > MAX_COMMAS:
        return {}
    try:
        document = json.loads(value)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _decoded(raw: bytes) -> str | None:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None
