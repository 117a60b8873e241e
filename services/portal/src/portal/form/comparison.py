"""Old beside new, as text, for people who decide or who were overtaken by a colleague."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from contracts.form import Field, FieldType, FormDefinition, RowPair, RowStatus, match_rows, row_label
from contracts.form.completeness import is_empty
from portal.form.display import NOT_ANSWERED, UNANSWERED, as_text
from portal.form.writing import part_of

ROW_IS_NEW = "Rækken er ny"
ROW_IS_REMOVED = "Rækken er fjernet"


@dataclass(frozen=True)
class ComparedAnswer:
    """One answer before and after, empty for no answer; ``unanswered`` is what stands for no answer (R43).

    ``row_status`` says what became of the row of a list that it stands in, None outside of lists.
    """

    label: str
    old: str
    new: str
    unanswered: str
    changed: bool
    row_status: RowStatus | None = None

    @property
    def old_shown(self) -> str:
        """Return what the column of the old version shows."""
        return self.old or (ROW_IS_NEW if self.row_status is RowStatus.ADDED else self.unanswered)

    @property
    def new_shown(self) -> str:
        """Return what the column of the new version shows."""
        return self.new or (ROW_IS_REMOVED if self.row_status is RowStatus.REMOVED else self.unanswered)


def side_by_side(
    form: FormDefinition, step_id: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
) -> list[ComparedAnswer]:
    """Return every answer of one part of a step in two versions, in the order of the form.

    Rows of a list stand beside those that they were before, whatever their order; those that are gone come last. They
    are named by what they are about; without an old version their numbers say enough.
    """
    return list(_answers(form.step(step_id).fields, old, new, _Position(form.at, is_first=old is None)))


def changed_answers(
    form: FormDefinition, step_id: str, departments: Sequence[str], old: Mapping[str, Any], new: Mapping[str, Any]
) -> list[ComparedAnswer]:
    """Return only what differs between two versions of a whole step."""
    parts: Sequence[str | None] = departments or (None,)
    return [
        replace(answer, label=f"{each}: {answer.label}") if each else answer
        for each in parts
        for answer in side_by_side(form, step_id, part_of(old, each), part_of(new, each))
        if answer.changed
    ]


@dataclass(frozen=True)
class _Position:
    """Where in the data of a step a comparison stands: what the labels there begin with, and in which row."""

    at: date
    is_first: bool
    prefix: str = ""
    row_status: RowStatus | None = None

    def in_group(self, field: Field) -> "_Position":
        return replace(self, prefix=f"{self.prefix}{field.label}: ")

    def in_row(self, field: Field, row: RowPair, number: int) -> "_Position":
        numbered = f"{field.label} {number}"
        name = numbered if self.is_first else row_label(field, row, number, self.at)
        label = numbered if name == numbered else f"{field.label} ({name})"
        return replace(self, prefix=f"{self.prefix}{label}: ", row_status=row.status)


def _answers(fields: Sequence[Field], old: Any, new: Any, position: _Position) -> Iterator[ComparedAnswer]:
    before, after = (value if isinstance(value, Mapping) else {} for value in (old, new))
    for field in fields:
        yield from _answers_of(field, before.get(field.id), after.get(field.id), position)


def _answers_of(field: Field, old: Any, new: Any, position: _Position) -> Iterator[ComparedAnswer]:
    rows = match_rows(field, old, new) if field.type is FieldType.LIST else []
    if field.type is FieldType.GROUP:
        yield from _answers(field.fields, old, new, position.in_group(field))
    elif rows:
        for number, row in enumerate(rows, 1):
            yield from _answers(field.fields, row.old, row.new, position.in_row(field, row, number))
    else:
        yield _answer(field, old, new, position)


def _answer(field: Field, old: Any, new: Any, position: _Position) -> ComparedAnswer:
    before, after = (None if is_empty(field, value) else value for value in (old, new))
    return ComparedAnswer(
        label=f"{position.prefix}{field.label}",
        old=as_text(field, old),
        new=as_text(field, new),
        unanswered=UNANSWERED if field.mandatory.never else NOT_ANSWERED,
        changed=before != after,
        row_status=position.row_status,
    )
