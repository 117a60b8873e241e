"""The rows of an upload that were refused, as a workbook to correct and send again."""

from collections.abc import Iterator, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import today
from chassis.errors import Conflict
from reporting.bulk_reports.cells import Cell
from reporting.bulk_reports.columns import TILBUD_ID, TILBUD_NAME, VERSION, Layout, layout_of
from reporting.bulk_reports.models import BulkReportEntry
from reporting.bulk_reports.queries import is_correctable, load_upload, names_of
from reporting.bulk_reports.schemas import Entry, RowError
from reporting.bulk_reports.sheets import version_of
from reporting.bulk_reports.workbook import SheetContent, SheetLine
from web.auth import Principal


class NothingToCorrect(Conflict):
    """No row of a table was refused, so far."""

    default_detail = "Ingen rækker i et regneark skal rettes."


async def read_corrections(session: AsyncSession, principal: Principal, report_id: str) -> SheetContent:
    """Return the refused rows with what was typed and a remark at each cell that is wrong; without CPR numbers.

    A row builds on the state that it built on before: what somebody else has changed meanwhile is fetched with a new
    template.
    """
    _, entries = await load_upload(session, principal, report_id)
    refused = [each for each in entries if is_correctable(each)]
    layout = layout_of(refused[0].step) if refused else None
    if layout is None:
        raise NothingToCorrect
    names = await names_of(session, principal, (each.tilbud_id for each in refused))
    lines = list(_lines(layout, refused, names))
    return SheetContent(layout, lines, today())


def _lines(layout: Layout, refused: Sequence[BulkReportEntry], names: dict[str, str]) -> Iterator[SheetLine]:
    for row in refused:
        entry = Entry.model_validate(row.content)
        errors = [RowError.model_validate(each) for each in row.errors]
        for number, cells in zip(entry.rows, entry.cells, strict=True):
            written: dict[str, Cell] = {**cells, TILBUD_NAME: names.get(row.tilbud_id or "")}
            if entry.if_match:
                written[VERSION] = version_of(layout, entry.if_match)
            yield SheetLine(written, remarks=_remarks(layout, [each for each in errors if each.row == number]))


def _remarks(layout: Layout, errors: Sequence[RowError]) -> dict[str, str]:
    """Return what is wrong by column; what is about the whole row stands at its id."""
    found: dict[str, list[str]] = {}
    for error in errors:
        column = error.column if error.column in layout.ids else TILBUD_ID
        found.setdefault(column, []).append(error.detail)
    return {column: "\n".join(details) for column, details in found.items()}
