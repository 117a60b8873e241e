"""JSON from outside, read strictly and alike over HTTP and Kafka: what could be taken for two things is refused.

RFC 8259 leaves open what a name that comes twice means, and how far a number goes; PostgreSQL and the other services
would each decide for themselves.
"""

import json
import math
import re
from typing import Any

from pydantic_core import from_json

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
MAX_INTEGER = 2**63 - 1
NUL = "\0"
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
# Without one of these, no number can be too large, and none has to be looked at one by one.
_LARGE_NUMBER = re.compile(rb"[0-9]{19}|[eE]\+?[0-9]{3}")


class UnreadableJson(Exception):
    """The bytes are no JSON, or JSON that cannot be taken; ``detail`` says why in Danish and shows nothing.

    ``location`` leads to the text that cannot be taken, by names and indexes; None when there is nothing to lead to.
    """

    def __init__(self, code: str, *, detail: str = "", location: tuple[str | int, ...] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail or DETAILS[code]
        self.location = location


DETAILS = {
    "json-invalid": "Indholdet er ikke gyldig JSON.",
    "json-encoding": "Indholdet er ikke gyldig UTF-8.",
    "json-nul": "Indholdet indeholder et NUL-tegn.",
    "json-depth": "Indholdet har for mange niveauer.",
    "json-duplicate": "Et felt står to gange i det samme objekt.",
    "json-number": "Et tal er større, end det kan gemmes.",
}


def read_json(content: bytes) -> Any:
    """Return what ``content``, JSON in UTF-8, says; UnreadableJson when it says nothing, or not one thing.

    A byte order mark in front is passed over, as RFC 8259 allows. Refused are names that come twice in one object,
    NaN and infinities, numbers that neither eight bytes nor a float hold, halves of surrogate pairs, NUL, and more
    than 200 levels.
    """
    content = content.removeprefix(BYTE_ORDER_MARK)
    if b"\0" in content:
        raise UnreadableJson("json-nul")
    found = _parsed(content)
    if rb"\u0000" in content and _NUL.search(content):
        raise _holds_nul(found)
    return found


def _parsed(content: bytes) -> Any:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise UnreadableJson("json-encoding") from error
    try:
        # It is fast, and it refuses deep nesting and half surrogates, which Python's own reader lets through.
        from_json(content, allow_inf_nan=False)
        if _LARGE_NUMBER.search(content):
            return json.loads(text, object_pairs_hook=_object, parse_int=_integer, parse_float=_number)
        return json.loads(text, object_pairs_hook=_object)
    except ValueError as error:
        raise UnreadableJson(_code_of(str(error))) from error


def _holds_nul(document: Any) -> UnreadableJson:
    """Return the error of a document with a NUL, with the place of the first one in a value."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), document)]
    while waiting:
        location, value = waiting.pop()
        if isinstance(value, str) and "\0" in value:
            detail = f"Tegn nummer {value.index(NUL) + 1} kan ikke vises: NULL. Slet det."
            return UnreadableJson("control-character", detail=detail, location=location)
        children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        waiting.extend(((*location, name), child) for name, child in reversed(list(children)))
    return UnreadableJson("json-nul")


def _code_of(message: str) -> str:
    if "recursion limit" in message:
        return "json-depth"
    return "json-number" if "number out of range" in message else "json-invalid"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnreadableJson("json-duplicate")
    return found


def _integer(digits: str) -> int:
    number = int(digits)
    if not -MAX_INTEGER - 1 <= number <= MAX_INTEGER:
        raise UnreadableJson("json-number")
    return number


def _number(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise UnreadableJson("json-number")
    return number
