"""Old beside new, as text, for people who decide or who were overtaken by a colleague."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as field_of
from datetime import date
from typing import Any

from contracts.form import Field, FieldType, FormDefinition, RowPair, RowStatus, is_asked, match_rows, row_label
from contracts.form.completeness import is_empty
from portal.form.differences import WordDifference, number_difference, word_difference
from portal.form.display import as_text, without_answer
from portal.form.writing import part_of

ROW_IS_NEW = "Rækken er ny"
ROW_IS_REMOVED = "Rækken er fjernet"


@dataclass(frozen=True)
class ComparedRow:
    """One row of a list in two versions, and what people call it; ``number`` tells it from others of that name."""

    number: int
    label: str
    status: RowStatus
    moved: bool


@dataclass(frozen=True)
class ComparedAnswer:
    """One answer before and after, empty for no answer; ``unanswered`` is what stands for no answer (R43).

    ``label`` is the whole way to it and ``name`` the way from its row on. ``pointer`` leads to it in the new version,
    and is empty for one that stands in a removed row. ``difference`` says by how much a number changed, ``words`` what
    changed within a text; a file is fetched at ``old_href`` and ``new_href``.
    """

    label: str
    name: str
    pointer: str
    old: str
    new: str
    unanswered: str
    changed: bool
    row: ComparedRow | None = None
    difference: str = ""
    words: WordDifference | None = None
    old_href: str = ""
    new_href: str = ""

    @property
    def row_status(self) -> RowStatus | None:
        """Return what became of the row of a list that it stands in, None outside of lists."""
        return self.row.status if self.row else None

    @property
    def old_shown(self) -> str:
        """Return what the column of the old version shows."""
        return self.old or (ROW_IS_NEW if self.row_status is RowStatus.ADDED else self.unanswered)

    @property
    def new_shown(self) -> str:
        """Return what the column of the new version shows."""
        return self.new or (ROW_IS_REMOVED if self.row_status is RowStatus.REMOVED else self.unanswered)


@dataclass(frozen=True)
class Surroundings:
    """What the answers of a step mean beside the other steps.

    Who operates the subject decides on what is asked, None while that is unknown. ``names`` are what people call the
    rows of other steps that answers refer to, by their ids. ``files`` is the address under which files are fetched.
    """

    operator_kind: str | None = None
    names: Mapping[str, str] = field_of(default_factory=dict)
    files: str = ""

    def href(self, field: Field, value: Any) -> str:
        """Return where the file is fetched that an answer names."""
        return f"{self.files}/{value}" if self.files and value and field.type is FieldType.FILE else ""


ALONE = Surroundings()


def side_by_side(
    form: FormDefinition,
    step_id: str,
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any] | None,
    surroundings: Surroundings = ALONE,
) -> list[ComparedAnswer]:
    """Return every answer of one part of a step in two versions, in the order of the form.

    Rows of a list stand beside those that they were before, whatever their order; those that are gone come last. They
    are named by what they are about; without an old version their numbers say enough. What is neither asked nor
    answered is left out, and so are the ids that tie steps together.
    """
    position = _Position(form.at, is_first=old is None, surroundings=surroundings)
    return list(_answers(form.step(step_id).fields, old, new, position))


def changed_answers(
    form: FormDefinition, step_id: str, departments: Sequence[str], old: Mapping[str, Any], new: Mapping[str, Any]
) -> list[ComparedAnswer]:
    """Return only what differs between two versions of a whole step, the ids that its writer chose as well."""
    parts: Sequence[str | None] = departments or (None,)
    position = _Position(form.at, is_first=False, surroundings=ALONE, with_ids=True)
    return [
        replace(answer, label=f"{each}: {answer.label}", name=f"{each}: {answer.name}") if each else answer
        for each in parts
        for answer in _answers(form.step(step_id).fields, part_of(old, each), part_of(new, each), position)
        if answer.changed
    ]


def names_of_rows(form: FormDefinition, step_id: str, data: Mapping[str, Any] | None) -> dict[str, str]:
    """Return what people call the rows of a step that have an id, for answers that refer to them."""
    lists = [field for field in form.step(step_id).fields if field.type is FieldType.LIST]
    return {
        str(row.latest["id"]): row_label(field, row, number, form.at)
        for field in lists
        for number, row in enumerate(match_rows(field, None, (data or {}).get(field.id)), 1)
        if row.latest.get("id")
    }


@dataclass(frozen=True)
class _Position:
    """Where in the data of a step a comparison stands: what the labels there begin with, and in which row."""

    at: date
    is_first: bool
    surroundings: Surroundings
    with_ids: bool = False
    pointer: str | None = ""
    prefix: str = ""
    inner: str = ""
    row: ComparedRow | None = None

    def at_field(self, field: Field) -> str:
        return "" if self.pointer is None else f"{self.pointer}/{field.id}"

    def in_group(self, field: Field) -> "_Position":
        here, inside = f"{self.prefix}{field.label}: ", f"{self.inner}{field.label}: "
        return replace(self, prefix=here, inner=inside, pointer=self._inside(field.id))

    def in_row(self, field: Field, row: RowPair, number: int) -> "_Position":
        numbered = f"{field.label} {number}"
        name = numbered if self.is_first else row_label(field, row, number, self.at)
        label = numbered if name == numbered else f"{field.label} ({name})"
        return replace(
            self,
            prefix=f"{self.prefix}{label}: ",
            inner="",
            pointer=None if row.index is None else self._inside(field.id, str(row.index)),
            row=ComparedRow(number, f"{self.prefix}{label}", row.status, row.moved),
        )

    def asks(self, field: Field, data: Mapping[str, Any]) -> bool:
        return is_asked(field, data, self.surroundings.operator_kind)

    def _inside(self, *parts: str) -> str | None:
        return None if self.pointer is None else "/".join((self.pointer, *parts))


def _answers(fields: Sequence[Field], old: Any, new: Any, position: _Position) -> Iterator[ComparedAnswer]:
    before, after = (value if isinstance(value, Mapping) else {} for value in (old, new))
    for field in fields:
        values = before.get(field.id), after.get(field.id)
        is_answered = any(_is_answered(field, value) for value in values)
        is_tie = field.type is FieldType.SLUG and not position.with_ids
        if not is_tie and (is_answered or position.asks(field, after) or position.asks(field, before)):
            yield from _answers_of(field, *values, position)


def _answers_of(field: Field, old: Any, new: Any, position: _Position) -> Iterator[ComparedAnswer]:
    rows = match_rows(field, old, new) if field.type is FieldType.LIST else []
    if field.type is FieldType.GROUP and (_is_answered(field, old) or _is_answered(field, new)):
        yield from _answers(field.fields, old, new, position.in_group(field))
    elif rows:
        for number, row in enumerate(rows, 1):
            yield from _answers(field.fields, row.old, row.new, position.in_row(field, row, number))
    else:
        yield _answer(field, old, new, position)


def _is_answered(field: Field, value: Any) -> bool:
    return not is_empty(field, value)


def _answer(field: Field, old: Any, new: Any, position: _Position) -> ComparedAnswer:
    before, after = (None if is_empty(field, value) else value for value in (old, new))
    names = position.surroundings.names
    return ComparedAnswer(
        label=f"{position.prefix}{field.label}",
        name=f"{position.inner}{field.label}",
        pointer=position.at_field(field),
        old=as_text(field, _named(field, before, names)),
        new=as_text(field, _named(field, after, names)),
        unanswered=without_answer(field, position.surroundings.operator_kind),
        changed=before != after,
        row=position.row,
        difference=number_difference(field, before, after),
        words=word_difference(field, before, after),
        old_href=position.surroundings.href(field, before),
        new_href=position.surroundings.href(field, after),
    )


def _named(field: Field, value: Any, names: Mapping[str, str]) -> Any:
    """Return the names of the rows that a value refers to, in place of their ids."""
    if not field.refers_to or not names:
        return value
    if isinstance(value, list):
        return [names.get(str(each), each) for each in value]
    return names.get(str(value), value)
