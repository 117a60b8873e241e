"""The files of a tilbud, for its reporters and for the authority that decides a case with them."""

from typing import Annotated

from fastapi import Path, Request
from starlette.responses import Response

from portal.dependencies import TilbudId, service_client
from portal.rendering import page_router
from portal.sessions.access import SignedIn
from portal.stored_files import fetch_file

router = page_router("/indberet/tilbud/{tilbud_id}/filer")

FileId = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}$")]


@router.get("/{file_id}")
async def get_file(request: Request, visitor: SignedIn, tilbud_id: TilbudId, file_id: FileId) -> Response:
    """Return a file, to be saved."""
    return await fetch_file(service_client(request, visitor), tilbud_id, file_id)
