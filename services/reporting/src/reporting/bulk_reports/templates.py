"""What the rows of a template hold: for each tilbud what is known of the step, ready to be corrected."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import today
from chassis.errors import NotFound
from contracts.access import employer_cvr, steps_to_report
from contracts.form import writable
from reporting.bulk_reports.cells import Cell, write_cell
from reporting.bulk_reports.columns import (
    DEPARTMENT_ID,
    DEPARTMENT_NAME,
    TILBUD_ID,
    TILBUD_NAME,
    VERSION,
    Column,
    Layout,
    layout_of,
)
from reporting.bulk_reports.schemas import Data
from reporting.bulk_reports.sheets import version_of
from reporting.bulk_reports.workbook import SheetContent, SheetLine
from reporting.mount import TILBUD_REPORTS
from reporting.subjects.models import Tilbud
from reporting.tilbud.rules import NoTilbud
from reports.content.rules import parts_of
from reports.drafts.queries import DraftContext, load_context
from reports.reporters import OtherSteps
from web.auth import Principal

# A list that is empty has to have a place for its first rows, and one that is not for more.
SPARE_ROWS = 3
MOST_TILBUD = 2_000


async def read_template(session: AsyncSession, principal: Principal, step: str) -> SheetContent:
    """Return the rows of every tilbud of the caller's operator that has the step; NoTilbud where it runs none."""
    layout = layout_of(step)
    if layout is None:
        raise NotFound
    allowed = steps_to_report(principal.rights)
    if allowed is not None and step not in allowed:
        raise OtherSteps
    lines: list[SheetLine] = []
    operated = await _operated(session, principal)
    for tilbud in operated:
        context = await load_context(session, TILBUD_REPORTS, tilbud, None)
        if step in context.report.form.step_ids:
            lines += lines_of(layout, context, today())
    return SheetContent(layout, lines, today())


async def _operated(session: AsyncSession, principal: Principal) -> list[Tilbud]:
    employer = employer_cvr(principal.rights, principal.cvr)
    mine = select(Tilbud).where(Tilbud.cvr == employer, Tilbud.cvr != "", Tilbud.ceased_on.is_(None))
    found = list((await session.execute(mine.order_by(Tilbud.name, Tilbud.id).limit(MOST_TILBUD))).scalars())
    if not found:
        raise NoTilbud
    return found


def lines_of(layout: Layout, context: DraftContext[Tilbud], asked_on: date) -> Iterator[SheetLine]:
    """Yield the rows about one tilbud, with what is drafted, else approved; what is locked cannot be filled in."""
    report, step = context.report, layout.step.id
    data = writable(report.form, step, report.steps[step])
    about: dict[str, Cell] = {
        TILBUD_ID: context.subject.id,
        TILBUD_NAME: context.subject.name,
        VERSION: version_of(layout, context.etag(step)),
    }
    closed = _not_asked(layout, context)
    locked = report.locked_by(step)
    everything = frozenset(each.id for each in layout.columns)
    if not (layout.step.per_department and report.departments):
        yield from _part_lines(layout, about, data, asked_on, everything if step in locked else closed)
        return
    names = _department_names(report.steps.get("departments", {}))
    for department in report.departments:
        here = {DEPARTMENT_ID: department, DEPARTMENT_NAME: names.get(department)}
        is_locked = f"{step}/{department}" in locked
        part = parts_of(data).get(department, {})
        yield from _part_lines(layout, about | here, part, asked_on, everything if is_locked else closed)


def _department_names(data: Data) -> dict[Any, Any]:
    rows = data.get("departments")
    return {each.get("id"): each.get("name") for each in rows} if isinstance(rows, list) else {}


def _not_asked(layout: Layout, context: DraftContext[Tilbud]) -> frozenset[str]:
    """Return the columns that the form of this tilbud does not have."""
    known = {each.id: each for each in context.report.form.step(layout.step.id).fields}
    return frozenset(each.id for each in layout.columns if not _has(known, each))


def _has(known: dict[str, Any], column: Column) -> bool:
    for name in column.path:
        if name not in known:
            return False
        known = {each.id: each for each in known[name].fields}
    return True


def _part_lines(
    layout: Layout, about: dict[str, Cell], data: Data, asked_on: date, closed: frozenset[str]
) -> Iterator[SheetLine]:
    lists = {each: data.get(each) or [] for each in layout.lists}
    count = max(map(len, lists.values())) + SPARE_ROWS if lists else 1
    once = frozenset(each.id for each in layout.columns if each.list_id is None)
    for index in range(count):
        written = dict(about)
        for column in layout.columns:
            if column.list_id is None:
                source, path = (data, column.path) if index == 0 else ({}, column.path)
            else:
                rows = lists[column.list_id]
                source, path = rows[index] if index < len(rows) else {}, column.path[1:]
            written[column.id] = write_cell(column.field, _at(source, path), asked_on)
        yield SheetLine(written, closed if index == 0 else closed | once)


def _at(data: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        data = data.get(name) if isinstance(data, dict) else None
    return data
