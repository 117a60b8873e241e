"""Many tilbud from one file: the template, the upload, and what became of each row."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import today
from reporting.bulk_reports.commands import receive
from reporting.bulk_reports.corrections import read_corrections
from reporting.bulk_reports.queries import list_uploads, view_upload
from reporting.bulk_reports.reading import CSV, XLSX, read_file
from reporting.bulk_reports.schemas import BulkReportAccepted, BulkReportItem, BulkReportView
from reporting.bulk_reports.templates import read_template
from reports.dependencies import Caller, responses
from web.app import Db
from web.idempotency import Answer, CommandDependency
from web.pagination import Cursor, Limit, Page

router = APIRouter(prefix="/v1", tags=["bulk-reports"], responses=responses(403))

StepParameter = Annotated[str, Query(pattern=r"^[a-z0-9-]{1,40}$")]
BulkReportId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,40}$")]
BINARY = {"schema": {"type": "string", "format": "binary"}}
FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": f"The template, filled in; or, as {CSV}, its columns, with semicolons, in UTF-8 or Latin-1, "
        "with `1.234,50` and days as `31-12-2026`; or, as application/x-ndjson, a line for each tilbud: "
        '`{"tilbud_id", "step", "data"}`, with '
        "`if_match` where it builds on an ETag. At most 2 MiB, 32 MiB once unpacked, 5,000 rows and 200 columns.",
        # Of several bodies the Python clients that are generated take none; the description names the others.
        "content": {XLSX: BINARY | {"example": "(a workbook)"}},
    }
}
WORKBOOK: dict[int | str, dict[str, Any]] = {200: {"description": "A workbook", "content": {XLSX: BINARY}}}


@router.get("/bulk-template", response_class=Response, responses=responses(403) | WORKBOOK)
async def get_bulk_template(step: StepParameter, principal: Caller, db: Db) -> Response:
    """Return a workbook with one step of every tilbud of the own operator, filled in with what is known."""
    async with db.read() as session:
        content = await read_template(session, principal, step)
    return workbook(await content.written(), f"{step}-{today().isoformat()}.xlsx")


@router.post(
    "/bulk-reports",
    status_code=202,
    response_model=BulkReportAccepted,
    responses=responses(403, 409, 415),
    openapi_extra=FILE,
)
async def post_bulk_report(
    request: Request,
    principal: Caller,
    command: CommandDependency,
    step: Annotated[
        StepParameter | None, Query(description="Which step a table is about that no template says.")
    ] = None,
) -> Response:
    """Take in a file; its rows are saved into drafts one after the other, and nothing is sent for approval.

    A row is refused where the step was changed since the template was made. The same content is the same upload while
    it is worked on.
    """
    content = await request.body()
    entries = await read_file(content, request.headers.get("content-type", ""), step)

    async def use_case(session: AsyncSession) -> Answer:
        report_id = await receive(session, principal, content, entries)
        return Answer(BulkReportAccepted(id=report_id), 202, {"Location": f"/v1/bulk-reports/{report_id}"})

    return await command.run(use_case)


@router.get("/bulk-reports")
async def list_bulk_reports(
    principal: Caller, db: Db, cursor: Cursor = None, limit: Limit = 50
) -> Page[BulkReportItem]:
    """List one's own uploads of the last 30 days, newest first."""
    async with db.read() as session:
        return await list_uploads(session, principal, cursor, limit)


@router.get("/bulk-reports/{report_id}")
async def get_bulk_report(report_id: BulkReportId, principal: Caller, db: Db) -> BulkReportView:
    """Show how far an upload is, and what became of each row."""
    async with db.read() as session:
        return await view_upload(session, principal, report_id)


@router.get("/bulk-reports/{report_id}/corrections", response_class=Response, responses=responses(403, 409) | WORKBOOK)
async def get_corrections(report_id: BulkReportId, principal: Caller, db: Db) -> Response:
    """Return a workbook with only the rows of a table that were refused, with a remark at each cell that is wrong."""
    async with db.read() as session:
        content = await read_corrections(session, principal, report_id)
    return workbook(await content.written(), f"{report_id}.xlsx")


def workbook(content: bytes, name: str) -> Response:
    """Return a workbook as an answer that a browser saves."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=XLSX, headers=headers)
