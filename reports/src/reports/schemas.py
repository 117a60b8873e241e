"""What several answers of the API have in common."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from contracts.events.parties import Actor
from contracts.reference import authority_name

Data = dict[str, Any]


class Sender(Actor):
    """Who sent a report; ``on_behalf_reason`` is why it was an authority and not those that it is about."""

    on_behalf_reason: str | None = None


class Body(BaseModel):
    """What a caller sends: exactly the fields named here."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class AuthorityName(BaseModel):
    """An authority by id and name."""

    id: str
    name: str


class Finding(BaseModel):
    """One thing that is wrong in a step; ``pointer`` is a JSON pointer into its data."""

    pointer: str
    code: str
    detail: str


class NamedDepartment(BaseModel):
    """A department by id and the name that it was reported with."""

    id: str
    name: str


class NamedStep(BaseModel):
    """A step key with what people call it; ``department`` is None for a step that is not asked for each of them."""

    step: str
    title: str
    department: NamedDepartment | None


class Lock(BaseModel):
    """A step key that an open case holds; only while it awaits approval can nobody edit it."""

    step: str
    submission_id: str
    state: Literal["awaiting", "returned"]


def named_authority(authority_id: str) -> AuthorityName:
    """Return an authority by id and name."""
    return AuthorityName(id=authority_id, name=authority_name(authority_id))
