"""The demonstration country as the search sees it, made in memory: its records, and their rows."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from contracts.form.keys import DEPARTMENTS
from contracts.testing.factories import case_approved, tilsyn_published
from devstack.demonstration.country import Plan, plans
from devstack.demonstration.reports import report
from publication.records.rules import public_record
from publication.records.state import TilbudState, apply
from publication.search.index import IndexedRow, SearchIndex
from publication.search.projection import IndexedUnit, search_values, units_of

DAY = date(2026, 11, 1)
FIRST_ID = 6_000


def country(size: int = 200) -> list[IndexedUnit]:
    """Return every department of the country, or the whole tilbud where there are none."""
    return [unit for plan in plans(size) for unit in _units(plan)]


def index_of(units: list[IndexedUnit]) -> SearchIndex:
    """Return the index that these are searched in."""
    index = SearchIndex()
    index.fill(row_of(unit) for unit in units)
    index.settle()
    return index


def row_of(unit: IndexedUnit) -> IndexedRow:
    """Return the row of one department, as the database would give it."""
    values = search_values(unit)
    known = {name: values[name] for name in IndexedRow._fields if name in values}
    ids = {"tilbud_id": unit.tilbud.id, "department_id": unit.department.id if unit.department else ""}
    return IndexedRow(**{**known, **ids, "item": json.dumps(values["item"], ensure_ascii=False)})


def _units(plan: Plan) -> Iterator[IndexedUnit]:
    tilbud_id = f"CRV-{FIRST_ID + plan.number}"
    approved = case_approved(tilbud_id, content=dict(_content(plan)))
    state = apply(apply(TilbudState(), approved), tilsyn_published(tilbud_id))
    record = public_record(tilbud_id, state, DAY)
    assert record is not None, plan
    yield from units_of(record)


def _content(plan: Plan) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the steps by their keys: what is answered for each department has one for each."""
    for step, data in report(plan, DAY).items():
        parts = data.get(DEPARTMENTS)
        if isinstance(parts, dict):
            yield from ((f"{step}/{department}", part) for department, part in parts.items())
        else:
            yield step, data
