"""Which columns a step has in a file, and which version of them a template was made with. Pure.

A row is about a tilbud, or about one department of it where the step is answered per department. The rows of a list
stand below each other: the first row has the other answers, too, and the following ones repeat or leave them out.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from contracts.form import Field, FieldType, Step
from contracts.form.loading import steps_of
from contracts.kinds import TILBUD

TILBUD_ID = "tilbud_id"
TILBUD_NAME = "tilbud_name"
DEPARTMENT_ID = "department_id"
DEPARTMENT_NAME = "department_name"
VERSION = "version"
LABELS = {
    TILBUD_ID: "Tilbuds-id",
    TILBUD_NAME: "Tilbud",
    DEPARTMENT_ID: "Afdelings-id",
    DEPARTMENT_NAME: "Afdeling",
    VERSION: "Udgave (ret ikke)",
}


@dataclass(frozen=True)
class Column:
    """One answer of a row. ``path`` leads to it: of a list and of a group it begins with their ids."""

    path: tuple[str, ...]
    label: str
    field: Field
    list_id: str | None = None

    @property
    def id(self) -> str:
        """Return the name of the column in files, answers and errors."""
        return "/".join(self.path)


@dataclass(frozen=True)
class Layout:
    """The columns of a step in a file; ``version`` changes whenever an older file could be misread."""

    step: Step
    columns: tuple[Column, ...]
    version: str

    @property
    def fixed(self) -> tuple[str, ...]:
        """Return the ids of the columns that say what a row is about, and stand first."""
        about = (TILBUD_ID, TILBUD_NAME)
        return (*about, DEPARTMENT_ID, DEPARTMENT_NAME) if self.step.per_department else about

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids of all columns in order."""
        return (*self.fixed, *(each.id for each in self.columns), VERSION)

    @property
    def labels(self) -> dict[str, str]:
        """Return what people read above each column, by its id."""
        labels = {each: LABELS[each] for each in (*self.fixed, VERSION)}
        return labels | {each.id: each.label for each in self.columns}

    @property
    def lists(self) -> frozenset[str]:
        """Return the ids of the step's lists."""
        return frozenset(each.list_id for each in self.columns if each.list_id)


@lru_cache(maxsize=64)
def layout_of(step_id: str) -> Layout | None:
    """Return the columns of a step of tilbud, whatever it applies to; None for an unknown step."""
    step = next((each for each in steps_of(TILBUD.id) if each.id == step_id), None)
    if step is None:
        return None
    columns = tuple(_columns(step.fields))
    described = [(each.id, each.field.type, each.field.vocabulary, each.field.kinds) for each in columns]
    digest = hashlib.sha256(json.dumps([step_id, step.per_department, described]).encode()).hexdigest()
    return Layout(step, columns, digest[:8])


def _columns(
    fields: tuple[Field, ...], path: tuple[str, ...] = (), labels: tuple[str, ...] = (), list_id: str | None = None
) -> Iterator[Column]:
    for field in fields:
        # A file does not stand in a cell.
        if field.is_filled_by_portal or field.type is FieldType.FILE:
            continue
        place = (*path, field.id)
        if field.type is FieldType.LIST:
            yield from _columns(field.fields, place, (*labels, field.label), field.id)
        elif field.type is FieldType.GROUP:
            yield from _columns(field.fields, place, (*labels, field.label), list_id)
        else:
            yield Column(place, ": ".join((*labels, _with_unit(field))), field, list_id)


def _with_unit(field: Field) -> str:
    unit = "kr." if field.type is FieldType.MONEY else field.unit
    return f"{field.label} ({unit})" if unit else field.label
