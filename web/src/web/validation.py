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
_WHOLE = ("wrong-type", "Værdien skal være et helt tal.")
_NUMBER = ("wrong-type", "Værdien skal være et tal.")
_YES_OR_NO = ("wrong-type", "Værdien skal være true eller false.")
_OBJECT = ("not-an-object", "Værdien skal være et objekt.")
_DAY = ("invalid-date", "Værdien skal være en dato (åååå-mm-dd).")
_MOMENT = ("invalid-date", "Værdien skal være et tidspunkt (RFC 3339).")
# The code that stays whatever Pydantic calls it, and the sentence. What is not here has only the wrong form.
OF_TYPES = {
    "missing": ("missing", "Feltet skal udfyldes."),
    "extra_forbidden": ("unknown-field", "Feltet findes ikke."),
    "json_invalid": ("json-invalid", "Indholdet er ikke gyldig JSON."),
    "string_type": ("wrong-type", "Værdien skal være en tekst."),
    "string_too_short": ("too-short", "Teksten skal være på mindst {min_length} tegn."),
    "string_too_long": ("too-long", "Teksten må højst være på {max_length} tegn."),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": ("out-of-range", "Tallet er for stort."),
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": _YES_OR_NO,
    "bool_parsing": _YES_OR_NO,
    "list_type": ("wrong-type", "Værdien skal være en liste."),
    "dict_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "model_type": _OBJECT,
    "greater_than_equal": ("out-of-range", "Tallet skal være mindst {ge}."),
    "greater_than": ("out-of-range", "Tallet skal være større end {gt}."),
    "less_than_equal": ("out-of-range", "Tallet må højst være {le}."),
    "less_than": ("out-of-range", "Tallet skal være mindre end {lt}."),
    "too_short": ("too-few", "Listen skal have mindst {min_length}."),
    "too_long": ("too-many", "Listen må højst have {max_length}."),
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "timezone_aware": ("timezone-missing", "Tidspunktet mangler en tidszone."),
}
CHOICES = ("enum", "literal_error")
OF_PYDANTIC = frozenset(get_args(ErrorType))
_EXPECTED = re.compile(r"'((?:[^'\\]|\\.)*)'|(?<![\w'])(-?\d+|True|False|None)(?![\w'])")
# Ten digits, whatever stands between them: a person's number in any spelling, and longer ones.
_LONG_NUMBER = re.compile(r"(?:\d[\W_]*){10}")


def invalid(errors: Sequence[Any]) -> Invalid | BadRequest:
    """Return what Pydantic found about a request as one error."""
    found = field_errors(errors)
    if any(error.code == "json-invalid" for error in found):
        return BadRequest(OF_TYPES["json_invalid"][1])
    return Invalid(errors=found)


def field_errors(errors: Sequence[Any]) -> list[FieldError]:
    """Return Pydantic's findings; the first part of each place is ``body``, ``query``, ``path`` or ``header``."""
    return [_field_error(error) for error in errors[:MAX_ERRORS]]


def holds_long_number(text: str) -> bool:
    """Return whether a text can hold a person's number, so that it is not repeated."""
    return _LONG_NUMBER.search(text) is not None


def _field_error(error: Any) -> FieldError:
    of_pydantic, context = str(error["type"]), error.get("ctx") or {}
    pointer = pointer_to(error["loc"])
    if of_pydantic not in OF_PYDANTIC:
        # A type of ours raised it, with a sentence for people that shows no input.
        return FieldError(pointer, of_pydantic, str(error["msg"]), _few(tuple(map(str, context.get("allowed", ())))))
    if of_pydantic in CHOICES:
        allowed = _few(tuple(quoted or bare for quoted, bare in _EXPECTED.findall(str(context.get("expected", "")))))
        return FieldError(pointer, "unknown-value", _one_of(allowed), allowed)
    code, sentence = OF_TYPES.get(of_pydantic, ("invalid-format", NOT_VALID))
    return FieldError(pointer, code, sentence.format(**{name: _written(value) for name, value in context.items()}))


def _written(value: Any) -> str:
    """Return a bound as it is written: ``5.0`` is 5, and other decimals have a comma."""
    return f"{value:.15g}".replace(".", ",") if isinstance(value, float) else str(value)


def _few(allowed: tuple[str, ...]) -> tuple[str, ...]:
    return allowed if len(allowed) <= MAX_ALLOWED else ()


def _one_of(allowed: Sequence[str]) -> str:
    return f"Værdien skal være en af: {', '.join(allowed)}." if allowed else NOT_VALID


def pointer_to(location: Sequence[Any]) -> str:
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
