"""The files of open data, and what is said of them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse

from publication.dependencies import PROBLEM_STATUSES
from publication.feed.api import EPOCH, POSITION
from publication.feed.dumps import Dump, Dumps
from publication.open_data.descriptions import CSV, CSV_PATH, NDJSON, NDJSON_PATH, open_data
from publication.open_data.schemas import OpenData
from web.auth import public
from web.etags import etag
from web.openapi import headers
from web.problems import problem_responses

# It is made anew when something has changed; who comes again within ten seconds has it.
CACHED = "public, max-age=10"
DESCRIPTION_CACHED = "public, max-age=3600"

WITH_ETAG: dict[int | str, dict[str, Any]] = {200: headers("ETag")}

router = APIRouter(tags=["open-data"], dependencies=[Depends(public)], responses=problem_responses(*PROBLEM_STATUSES))


def _answers(media_type: str, description: str) -> dict[int | str, dict[str, Any]]:
    content = {media_type.partition(";")[0]: {"schema": {"type": "string"}}}
    return {200: {"content": content, "description": description, **headers("ETag")}}


async def _csv_dumps(request: Request) -> Dumps:
    dumps: Dumps = request.app.state.csv_dumps
    return dumps


async def _dumps(request: Request) -> Dumps:
    dumps: Dumps = request.app.state.dumps
    return dumps


CsvDumps = Annotated[Dumps, Depends(_csv_dumps)]
NdjsonDumps = Annotated[Dumps, Depends(_dumps)]


@router.get(CSV_PATH, response_class=StreamingResponse, responses=_answers(CSV, "En række for hver afdeling."))
async def read_csv(dumps: CsvDumps) -> Response:
    """Return everything that is public as CSV for Danish Excel."""
    return _file(await dumps.newest(), CSV, "tilbud.csv")


@router.get(NDJSON_PATH, response_class=StreamingResponse, responses=_answers(NDJSON, "Et tilbud på hver linje."))
async def read_ndjson(dumps: NdjsonDumps) -> Response:
    """Return everything that is public, one record on each line."""
    return _file(await dumps.newest(), NDJSON, "tilbud.ndjson")


def _file(dump: Dump, media_type: str, name: str) -> Response:
    about = {
        "Cache-Control": CACHED,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(dump.size),
        "ETag": etag(name, dump.head.epoch, dump.head.sequence),
        POSITION: str(dump.head.sequence),
        EPOCH: dump.head.epoch,
    }
    return StreamingResponse(dump.pieces(), media_type=media_type, headers=about)


@router.get("/v1/open-data/fields", response_model=OpenData, responses=WITH_ETAG)
async def read_fields() -> Response:
    """Return what each field of the files means, and on what terms the files may be used."""
    body = open_data().model_dump_json()
    about = {"Cache-Control": DESCRIPTION_CACHED, "ETag": etag(body)}
    return Response(body, media_type="application/json", headers=about)
