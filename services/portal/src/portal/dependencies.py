"""What the routes of all areas share: ids in addresses, and the ways to the services and to the database."""

from typing import Annotated

from fastapi import Path, Query, Request

from chassis.database import Database
from portal.clients import ServiceClient
from portal.sessions.visitor import Visitor
from web.pagination import MAX_CURSOR_LENGTH

ID_PATTERN = r"^[A-Za-z0-9-]{1,40}$"
TilbudId = Annotated[str, Path(pattern=ID_PATTERN)]
CaseId = Annotated[str, Path(pattern=ID_PATTERN)]
Cursor = Annotated[str, Query(max_length=MAX_CURSOR_LENGTH)]


def service_client(request: Request, visitor: Visitor | None) -> ServiceClient:
    """Return the other services as ``visitor`` sees them."""
    return ServiceClient(request.app.state.backends, visitor)


def database_of(request: Request) -> Database:
    """Return the portal's own database."""
    database: Database = request.app.state.database
    return database
