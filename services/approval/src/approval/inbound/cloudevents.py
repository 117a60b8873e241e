"""CloudEvents as supervision systems send them: in binary mode, or structured with the attributes in the value."""

import json

from chassis.envelope import (
    PREFIX,
    STRUCTURED,
    Envelope,
    Headers,
    MalformedMessage,
    envelope_of,
    header_texts,
    load_json,
)
from chassis.envelope import read as read_binary


def read(headers: Headers, value: bytes | None) -> tuple[Envelope, bytes | None]:
    """Return the attributes and the data of a message in either mode; MalformedMessage when it is no CloudEvent."""
    if is_structured(headers, value):
        return _read_structured(headers, value)
    return read_binary(headers, value)


def is_structured(headers: Headers, value: bytes | None) -> bool:
    """Return whether the attributes stand in the value: as its content type says, or where no header has any."""
    kinds = [raw for name, raw in headers if name.lower() == "content-type"]
    if kinds and kinds[-1].lower().startswith(STRUCTURED.encode()):
        return True
    if any(name.lower().startswith(PREFIX) for name, _ in headers):
        return False
    try:
        document = load_json(value)
    except MalformedMessage:
        return False
    named = ("specversion", "id", "source", "type")
    return isinstance(document, dict) and all(isinstance(document.get(name), str) for name in named)


def _read_structured(headers: Headers, value: bytes | None) -> tuple[Envelope, bytes | None]:
    document = load_json(value)
    if not isinstance(document, dict):
        raise MalformedMessage("a structured CloudEvent is a JSON object")
    data = document.pop("data", None)
    attributes = {name: item for name, item in document.items() if isinstance(item, str)}
    encoded = None if data is None else json.dumps(data, ensure_ascii=False).encode(errors="surrogatepass")
    return envelope_of(attributes, header_texts(headers)), encoded
