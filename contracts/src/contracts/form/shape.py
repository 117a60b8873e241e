"""What refuses a save: a value that does not have the field's shape, or text that must not enter.

Everything here runs on whatever JSON anybody sends, so nothing is taken for granted. A pointer names a
key of the input only when it is harmless.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from contracts.cpr import holds_cpr, holds_dashed_cpr
from contracts.form.definition import (
    CHOICE_TYPES,
    INTEGER_TYPES,
    MANY_TYPES,
    MAX_LONG_TEXT,
    MAX_TEXT,
    NUMBER_TYPES,
    Field,
    FieldType,
    Step,
)
from contracts.form.findings import Code, Finding
from contracts.form.formats import stored_text
from contracts.form.keys import DEPARTMENTS, SLUG
from contracts.form.options import allowed_ids, options
from contracts.numbers import read_number
from contracts.text import RefusedText

_HARMLESS = re.compile(r"[A-Za-z0-9_-]{1,60}")
_FILE_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LARGEST = 10**15
# A list that is longer belongs into the form definition, which has it.
_LONGEST_LIST = 60

_MAX_LENGTH = {
    FieldType.LONG_TEXT: MAX_LONG_TEXT,
    FieldType.EMAIL: 254,
    FieldType.URL: 500,
    FieldType.PHONE: 20,
    FieldType.DATE: 10,
    FieldType.CVR: 12,
    FieldType.P_NUMBER: 14,
    FieldType.EAN: 20,
    FieldType.POSTCODE: 8,
    FieldType.SLUG: 40,
    FieldType.REFERENCE: 40,
}
# Only these hold words of a writer's own; the others are numbers with a meaning, where ten digits alone are no
# CPR. With its dash a CPR number is one wherever it stands: no phone, EAN or P-number is written like that.
_OWN_WORDS = frozenset(
    {
        FieldType.TEXT,
        FieldType.LONG_TEXT,
        FieldType.EMAIL,
        FieldType.URL,
        FieldType.SLUG,
        FieldType.REFERENCE,
        FieldType.REFERENCES,
    }
)


def shape_errors(step: Step, data: object, at: date) -> Iterator[Finding]:
    """Everything in the data that refuses the save, with pointers into the whole step's data."""
    if not isinstance(data, Mapping):
        yield Finding("", Code.NOT_AN_OBJECT, "Trinnets data skal være et JSON-objekt.")
    elif step.per_department and DEPARTMENTS in data:
        yield from _by_department(step, data, at)
    else:
        yield from _object(step.fields, data, "", at)


def max_length(field: Field) -> int:
    """The most characters that the field takes."""
    return field.max_length or _MAX_LENGTH.get(field.type, MAX_TEXT)


def is_department_id(text: str) -> bool:
    """Whether the text may stand as a department's id; one that looks like a CPR number may not."""
    return bool(SLUG.fullmatch(text)) and not holds_cpr(text)


def pointer_to(parent: str, key: str | int) -> str:
    """The pointer to a key below `parent`; the parent itself when the key is not safe to repeat."""
    if isinstance(key, int):
        return f"{parent}/{key}"
    return f"{parent}/{key}" if _HARMLESS.fullmatch(key) and not holds_cpr(key) else parent


def _by_department(step: Step, data: Mapping[Any, Any], at: date) -> Iterator[Finding]:
    yield from _unknown(data, {DEPARTMENTS}, "")
    parts = data[DEPARTMENTS]
    if not isinstance(parts, Mapping):
        yield Finding(f"/{DEPARTMENTS}", Code.WRONG_TYPE, "Afdelingerne skal være et JSON-objekt.")
        return
    if len(parts) > 100:  # noqa: PLR2004  The same limit as the departments step has.
        yield Finding(f"/{DEPARTMENTS}", Code.TOO_MANY, "Der kan højst være 100 afdelinger.")
        return
    for department, part in parts.items():
        pointer = pointer_to(f"/{DEPARTMENTS}", str(department))
        if not is_department_id(str(department)):
            yield Finding(f"/{DEPARTMENTS}", Code.UNKNOWN_FIELD, "Et afdelings-id har ikke den rigtige form.")
        elif not isinstance(part, Mapping):
            yield Finding(pointer, Code.NOT_AN_OBJECT, "Afdelingens data skal være et JSON-objekt.")
        else:
            yield from _object(step.fields, part, pointer, at)


def _object(fields: tuple[Field, ...], data: Mapping[Any, Any], parent: str, at: date) -> Iterator[Finding]:
    yield from _unknown(data, {each.id for each in fields}, parent)
    for field in fields:
        if data.get(field.id) is not None:
            yield from _value(field, data[field.id], f"{parent}/{field.id}", at)


def _unknown(data: Mapping[Any, Any], known: set[str], parent: str) -> Iterator[Finding]:
    for key in data:
        if key not in known:
            yield Finding(pointer_to(parent, str(key)), Code.UNKNOWN_FIELD, "Feltet findes ikke på dette trin.")


def _value(field: Field, value: object, pointer: str, at: date) -> Iterator[Finding]:
    if field.type is FieldType.GROUP:
        yield from _group(field, value, pointer, at)
    elif field.type is FieldType.LIST:
        yield from _rows(field, value, pointer, at)
    elif field.type in MANY_TYPES:
        yield from _many(field, value, pointer, at)
    else:
        yield from _scalar(field, value, pointer, at)


def _group(field: Field, value: object, pointer: str, at: date) -> Iterator[Finding]:
    if isinstance(value, Mapping):
        yield from _object(field.fields, value, pointer, at)
    else:
        yield Finding(pointer, Code.WRONG_TYPE, "Feltet skal være et JSON-objekt.")


def _rows(field: Field, value: object, pointer: str, at: date) -> Iterator[Finding]:
    if not isinstance(value, list):
        yield Finding(pointer, Code.WRONG_TYPE, "Feltet skal være en liste.")
        return
    if len(value) > field.max_items:
        yield Finding(pointer, Code.TOO_MANY, f"Der kan højst være {field.max_items} rækker.")
        return
    for index, row in enumerate(value):
        yield from _group(field, row, pointer_to(pointer, index), at)


def _many(field: Field, value: object, pointer: str, at: date) -> Iterator[Finding]:
    limit = max(field.max_items, len(allowed_ids(field, at)))
    if not isinstance(value, list):
        yield Finding(pointer, Code.WRONG_TYPE, "Feltet skal være en liste.")
    elif len(value) > limit:
        yield Finding(pointer, Code.TOO_MANY, f"Der kan højst vælges {limit}.")
    else:
        for index, each in enumerate(value):
            yield from _choice(field, each, pointer_to(pointer, index), at)
        if _has_duplicates(value):
            yield Finding(pointer, Code.DUPLICATE_VALUE, "Den samme værdi er valgt mere end en gang.")


def _scalar(field: Field, value: object, pointer: str, at: date) -> Iterator[Finding]:
    if field.type is FieldType.BOOLEAN:
        yield from _of_type(isinstance(value, bool), pointer, "Feltet skal være true eller false.")
    elif field.type in INTEGER_TYPES | NUMBER_TYPES:
        yield from _number(field, value, pointer)
    elif field.type in CHOICE_TYPES:
        yield from _choice(field, value, pointer, at)
    elif not isinstance(value, str):
        yield Finding(pointer, Code.WRONG_TYPE, "Feltet skal være tekst.")
    elif field.type is FieldType.FILE:
        if not _FILE_ID.fullmatch(value):
            yield Finding(pointer, Code.UNKNOWN_VALUE, "Filen findes ikke. Send den igen.")
    else:
        yield from _text(field, value, pointer)


def _number(field: Field, value: object, pointer: str) -> Iterator[Finding]:
    whole = field.type in INTEGER_TYPES
    right: Callable[[object], bool] = _is_integer if whole else _is_number
    if not right(value):
        yield _no_number(value, pointer, whole=whole)
    elif isinstance(value, int | float) and abs(value) > _LARGEST:
        yield Finding(pointer, Code.TOO_LARGE, "Tallet er for stort.")


def _no_number(value: object, pointer: str, *, whole: bool) -> Finding:
    """What to say of something else than a number; a text that is one in two ways is told both readings."""
    kind = "et helt tal" if whole else "et tal"
    detail = f"Feltet skal være {kind}."
    if isinstance(value, str):
        try:
            read_number(value, 0 if whole else None)
        except RefusedText as refused:
            if refused.code == Code.AMBIGUOUS_NUMBER:
                return Finding(pointer, Code.AMBIGUOUS_NUMBER, f"{detail} {refused.detail}")
    return Finding(pointer, Code.WRONG_TYPE, detail)


def _choice(field: Field, value: object, pointer: str, at: date) -> Iterator[Finding]:
    if not isinstance(value, str):
        yield Finding(pointer, Code.WRONG_TYPE, "Feltet skal være tekst.")
    elif field.refers_to:
        yield from _text(field, value, pointer)
    elif value not in allowed_ids(field, at):
        allowed = tuple(each.id for each in options(field, at))
        listed = allowed if len(allowed) <= _LONGEST_LIST else ()
        yield Finding(pointer, Code.UNKNOWN_VALUE, "Værdien står ikke på listen.", listed)


def _text(field: Field, value: str, pointer: str) -> Iterator[Finding]:
    limit = max_length(field) if field.type is not FieldType.REFERENCES else _MAX_LENGTH[FieldType.REFERENCE]
    try:
        text = stored_text(field, value)
    except RefusedText as refused:
        yield Finding(pointer, Code(refused.code), refused.detail)
        return
    if len(text) > limit:
        yield Finding(pointer, Code.TOO_LONG, f"Teksten må højst være {limit} tegn.")
    elif holds_cpr(text) if field.type in _OWN_WORDS else holds_dashed_cpr(text):
        yield Finding(pointer, Code.CPR_NUMBER, "Teksten ser ud til at indeholde et CPR-nummer. Fjern det.")


def _of_type(right: bool, pointer: str, detail: str) -> Iterator[Finding]:  # noqa: FBT001
    if not right:
        yield Finding(pointer, Code.WRONG_TYPE, detail)


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return _is_integer(value) or (isinstance(value, float) and math.isfinite(value))


def _has_duplicates(values: list[Any]) -> bool:
    texts = [each for each in values if isinstance(each, str)]
    return len(set(texts)) != len(texts)
