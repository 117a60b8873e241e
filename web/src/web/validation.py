"""Pydantic's findings as errors for a caller: where and what, and which values would be right."""

import re
from collections.abc import Sequence
from typing import Any, get_args

from pydantic_core.core_schema import ErrorType

from chassis.errors import FieldError, Invalid
from web.errors import BadRequest

MAX_ERRORS = 50
MAX_ALLOWED = 100
MAX_NAME_LENGTH = 100
NOT_VALID = "Værdien er ikke gyldig."
DETAILS = {
    "missing": "Feltet skal udfyldes.",
    "extra_forbidden": "Feltet findes ikke.",
    "json_invalid": "Indholdet er ikke gyldig JSON.",
    "string_type": "Værdien skal være en tekst.",
    "string_too_short": "Teksten skal være på mindst {min_length} tegn.",
    "string_too_long": "Teksten må højst være på {max_length} tegn.",
    "int_type": "Værdien skal være et helt tal.",
    "int_parsing": "Værdien skal være et helt tal.",
    "int_from_float": "Værdien skal være et helt tal.",
    "float_type": "Værdien skal være et tal.",
    "float_parsing": "Værdien skal være et tal.",
    "bool_type": "Værdien skal være true eller false.",
    "bool_parsing": "Værdien skal være true eller false.",
    "list_type": "Værdien skal være en liste.",
    "dict_type": "Værdien skal være et objekt.",
    "model_attributes_type": "Værdien skal være et objekt.",
    "model_type": "Værdien skal være et objekt.",
    "greater_than_equal": "Tallet skal være mindst {ge}.",
    "greater_than": "Tallet skal være større end {gt}.",
    "less_than_equal": "Tallet må højst være {le}.",
    "less_than": "Tallet skal være mindre end {lt}.",
    "too_short": "Der skal være mindst {min_length}.",
    "too_long": "Der må højst være {max_length}.",
    "date_type": "Værdien skal være en dato (åååå-mm-dd).",
    "date_parsing": "Værdien skal være en dato (åååå-mm-dd).",
    "date_from_datetime_parsing": "Værdien skal være en dato (åååå-mm-dd).",
    "datetime_parsing": "Værdien skal være et tidspunkt (RFC 3339).",
    "timezone_aware": "Tidspunktet mangler en tidszone.",
}
CHOICES = ("enum", "literal_error")
OF_PYDANTIC = frozenset(get_args(ErrorType))
_EXPECTED = re.compile(r"'((?:[^'\\]|\\.)*)'|(?<![\w'])(-?\d+|True|False|None)(?![\w'])")
# Ten digits, whatever stands between them: a person's number in any spelling, and longer ones.
_LONG_NUMBER = re.compile(r"(?:\d[\W_]*){10}")


def invalid(errors: Sequence[Any]) -> Invalid | BadRequest:
    """Return what Pydantic found about a request as one error."""
    found = field_errors(errors)
    if any(error.code == "json_invalid" for error in found):
        return BadRequest(DETAILS["json_invalid"])
    return Invalid(errors=found)


def field_errors(errors: Sequence[Any]) -> list[FieldError]:
    """Return Pydantic's findings; the first part of each place is ``body``, ``query``, ``path`` or ``header``."""
    return [_field_error(error) for error in errors[:MAX_ERRORS]]


def holds_long_number(text: str) -> bool:
    """Return whether a text can hold a person's number, so that it is not repeated."""
    return _LONG_NUMBER.search(text) is not None


def _field_error(error: Any) -> FieldError:
    code, context = str(error["type"]), error.get("ctx") or {}
    pointer = _pointer(error["loc"])
    if code not in OF_PYDANTIC:
        # A type of ours raised it, with a sentence for people that shows no input.
        return FieldError(pointer, code, str(error["msg"]), tuple(map(str, context.get("allowed", ()))))
    if code in CHOICES:
        allowed = _choices(str(context.get("expected", "")))
        return FieldError(pointer, code, _one_of(allowed), allowed)
    return FieldError(pointer, code, _sentence(code, context))


def _sentence(code: str, context: dict[str, Any]) -> str:
    try:
        return DETAILS.get(code, NOT_VALID).format(**context)
    except KeyError:
        return NOT_VALID


def _choices(expected: str) -> tuple[str, ...]:
    found = tuple(quoted or bare for quoted, bare in _EXPECTED.findall(expected))
    return found if len(found) <= MAX_ALLOWED else ()


def _one_of(allowed: Sequence[str]) -> str:
    return f"Værdien skal være en af: {', '.join(allowed)}." if allowed else NOT_VALID


def _pointer(location: Sequence[Any]) -> str:
    """Return a JSON pointer into the body; a parameter outside of it is named as ``#query/name``.

    A name that the caller chose and that can hold a person's number is left out: the pointer leads to what holds it.
    """
    place, *rest = location
    path = ""
    for part in map(str, rest):
        if len(part) > MAX_NAME_LENGTH or holds_long_number(part):
            break
        path += "/" + part.replace("~", "~0").replace("/", "~1")
    return path if place == "body" else f"#{place}{path}"
