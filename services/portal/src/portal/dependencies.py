"""What the routes of all areas share: ids in addresses, and the ways to the services and to the database."""

import re
from typing import Annotated

from fastapi import Path, Query, Request

from chassis.database import Database
from portal.clients import ServiceClient
from portal.sessions.visitor import Visitor

# An id as people write it in an address: in small letters, or without its hyphen.
WRITTEN_ID = re.compile(r"(/tilbud/)crv-?(\d{1,9})(?=/|$)", re.IGNORECASE)
ID_PATTERN = r"^[A-Za-z0-9-]{1,40}$"
TilbudId = Annotated[str, Path(pattern=ID_PATTERN)]
CaseId = Annotated[str, Path(pattern=ID_PATTERN)]
Cursor = Annotated[str, Query(max_length=1_000)]


class WrittenOtherwise(Exception):
    """An address names a tilbud, and its id is not written as we write it; ``address`` does."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address


async def own_spelling(request: Request) -> None:
    """Lead from an address with an id in another spelling to our own."""
    path = WRITTEN_ID.sub(r"\1CRV-\2", request.url.path)
    if request.method in {"GET", "HEAD"} and path != request.url.path:
        raise WrittenOtherwise(path + (f"?{request.url.query}" if request.url.query else ""))


def service_client(request: Request, visitor: Visitor | None) -> ServiceClient:
    """Return the other services as ``visitor`` sees them."""
    return ServiceClient(request.app.state.backends, visitor)


def database_of(request: Request) -> Database:
    """Return the portal's own database."""
    database: Database = request.app.state.database
    return database
