"""What the API takes and gives of a leader's CPR number."""

from typing import Annotated

from pydantic import BaseModel, Field, SecretStr

from reports.schemas import Body

# Ten digits and a dash, and what is pasted with them; what is shorter is refused in words of its own.
CprNumber = Annotated[SecretStr, Field(min_length=1, max_length=30)]


class LeaderCprBody(Body):
    """The leader's CPR number, ``ddmmyy-nnnn`` or ten digits."""

    cpr: CprNumber


class LeaderCprState(BaseModel):
    """Whether the leader's CPR number is there, its first six digits (``ddmmyy-****``), and the ETag to set it with."""

    missing: bool
    masked: str | None
    etag: str


class LeaderCprView(BaseModel):
    """The leader's CPR number in full; each answer leaves a row in the access log."""

    cpr: str
