"""The bodies of a rehearsal."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from jurisdiction.days import AskedDay

Changed = Annotated[list[dict[str, Any]], Field(max_length=200)]


class FutureReference(BaseModel):
    """What is different in the future set: fields of rows by their key, and from when switches are on.

    ``municipalities`` by ``code``, ``regions`` and ``socialtilsyn`` by ``id``; of the last two rows may be new.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    switched_on: dict[str, date] = Field(default_factory=dict)
    municipalities: Changed = Field(default_factory=list)
    regions: Changed = Field(default_factory=list)
    socialtilsyn: Changed = Field(default_factory=list)


class RehearsalBody(BaseModel):
    """Which future set is rehearsed, and for which day."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    reference: FutureReference
    at: AskedDay


class MoveView(BaseModel):
    """A subject that would move: ``to_authority`` is None where nobody could be named."""

    model_config = ConfigDict(serialize_by_alias=True)

    kind: str
    id: str
    from_authority: str = Field(serialization_alias="from")
    to_authority: str | None = Field(serialization_alias="to")
    rule: str | None
    because: str


class Flow(BaseModel):
    """How many would move from one authority to another."""

    model_config = ConfigDict(serialize_by_alias=True)

    from_authority: str = Field(serialization_alias="from")
    to_authority: str | None = Field(serialization_alias="to")
    subjects: int


class RehearsalResult(BaseModel):
    """Who would move on that day: how many between which authorities, and each one up to a thousand."""

    at: date
    reference_version: str
    judged: int
    unknown: int
    moving: int
    flows: list[Flow]
    items: list[MoveView]
