"""A step's answers for people: no ids, no numbered rows, an address in one line, a rate with all that it stands on.

Every field of the form that the public may see is shown, also one that is added later. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from contracts.form import Audience, Field, FieldType
from contracts.form.definition import MANY_TYPES
from portal.form.display import as_text
from portal.public.record.links import link_of
from portal.public.record.parts import Json, package_words, place_of, rate_words

# What only ties rows together says nothing to people.
_TIES = frozenset({FieldType.SLUG, FieldType.REFERENCE, FieldType.REFERENCES})
PACKAGE = frozenset({"age_from", "age_to", "target_groups"})
# The form's own word for them says nothing to who does not fill it in.
LABELS = {"packages": "Målgrupper"}
RATE = frozenset({"rate_oere", "rate_unit", "rate_year"})


@dataclass(frozen=True)
class Answer:
    """One answer: ``items`` where it is several, ``href`` where it leads somewhere; ``is_unapproved``: unseen yet."""

    label: str
    text: str
    href: str = ""
    items: tuple[str, ...] = ()
    is_unapproved: bool = False


@dataclass(frozen=True)
class Block:
    """Answers below a heading of their own; ``heading`` is empty for those of the step itself."""

    heading: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Reading:
    """What is known beside a step: ``packages`` in words by their ids, the occupancy that rates stand on, and the
    pointers of what nobody has approved yet."""

    packages: Mapping[str, str]
    occupancy: float | None
    not_approved: frozenset[str]


def blocks(fields: Sequence[Field], data: Json, pointer: str, reading: Reading) -> list[Block]:
    """Return the public answers of ``fields``; what is not answered is left out."""
    plain: list[Answer] = []
    headed: list[Block] = []
    for field in fields:
        if field.audience is not Audience.PUBLIC or field.type in _TIES:
            continue
        found = _of_field(field, data.get(field.id), reading)
        if f"{pointer}/{field.id}" in reading.not_approved:
            found = [replace(each, answers=tuple(map(_marked, each.answers))) for each in found]
        plain += [answer for each in found if not each.heading for answer in each.answers]
        headed += [each for each in found if each.heading]
    return [*([Block("", tuple(plain))] if plain else []), *headed]


_marked = partial(replace, is_unapproved=True)


def _of_field(field: Field, value: Any, reading: Reading) -> list[Block]:
    if field.type is FieldType.GROUP:
        return _of_group(field, value if isinstance(value, Mapping) else {}, reading)
    if field.type is FieldType.LIST and isinstance(value, list):
        return _of_rows(field, [row for row in value if isinstance(row, Mapping)], reading)
    answers = tuple(_simple(field, value))
    return [Block("", answers)] if answers else []


def _simple(field: Field, value: Any) -> Iterator[Answer]:
    text = as_text(field, value)
    if not text:
        return
    items: tuple[str, ...] = ()
    if field.type in MANY_TYPES and isinstance(value, list) and len(value) > 1:
        items = tuple(as_text(field, [each]) for each in value)
    yield Answer(field.label, text, link_of(field.type, text), items)


def _of_group(field: Field, data: Json, reading: Reading) -> list[Block]:
    if any(each.type is FieldType.POSTCODE for each in field.fields):
        place = place_of(data)
        return [Block("", (Answer(field.label, place),))] if place else []
    inner = blocks(field.fields, data, "", reading)
    answers = tuple(answer for block in inner for answer in block.answers)
    if len(answers) == 1:
        return [Block("", (replace(answers[0], label=field.label),))]
    return [Block(field.label, answers)] if answers else []


def _of_rows(field: Field, rows: Sequence[Json], reading: Reading) -> list[Block]:
    shown = [_of_row(field, row, reading) for row in rows]
    if all(len(block.answers) <= 1 for block in shown):
        # A list of one line each reads better than as many headings.
        items = tuple(_line(block) for block in shown if block.heading or block.answers)
        label = LABELS.get(field.id, field.label)
        return [Block("", (Answer(label, "", "", items),))] if items else []
    return shown


def _line(block: Block) -> str:
    return ": ".join(filter(None, (block.heading, *(each.text or ", ".join(each.items) for each in block.answers))))


def _of_row(field: Field, row: Json, reading: Reading) -> Block:
    heading, said = _heading(field, row)
    answers = list(_own_answers(row, reading))
    said |= RATE if "rate_oere" in row else frozenset()
    rest = [each for each in field.fields if each.id not in said]
    answers += [answer for block in blocks(rest, row, "", reading) for answer in _flat(block)]
    return Block(heading, tuple(answers))


def _flat(block: Block) -> Iterator[Answer]:
    prefix = f"{block.heading}: " if block.heading else ""
    yield from (replace(each, label=prefix + each.label) for each in block.answers)


def _heading(field: Field, row: Json) -> tuple[str, frozenset[str]]:
    """Return what people call a row, and the fields that this has said."""
    if set(row) >= PACKAGE:
        return package_words(row), PACKAGE
    texts = [as_text(each, row.get(each.id)) for each in field.fields if each.id in field.identity]
    # "Anden metode" is no name where the name stands beside it.
    named = [as_text(each, row.get("name")) for each in field.fields if each.id == "name"]
    return next(filter(None, named), ", ".join(filter(None, texts))), frozenset(field.identity) | {"name"}


def _own_answers(row: Json, reading: Reading) -> Iterator[Answer]:
    """Yield what several fields of an intervention say together: its rate, and whom it is for."""
    if "rate_oere" not in row:
        return
    if rate := rate_words(row, reading.occupancy):
        yield Answer("Takst", rate)
    who = tuple(filter(None, (reading.packages.get(each) for each in row.get("packages") or [])))
    if who:
        yield Answer("For", ", ".join(who), "", who if len(who) > 1 else ())
