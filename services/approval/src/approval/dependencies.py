"""What the routes of ``approval`` have in common: who calls, ids in addresses, bodies, and the problems they answer."""

from typing import Annotated

from fastapi import Depends, Path
from pydantic import BaseModel, ConfigDict

from chassis.auth import Principal, holding, signed_in
from chassis.problems import problem_responses
from contracts.access import Privilege

SignedIn = Annotated[Principal, Depends(signed_in)]
Approver = Annotated[Principal, Depends(holding(Privilege.APPROVE_TILBUD))]
IdInPath = Annotated[str, Path(min_length=1, max_length=200)]
RESPONSES = problem_responses(400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 503)


class Body(BaseModel):
    """A request body: exactly these fields."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
