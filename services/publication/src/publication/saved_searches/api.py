"""The HTTP API of saved searches: what is sent here goes on to notification at once, and nothing of it is kept.

So the address of a person is in one store, and in no topic.
"""

from typing import Annotated
from urllib.parse import quote

import httpx2
from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from publication.dependencies import PROBLEM_STATUSES
from publication.saved_searches.schemas import SavedSearchAccepted, SavedSearchChange
from publication.settings import PublicationSettings
from web.accept_headers import preferred_language
from web.auth import public
from web.errors import Unavailable
from web.problems import problem_responses

router = APIRouter(
    prefix="/v1",
    tags=["publication"],
    dependencies=[Depends(public)],
    responses=problem_responses(*PROBLEM_STATUSES, 404),
)

TIMEOUT_SECONDS = 15
SERVER_ERROR = 500
PASSED_ON = ("content-type", "content-language", "retry-after")
Token = Annotated[str, Path(min_length=1, max_length=1_200, pattern=r"^[A-Za-z0-9_.-]+$")]


@router.post("/saved-searches", status_code=202, response_model=SavedSearchAccepted)
async def save_search(request: Request, change: SavedSearchChange) -> Response:
    """Save a search; a mail asks its address first, where that one may be written to. The answer is always the same."""
    return await _pass_on(request, "POST", "/v1/saved-searches", change)


@router.delete("/saved-searches/{token}", status_code=204, response_model=None)
async def delete_saved_search(request: Request, token: Token) -> Response:
    """End a saved search; the token is the one in the links of its mails. A second time changes nothing."""
    return await _pass_on(request, "DELETE", f"/v1/saved-searches/{quote(token, safe='')}")


async def _pass_on(request: Request, method: str, path: str, body: SavedSearchChange | None = None) -> Response:
    settings: PublicationSettings = request.app.state.settings
    transport: httpx2.AsyncBaseTransport | None = getattr(request.app.state, "notification_transport", None)
    if not settings.notification_url:
        raise Unavailable("Søgninger kan ikke gemmes her.")
    headers = {"Accept-Language": preferred_language(request)}
    try:
        async with httpx2.AsyncClient(timeout=TIMEOUT_SECONDS, transport=transport) as client:
            address = settings.notification_url + path
            answer = await client.request(method, address, json=body and body.model_dump(), headers=headers)
    except httpx2.HTTPError as error:
        raise _unavailable() from error
    if answer.status_code >= SERVER_ERROR:
        raise _unavailable()
    passed_on = {name: answer.headers[name] for name in PASSED_ON if name in answer.headers}
    return Response(answer.content, answer.status_code, passed_on)


def _unavailable() -> Unavailable:
    return Unavailable("Søgninger kan ikke gemmes lige nu. Prøv igen om lidt.", headers={"Retry-After": "5"})
