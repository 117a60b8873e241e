"""What the routes of this service share."""

from typing import Annotated

from fastapi import Depends, Query

from notification.kinds import TILBUD
from notification.schemas import KindName
from web.auth import Principal, signed_in

Caller = Annotated[Principal, Depends(signed_in)]
"""The signed-in user that calls a route."""

KindFilter = Annotated[KindName, Query(description="The kind of subject that is looked at.")]
"""The kind of subject that a list is about, as a parameter of a route."""

DEFAULT_KIND = TILBUD.id
"""The kind that callers mean who name none."""

PROBLEM_STATUSES = (400, 401, 404, 412, 413, 422, 428, 503)
"""The statuses of the problems that every route can answer with."""
