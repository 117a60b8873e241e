"""What the routes of ``approval`` have in common: who calls, ids in addresses, bodies, and the problems they answer."""

from typing import Annotated

from fastapi import Depends, Path
from pydantic import BaseModel, ConfigDict

from approval.kinds import KINDS
from chassis.errors import Forbidden
from web.auth import Principal, signed_in
from web.problems import problem_responses

SignedIn = Annotated[Principal, Depends(signed_in)]


async def approver(principal: SignedIn) -> Principal:
    """Declare that only who may decide about some kind of subject may call the route."""
    if not any(principal.holds(kind.privileges.approve) for kind in KINDS):
        raise Forbidden("Din organisation har ikke givet dig ret til dette.")
    return principal


Approver = Annotated[Principal, Depends(approver)]
IdInPath = Annotated[str, Path(min_length=1, max_length=200)]
# What a route of these kinds can answer besides what any route can.
ABOUT_ONE = problem_responses(404)
CHANGING = problem_responses(404, 409, 412, 413, 428)


class Body(BaseModel):
    """A request body: exactly these fields."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
