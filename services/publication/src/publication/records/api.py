"""One public tilbud now and before, its history, its tilsyn, several side by side, and why one is not public."""

import json
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response

from chassis.clock import today
from chassis.errors import NotFound
from contracts.events.publication import PublicTilbud
from publication.dependencies import (
    CACHED,
    NOT_MODIFIED,
    PROBLEM_STATUSES,
    IfNoneMatch,
    Session,
    conditional_answer,
    invalid_parameter,
)
from publication.records.conditions import conditions
from publication.records.queries import PastVersion, history, known_state, public_version, records, tilsyn_of
from publication.records.rules import may_see_conditions
from publication.records.schemas import (
    GONE,
    Comparison,
    PastTilsyn,
    PublicationCondition,
    PublicationStatus,
    PublicChange,
)
from web.as_of import AsOf, last_moment
from web.auth import Principal, public, signed_in
from web.etags import etag
from web.pagination import Cursor, Limit, Page, decode_cursor, encode_cursor, invalid_cursor
from web.problems import MEDIA_TYPE, problem_responses

MIN_COMPARED, MAX_COMPARED = 2, 5
MAX_VERSION = 2**31 - 1

router = APIRouter(
    prefix="/v1", tags=["publication"], dependencies=[Depends(public)], responses=problem_responses(*PROBLEM_STATUSES)
)

# What concerns a tilbud whether it is public or not.
closed_router = APIRouter(prefix="/v1", tags=["publication"], responses=problem_responses(*PROBLEM_STATUSES, 401, 403))

_PROBLEMS = problem_responses(404, 410)
NEVER_PUBLIC: dict[int | str, dict[str, Any]] = {
    404: _PROBLEMS[404] | {"description": "Tilbuddet har aldrig været offentligt."},
}
NOT_PUBLIC = NEVER_PUBLIC | {
    410: {
        "description": "Tilbuddet har været offentligt, men er det ikke længere.",
        "content": {MEDIA_TYPE: {"schema": GONE}},
    },
}

ID_PATTERN = r"^[A-Za-z0-9._-]+$"
TilbudId = Annotated[str, Path(max_length=200, pattern=ID_PATTERN)]
SignedIn = Annotated[Principal, Depends(signed_in)]
ComparedId = Annotated[str, Query(max_length=200, pattern=ID_PATTERN)]


@router.get("/tilbud/{tilbud_id}", response_model=PublicTilbud, responses=NOT_MODIFIED | NOT_PUBLIC)
async def read_tilbud(
    session: Session, tilbud_id: TilbudId, as_of: AsOf = None, if_none_match: IfNoneMatch = None
) -> Response:
    """Return the public record, or as it was at the end of a day or at a moment."""
    moment = last_moment(as_of)
    version = await public_version(session, tilbud_id, moment)
    return conditional_answer(if_none_match, etag(tilbud_id, version.version, version.record), version.record, moment)


@router.get("/tilbud/{tilbud_id}/changes", response_model=Page[PublicChange], responses=NEVER_PUBLIC)
async def read_changes(session: Session, tilbud_id: TilbudId, limit: Limit = 20, cursor: Cursor = None) -> Response:
    """Return what changed in the public record, the newest first; also of a tilbud that is not public any more."""
    before = decode_cursor(cursor, int)[0] if cursor else None
    if before is not None and not 0 <= before <= MAX_VERSION:
        raise invalid_cursor()
    versions, more = await history(session, tilbud_id, before, limit)
    following = json.dumps(encode_cursor(versions[-1].version)) if more else "null"
    items = ",".join(_change(version) for version in versions)
    content = f'{{"items":[{items}],"next":{following},"total":null}}'
    headers = {**CACHED, "ETag": etag(tilbud_id, content)}
    return Response(content, media_type="application/json", headers=headers)


def _change(version: PastVersion) -> str:
    """Return a ``PublicChange`` as JSON; its changes are JSON already."""
    told = {
        "version": version.version,
        "time": version.valid_from.isoformat().replace("+00:00", "Z"),
        "method": "PUT" if version.is_public else "DELETE",
        "reason": version.reason,
    }
    return f'{json.dumps(told)[:-1]},"changes":{version.changes}}}'


@router.get("/tilbud/{tilbud_id}/tilsyn", responses=NOT_PUBLIC)
async def read_tilsyn(
    session: Session, response: Response, tilbud_id: TilbudId, limit: Limit = 20, cursor: Cursor = None
) -> Page[PastTilsyn]:
    """Return the tilsyn of a public tilbud, the latest first: what was decided and what was given each time."""
    before = decode_cursor(cursor, date, float, str, str) if cursor else None
    found, more = await tilsyn_of(session, tilbud_id, before, limit)
    response.headers.update(CACHED)
    last = found[-1] if more else None
    following = encode_cursor(last.decided_on, last.accepted_number, last.authority, last.tilsyn_id) if last else None
    return Page(items=[PastTilsyn.of(each) for each in found], next=following)


@router.get("/compare", response_model=Comparison, responses=NOT_MODIFIED)
async def compare_tilbud(
    session: Session,
    ids: Annotated[list[ComparedId], Query(alias="id", description="To til fem forskellige tilbud.", max_length=100)],
    as_of: AsOf = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return two to five public records side by side, or as they were at the end of a day or at a moment."""
    wanted = list(dict.fromkeys(ids))
    if not MIN_COMPARED <= len(wanted) <= MAX_COMPARED:
        code = "too-few" if len(wanted) < MIN_COMPARED else "too-many"
        raise invalid_parameter("id", code, "Vælg to til fem forskellige tilbud.")
    moment = last_moment(as_of)
    found = await records(session, wanted, moment)
    items = [found[each] for each in wanted if each in found]
    content = {"items": items, "missing": [each for each in wanted if each not in found]}
    tag = etag(*wanted, *(item["version"] for item in items), content)
    return conditional_answer(if_none_match, tag, content, moment)


@closed_router.get("/tilbud/{tilbud_id}/publication", responses=problem_responses(404))
async def read_publication(
    session: Session, tilbud_id: TilbudId, caller: SignedIn, response: Response
) -> PublicationStatus:
    """Return why a tilbud is, or is not, public: to who runs it, to its authority, and to the national operator."""
    state = await known_state(session, tilbud_id)
    if not may_see_conditions(state, caller.rights, caller.cvr):
        raise NotFound
    found = conditions(state, today())
    response.headers["Cache-Control"] = "private, no-store"
    items = [
        PublicationCondition(
            condition=each.name, met=each.met, since=each.since, detail=each.detail, missing=list(each.missing)
        )
        for each in found
    ]
    return PublicationStatus(public=all(each.met for each in found), conditions=items)
