"""The public API: search, one tilbud now and before, its history, and several side by side."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from chassis.auth import public
from chassis.database import ReadSession
from chassis.etags import etag
from chassis.pagination import Page, decode_cursor, encode_cursor
from contracts.events.publication import FieldChange, PublicTilbud
from publication.models import PublicVersion
from publication.parameters import (
    AsOf,
    Cursor,
    Limit,
    RateParameters,
    SearchParameters,
    moment_of,
    search_query,
    wrong,
)
from publication.presenting import search_page
from publication.queries import history, public_version, records, state_of_everything
from publication.rates import rate_boxes
from publication.schemas import Comparison, PublicChange, RateBox, SearchPage
from publication.search import find

CACHED = {"Cache-Control": "public, max-age=1, must-revalidate"}
MIN_COMPARED, MAX_COMPARED = 2, 5

_PROBLEM: dict[str, Any] = {"content": {"application/problem+json": {}}}
REFUSED: dict[int | str, dict[str, Any]] = {
    304: {"description": "Uændret siden den ETag, der blev sendt med."},
    400: {"description": "Forespørgslen kan ikke læses.", **_PROBLEM},
    422: {"description": "En parameter er ikke gyldig.", **_PROBLEM},
}
NOT_PUBLIC: dict[int | str, dict[str, Any]] = {
    404: {"description": "Tilbuddet har aldrig været offentligt.", **_PROBLEM},
    410: {"description": "Tilbuddet har været offentligt, men er det ikke længere.", **_PROBLEM},
}

router = APIRouter(prefix="/v1", tags=["publication"], dependencies=[Depends(public)])


async def reading(request: Request) -> AsyncIterator[ReadSession]:
    """Open a session that only reads; nothing has to be committed behind the answer."""
    async with request.app.state.database.read() as session:
        yield session


Reading = Annotated[ReadSession, Depends(reading)]
IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match", max_length=2_000)]
ID_PATTERN = r"^[A-Za-z0-9._-]+$"
TilbudId = Annotated[str, Path(max_length=200, pattern=ID_PATTERN)]
ComparedId = Annotated[str, Query(max_length=200, pattern=ID_PATTERN)]


def _unchanged(if_none_match: str | None, tag: str) -> bool:
    candidates = {each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")}
    return tag in candidates or "*" in candidates


def _answer(if_none_match: str | None, tag: str, content: Any) -> Response:
    headers = {**CACHED, "ETag": tag}
    return (
        Response(status_code=304, headers=headers)
        if _unchanged(if_none_match, tag)
        else JSONResponse(content, headers=headers)
    )


@router.get("/search", response_model=SearchPage, responses=REFUSED)
async def search(
    request: Request,
    session: Reading,
    asked: Annotated[SearchParameters, Query()],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Find departments of public tilbud (rows 85–87); a repeated parameter is OR, different ones are AND."""
    query = search_query(asked)
    if if_none_match:
        tag = etag(*await state_of_everything(session), request.url.query)
        if _unchanged(if_none_match, tag):
            return Response(status_code=304, headers={**CACHED, "ETag": tag})
    found = await find(session, query)
    headers = {**CACHED, "ETag": etag(*found.state, request.url.query)}
    return Response(search_page(found, query), media_type="application/json", headers=headers)


@router.get("/tilbud/{tilbud_id}", response_model=PublicTilbud, responses=REFUSED | NOT_PUBLIC)
async def read_tilbud(
    session: Reading, tilbud_id: TilbudId, as_of: AsOf = None, if_none_match: IfNoneMatch = None
) -> Response:
    """Return the public record, or as it was at the end of a day or at a moment."""
    version = await public_version(session, tilbud_id, moment_of(as_of))
    return _answer(if_none_match, etag(tilbud_id, version.version, version.record), version.record)


@router.get("/tilbud/{tilbud_id}/changes", responses={404: NOT_PUBLIC[404], 400: REFUSED[400], 422: REFUSED[422]})
async def read_changes(
    session: Reading, tilbud_id: TilbudId, limit: Limit = 20, cursor: Cursor = None
) -> Page[PublicChange]:
    """Return what changed in the public record, the newest first; also of a tilbud that is not public any more."""
    before = decode_cursor(cursor, int)[0] if cursor else None
    if before is not None and not 0 <= before < 2**31:
        raise wrong("cursor", "cursor", "Sidehenvisningen er ikke gyldig.")
    versions = await history(session, tilbud_id, before, limit + 1)
    shown = [_change(version) for version in versions[:limit]]
    return Page(items=shown, next=encode_cursor(shown[-1].version) if len(versions) > limit else None)


def _change(version: PublicVersion) -> PublicChange:
    return PublicChange(
        version=version.version,
        time=version.valid_from,
        method="PUT" if version.record else "DELETE",
        reason=version.reason,
        changes=[FieldChange.model_validate(change) for change in version.changes],
    )


@router.get("/compare", response_model=Comparison, responses=REFUSED)
async def compare(
    session: Reading,
    ids: Annotated[list[ComparedId], Query(alias="id", description="To til fem forskellige tilbud.", max_length=100)],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return two to five public records side by side (row 87)."""
    wanted = list(dict.fromkeys(ids))
    if not MIN_COMPARED <= len(wanted) <= MAX_COMPARED:
        raise wrong("id", "count", "Vælg to til fem forskellige tilbud.")
    found = await records(session, wanted)
    items = [found[each] for each in wanted if each in found]
    content = {"items": items, "missing": [each for each in wanted if each not in found]}
    return _answer(if_none_match, etag(*wanted, *(item["version"] for item in items), content), content)


@router.get("/rates", responses={status: REFUSED[status] for status in (400, 422)})
async def read_rates(session: Reading, asked: Annotated[RateParameters, Query()]) -> Page[RateBox]:
    """Return the rates of comparable departments, one box for each unit that rates are given in."""
    return Page(items=await rate_boxes(session, asked.model_dump()))
