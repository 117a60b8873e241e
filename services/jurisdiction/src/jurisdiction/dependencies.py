"""What the routes of this service share."""

from typing import Annotated

from fastapi import Depends

from web.auth import Principal, signed_in

Caller = Annotated[Principal, Depends(signed_in)]
"""The signed-in user that calls a route."""

PROBLEM_STATUSES = (400, 401, 404, 413, 422, 503)
"""The statuses of the problems that every route can answer with."""
