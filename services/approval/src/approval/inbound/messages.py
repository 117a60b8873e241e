"""What external systems send, whatever it is: a message with its data, or the reason why it cannot be read."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from approval.inbound.cloudevents import is_structured, read
from approval.inbound.rules import Unreadable
from chassis.envelope import Headers, MalformedMessage, load_json
from chassis.errors import DomainError
from contracts.cpr import id_holds_cpr

MAX_ID_LENGTH = 200
# The published event must fit into a message of 900 kB, and it repeats nothing that is not in the data.
MAX_DATA_BYTES = 800_000
# What the chassis says of a message, as a receipt says it.
TRANSLATIONS = (
    ("the value is not JSON", "indholdet er ikke JSON"),
    ("the message has no value", "beskeden har intet indhold"),
    ("a structured CloudEvent is a JSON object", "en struktureret CloudEvent er et JSON-objekt"),
    ("the CloudEvents attribute", "CloudEvents-attributten"),
    ("is missing", "mangler"),
    ("is not valid", "er ikke gyldig"),
    ("a header is not UTF-8", "et headerfelt er ikke UTF-8"),
    ("a header holds a NUL character", "et headerfelt indeholder et NUL-tegn"),
    ("a header is longer than", "et headerfelt er længere end"),
)


@dataclass(frozen=True)
class Identity:
    """Which event this is, as far as that can be read; None stands for what cannot."""

    id: str | None
    source: str | None


@dataclass(frozen=True)
class InboundMessage:
    """One inbound message: its identity, its type and its data as JSON text.

    ``fingerprint`` is the same for the same content, however it was spelt and whether it came over Kafka or HTTPS.
    ``error`` is why it cannot be read.
    """

    identity: Identity
    type: str
    data: bytes
    fingerprint: str
    error: DomainError | None = None


def read_message(headers: Headers, value: bytes | None) -> InboundMessage:
    """Read a record; whatever the bytes are, the answer is an InboundMessage."""
    present = [(name, raw or b"") for name, raw in headers]
    identity = _identity(present, value)
    try:
        envelope, data = read(present, value)
        ce_type = _usable(envelope.type, "type")
        _usable(envelope.id, "id")
        _usable(envelope.source, "source")
        document = load_json(_present(data))
        _check_texts(document)
        canonical = json.dumps(document, sort_keys=True)
    except (MalformedMessage, RecursionError) as error:
        raw = hashlib.sha256(b"\0".join([_header(present, "ce_type"), value or b""])).hexdigest()
        return InboundMessage(identity, "", b"", raw, _unreadable(error))
    fingerprint = hashlib.sha256(f"{ce_type}\0{canonical}".encode()).hexdigest()
    return InboundMessage(identity, ce_type, json.dumps(document, ensure_ascii=False).encode(), fingerprint)


def _present(data: bytes | None) -> bytes:
    if data is None:
        raise MalformedMessage("hændelsen har ingen data")
    if len(data) > MAX_DATA_BYTES:
        raise MalformedMessage(f"indholdet er over {MAX_DATA_BYTES // 1000} kB")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise MalformedMessage("indholdet er ikke UTF-8") from error
    return data


def _usable(text: str, name: str) -> str:
    if not _is_opaque(text):
        raise MalformedMessage(f"attributten {name} skal være 1 til {MAX_ID_LENGTH} læsbare tegn")
    if id_holds_cpr(text):
        raise MalformedMessage(f"attributten {name} må ikke være et CPR-nummer")
    return text


def _is_opaque(text: object) -> bool:
    return isinstance(text, str) and 0 < len(text) <= MAX_ID_LENGTH and _is_storable(text)


def _is_storable(text: str) -> bool:
    """Return whether a text is one: no NUL, and no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def _check_texts(document: Any) -> None:
    if isinstance(document, str) and not _is_storable(document):
        raise MalformedMessage("en tekst indeholder et ugyldigt tegn")
    if isinstance(document, dict):
        for key, item in document.items():
            _check_texts(key)
            _check_texts(item)
    elif isinstance(document, list):
        for item in document:
            _check_texts(item)


def _unreadable(error: Exception) -> Unreadable:
    detail = str(error) if isinstance(error, MalformedMessage) else "indholdet har for mange niveauer"
    for english, danish in TRANSLATIONS:
        detail = detail.replace(english, danish)
    return Unreadable(f"Hændelsen kan ikke læses ({detail}).")


def _identity(headers: Headers, value: bytes | None) -> Identity:
    """Find id and source also where something else about the event is wrong, so that its sender can tell which.

    They are repeated in the receipt: where one is a CPR number, only the record says which event it was.
    """
    if is_structured(headers, value):
        attributes = _attributes(value)
        found = (_readable(attributes.get("id")), _readable(attributes.get("source")))
    else:
        found = (_decoded(_header(headers, "ce_id")), _decoded(_header(headers, "ce_source")))
    return Identity(None, None) if any(text and id_holds_cpr(text) for text in found) else Identity(*found)


def _attributes(value: bytes | None) -> dict[str, Any]:
    try:
        document = json.loads(value or b"")
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _header(headers: Headers, name: str) -> bytes:
    return next((raw for key, raw in reversed(headers) if key.lower() == name), b"")


def _decoded(raw: bytes) -> str | None:
    try:
        return _readable(raw.decode())
    except UnicodeDecodeError:
        return None


def _readable(text: object) -> str | None:
    return text if isinstance(text, str) and _is_opaque(text) else None
