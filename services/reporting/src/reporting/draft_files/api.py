"""Files that belong to an answer: sent into the draft, listed, and fetched."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from reporting.dependencies import TilbudId
from reporting.draft_files.commands import put_file, refuse_other_reporter
from reporting.files.queries import list_files, load_file, view_file
from reporting.files.reading import PDF, checked_pdf
from reporting.files.rules import file_name
from reporting.files.schemas import FileView
from reports.dependencies import Caller, StepId, responses
from web.app import Db
from web.errors import UnsupportedMediaType
from web.etags import IfMatch
from web.media_types import media_type
from web.pagination import Page
from web.request_bodies import taking_bodies_up_to

router = APIRouter(prefix="/v1/tilbud/{tilbud_id}", tags=["files"], responses=responses())

FieldId = Annotated[str, Path(pattern=r"^[a-z0-9_]{1,40}$")]
FileId = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}$")]
Confirmation = Annotated[
    bool, Query(description="The caller has seen that pages whose text cannot be read hold no CPR number.")
]
MOST_BYTES = 5 * 1024 * 1024
BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A PDF of at most 5 MiB and 100 pages, without password, program or attachment, and without "
        "CPR numbers.",
        "content": {PDF: BINARY | {"example": "(a PDF)"}},
    }
}
DOCUMENT: dict[int | str, dict[str, Any]] = {200: {"description": "The file, to be saved", "content": {PDF: BINARY}}}
# Whatever a program makes of it: it is saved, and runs nowhere.
SAFELY = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}


@router.put(
    "/draft/steps/{step}/files/{field}",
    responses=responses(403, 409, 412, 413, 415, 422, 428),
    openapi_extra=BODY,
    dependencies=[Depends(taking_bodies_up_to(MOST_BYTES))],
)
async def put_draft_file(
    request: Request,
    tilbud_id: TilbudId,
    step: StepId,
    field: FieldId,
    principal: Caller,
    db: Db,
    response: Response,
    confirmed_without_cpr: Confirmation = False,  # noqa: FBT002
    if_match: IfMatch = None,
) -> FileView:
    """Send a file for a field of the draft, which names it from then on; the ETag is that of the step.

    The same content again is the same file and changes nothing, whatever the ETag.
    """
    async with db.read() as session:
        await refuse_other_reporter(session, tilbud_id, step, principal)
    if media_type(request.headers.get("content-type", "")) not in {PDF, "application/octet-stream"}:
        raise UnsupportedMediaType("Send en PDF.", headers={"Accept": PDF})
    checked = await checked_pdf(field, await request.body())
    context, file = await db.run_in_transaction(
        lambda session: put_file(
            session,
            tilbud_id,
            (step, field),
            checked,
            principal,
            if_match,
            is_confirmed=confirmed_without_cpr,
        )
    )
    response.headers["ETag"] = context.etag(step)
    return view_file(file, {})


@router.get("/files")
async def get_files(tilbud_id: TilbudId, principal: Caller, db: Db) -> Page[FileView]:
    """List the files of a tilbud, newest first: to an authority those that were sent."""
    async with db.read() as session:
        return Page(items=await list_files(session, tilbud_id, principal))


@router.get("/files/{file_id}", response_class=Response, responses=responses() | DOCUMENT)
async def get_file(tilbud_id: TilbudId, file_id: FileId, principal: Caller, db: Db) -> Response:
    """Return a file, to be saved and not to be shown."""
    async with db.read() as session:
        file = await load_file(session, tilbud_id, file_id, principal)
    name = file_name(tilbud_id, file.received_at)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store", **SAFELY}
    return Response(file.content, media_type=PDF, headers=headers)
