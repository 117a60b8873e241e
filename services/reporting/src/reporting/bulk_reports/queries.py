"""Reading uploads: one's own, one with what became of each row, and the rows that are to be corrected."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ARRAY, Integer, Text, case, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from chassis.errors import NotFound
from reporting.bulk_reports.models import BulkReport, BulkReportEntry
from reporting.bulk_reports.schemas import BulkReportItem, BulkReportView, RowErrorView, RowView, State
from reporting.subjects.access import is_officer_at, is_operator
from reporting.subjects.models import Tilbud
from reports.bulk.schemas import RowStatus
from web.auth import Principal
from web.pagination import Page, decode_cursor, encode_cursor


async def list_uploads(
    session: AsyncSession, principal: Principal, cursor: str | None, limit: int
) -> Page[BulkReportItem]:
    """Return the caller's uploads, newest first."""
    mine = select(BulkReport).where(BulkReport.sub == principal.sub)
    if cursor:
        mine = mine.where(BulkReport.id < decode_cursor(cursor, str)[0])
    rows = list((await session.execute(mine.order_by(BulkReport.id.desc()).limit(limit + 1))).scalars())
    items = await _items(session, rows[:limit])
    return Page(items=items, next=encode_cursor(rows[limit - 1].id) if len(rows) > limit else None)


async def view_upload(session: AsyncSession, principal: Principal, report_id: str) -> BulkReportView:
    """Return one of the caller's uploads with what became of each row; not-found for others'."""
    report, entries = await load_upload(session, principal, report_id)
    [item] = await _items(session, [report])
    names = await names_of(session, principal, (each.tilbud_id for each in entries))
    rows = [row for each in entries for row in _rows(each, names)]
    correctable = any(map(is_correctable, entries))
    return BulkReportView(**item.model_dump(), rows=sorted(rows, key=lambda row: row.row), has_corrections=correctable)


def is_correctable(entry: BulkReportEntry) -> bool:
    """Return whether an entry of a table was refused, and its cells are kept."""
    return entry.outcome == RowStatus.REFUSED.value and bool(entry.content.get("cells"))


async def load_upload(
    session: AsyncSession, principal: Principal, report_id: str
) -> tuple[BulkReport, Sequence[BulkReportEntry]]:
    """Return one of the caller's uploads with its entries in order; not-found for others'."""
    report = await session.get(BulkReport, report_id)
    if report is None or report.sub != principal.sub:
        raise NotFound
    of_it = select(BulkReportEntry).where(BulkReportEntry.report_id == report_id)
    return report, (await session.execute(of_it.order_by(BulkReportEntry.position))).scalars().all()


async def names_of(session: AsyncSession, principal: Principal, ids: Iterable[str | None]) -> dict[str, str]:
    """Return the names of those of the tilbud that the caller may see, by id."""
    columns = load_only(Tilbud.id, Tilbud.name, Tilbud.cvr, Tilbud.authority)
    among = func.any(cast(sorted({each for each in ids if each}), ARRAY(Text)))
    found = await session.execute(select(Tilbud).options(columns).where(Tilbud.id == among))
    seen = (
        each for each in found.scalars() if is_operator(principal, each) or is_officer_at(principal, each.authority)
    )
    return {each.id: each.name for each in seen}


def _rows(entry: BulkReportEntry, names: dict[str, str]) -> list[RowView]:
    rows: list[int] = entry.content["rows"]
    return [
        RowView(
            row=number,
            tilbud_id=entry.tilbud_id,
            tilbud_name=names.get(entry.tilbud_id or ""),
            step=entry.step,
            outcome=entry.outcome,
            errors=[RowErrorView.model_validate(each) for each in entry.errors if each["row"] == number],
        )
        for number in rows
    ]


async def _items(session: AsyncSession, reports: Sequence[BulkReport]) -> list[BulkReportItem]:
    entry = BulkReportEntry
    counting = (
        select(
            entry.report_id,
            func.sum(entry.row_count).label("total"),
            func.sum(case((entry.outcome.is_not(None), entry.row_count), else_=0)).cast(Integer).label("done"),
            func.sum(case((entry.outcome == RowStatus.REFUSED.value, entry.row_count), else_=0)).label("refused"),
            func.array_agg(entry.step.distinct()).label("steps"),
        )
        .where(entry.report_id.in_([each.id for each in reports]))
        .group_by(entry.report_id)
    )
    counts = {row.report_id: row for row in await session.execute(counting)}
    return [
        BulkReportItem(
            id=each.id,
            state=_state(each, counts[each.id].done),
            created_at=each.created_at,
            finished_at=each.finished_at,
            done=counts[each.id].done,
            total=counts[each.id].total,
            refused=counts[each.id].refused,
            steps=sorted(filter(None, counts[each.id].steps)),
        )
        for each in reports
    ]


def _state(report: BulkReport, done: int) -> State:
    if report.finished_at is not None:
        return "done"
    return "running" if done else "waiting"
