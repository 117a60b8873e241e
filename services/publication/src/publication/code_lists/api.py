"""The lists of codes, for who reads what is public or sends what holds codes."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response

from chassis.errors import NotFound
from publication.code_lists.lists import code_lists
from publication.code_lists.schemas import CodeList, CodeListSummary
from publication.dependencies import PROBLEM_STATUSES
from web.auth import public
from web.etags import etag
from web.openapi import headers
from web.pagination import Page
from web.problems import problem_responses

# They change with a version of the portal, and a caller who asks again is told that nothing has.
CACHED = "public, max-age=3600"
WITH_ETAG: dict[int | str, dict[str, Any]] = {200: headers("ETag")}
NOT_FOUND: dict[int | str, dict[str, Any]] = {404: problem_responses(404)[404] | {"description": "Listen findes ikke."}}

router = APIRouter(
    prefix="/v1", tags=["code-lists"], dependencies=[Depends(public)], responses=problem_responses(*PROBLEM_STATUSES)
)

ListName = Annotated[
    str, Path(max_length=100, pattern=r"^[a-z0-9-]+$", description="Navnet, som listen over lister siger det.")
]


@router.get("/code-lists", response_model=Page[CodeListSummary], responses=WITH_ETAG)
async def read_code_lists() -> Response:
    """Return which lists of codes there are."""
    items = [
        CodeListSummary(name=each.name, title=each.title, source=each.source, count=len(each.items))
        for each in code_lists().values()
    ]
    return _answer(Page[CodeListSummary](items=items, total=len(items)))


@router.get("/code-lists/{name}", response_model=CodeList, responses=WITH_ETAG | NOT_FOUND)
async def read_code_list(name: ListName) -> Response:
    """Return every code of one list, with its Danish and, where there is one, its English name."""
    found = code_lists().get(name)
    if found is None:
        raise NotFound("Der er ingen liste med det navn.")
    return _answer(found)


def _answer(content: Page[Any]) -> Response:
    body = content.model_dump_json()
    headers = {"Cache-Control": CACHED, "ETag": etag(body)}
    return Response(body, media_type="application/json", headers=headers)
