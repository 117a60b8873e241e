"""What the routes share: the caller, ids in addresses, and the problems that they can answer."""

from typing import Annotated, Any

from fastapi import Depends, Path

from web.auth import Principal, signed_in
from web.problems import problem_responses

SUBJECT_ID = r"^[A-Za-z0-9-]{1,40}$"
ALWAYS = (400, 401, 404, 413, 422, 500, 503)

Caller = Annotated[Principal, Depends(signed_in)]
StepId = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}$")]
SubmissionId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,40}$")]


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI responses of a route: those that every route can give, and ``statuses``."""
    return problem_responses(*{*ALWAYS, *statuses})
