"""The files of the log: of one case, and of all cases that an authority has had."""

from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from approval.case_log import queries
from approval.case_log.files import as_csv, as_ndjson
from approval.case_log.schemas import LoggedAct
from approval.cases.queries import Viewer
from approval.dependencies import ABOUT_ONE, Approver, IdInPath, SignedIn
from web.app import Db
from web.problems import problem_responses


class Format(StrEnum):
    """The format of a file."""

    CSV = "csv"
    NDJSON = "ndjson"


WRITERS: dict[Format, tuple[str, Callable[[Iterable[LoggedAct]], bytes]]] = {
    Format.CSV: ("text/csv; charset=utf-8", as_csv),
    Format.NDJSON: ("application/x-ndjson", as_ndjson),
}
_CONTENT = {media_type.partition(";")[0]: {"schema": {"type": "string"}} for media_type, _ in WRITERS.values()}
FILE: dict[int | str, dict[str, Any]] = {200: {"content": _CONTENT, "description": "One act on each line."}}

Extension = Annotated[Format, Path(description="The format of the file.")]

router = APIRouter(prefix="/v1", tags=["cases"], default_response_class=Response)


@router.get("/cases/{case_id}/log.{extension}", responses={**ABOUT_ONE, **problem_responses(409), **FILE})
async def show_case_log(db: Db, principal: SignedIn, case_id: IdInPath, extension: Extension) -> Response:
    """Return every act on a case, with reasons, names and times, to who may open the case."""
    async with db.read() as session:
        acts = await queries.acts_on_case(session, Viewer.of(principal), case_id)
    return _file(acts, extension, f"log-{case_id}")


@router.get("/log.{extension}", responses=FILE)
async def show_log(
    db: Db,
    principal: Approver,
    extension: Extension,
    first: Annotated[date, Query(alias="from")],
    until: Annotated[date, Query()],
    after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
) -> Response:
    """Return the acts at the caller's authority between two days, both included, at most 50,000.

    ``after`` is the id of the last act that one has: with it one goes on where the last file stopped.
    """
    async with db.read() as session:
        acts = await queries.acts_of_authorities(session, Viewer.of(principal), first, until, after)
    return _file(acts, extension, f"log-{first}-{until}")


def _file(acts: list[LoggedAct], extension: Format, name: str) -> Response:
    media_type, write = WRITERS[extension]
    told = {"Content-Disposition": f'attachment; filename="{name}.{extension}"', "Cache-Control": "no-store"}
    return Response(write(acts), media_type=media_type, headers=told)
