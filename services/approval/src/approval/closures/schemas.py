"""What the API takes to close a case."""

from typing import Annotated

from approval.decisions.schemas import Reason
from approval.dependencies import Body
from contracts.text import BLANK_IS_NONE


class ClosureBody(Body):
    """Why the case is closed, when there is more to say than that the subject has ceased."""

    reason: Annotated[Reason | None, BLANK_IS_NONE] = None
