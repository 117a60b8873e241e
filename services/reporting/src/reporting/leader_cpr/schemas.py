"""What the API takes and gives of a leader's CPR number."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, Field, SecretStr

from contracts.events.parties import Actor
from contracts.text import up_to
from reports.schemas import Body

# Ten digits and a dash, and what is pasted with them; what is shorter is refused in words of its own.
CprNumber = Annotated[SecretStr, Field(min_length=1, max_length=30)]


class CprPurpose(StrEnum):
    """What for somebody looks at a leader's CPR number: the ids of the vocabulary ``cpr-purposes``."""

    IDENTITY = "identity"
    CERTIFICATES = "certificates"
    CONCERN = "concern"
    CORRECTION = "correction"
    OTHER = "other"


class LeaderCprBody(Body):
    """The leader's CPR number, ``ddmmyy-nnnn`` or ten digits."""

    cpr: CprNumber


class CprViewBody(Body):
    """What for the number is looked at: one of the list, and in words which matter it is; the tilbud can read both."""

    purpose: CprPurpose
    note: Annotated[str, up_to(500)]


class LeaderCprState(BaseModel):
    """Whether the leader's CPR number is there, its first six digits (``ddmmyy-****``), and the ETag to set it with.

    ``unreadable`` is true while no key opens it; then ``masked`` is null and a full view is refused.
    """

    missing: bool
    masked: str | None
    unreadable: bool = False
    etag: str


class LeaderCprView(BaseModel):
    """The leader's CPR number in full; each answer leaves a row in the access log."""

    cpr: str


class CprAccessView(BaseModel):
    """Who saw the leader's CPR number in full (``shown``) or entered it (``set``), when and what for.

    ``purpose`` and ``note`` are null where it was entered, and of views before a purpose was asked for.
    """

    act: Literal["shown", "set"]
    at: datetime
    by: Actor
    purpose: CprPurpose | None
    note: str | None
