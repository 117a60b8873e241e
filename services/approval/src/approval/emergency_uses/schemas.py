"""What the API takes as an emergency use, and what it answers."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from approval.dependencies import Body
from approval.emergency_uses.rules import EmergencyUseState
from chassis.clock import today
from contracts.dates import TilsynDay
from contracts.identifiers import OutsideId
from contracts.text import LongText, TilbudName
from web.pagination import Page


class EmergencyUseBody(Body):
    """A use that begins, or has begun: of a tilbud by its id, or by the ``name`` of one that the portal does not know.

    ``persons`` is how many are placed there. The reason names nobody.
    """

    tilbud_id: OutsideId | None = None
    name: TilbudName | None = Field(default=None, validate_default=True)
    started_on: TilsynDay
    persons: Annotated[int, Field(ge=1, le=100)]
    reason: LongText

    @field_validator("name")
    @classmethod
    def _names_it(cls, name: str | None, fields: ValidationInfo) -> str | None:
        if name is None and fields.data.get("tilbud_id", "") is None:
            raise PydanticCustomError("missing", "Skriv tilbuddets id eller navn.")
        return name

    @field_validator("started_on")
    @classmethod
    def _has_begun(cls, day: date) -> date:
        if day > today():
            raise PydanticCustomError("future", "Brugen kan ikke begynde i fremtiden.")
        return day


class ExtensionBody(Body):
    """Why three more weeks are needed."""

    reason: LongText


class EndBody(Body):
    """The last day of a use."""

    ended_on: TilsynDay


class EmergencyUseView(BaseModel):
    """One use of a tilbud that is not approved; ``last_day`` is the last one that the law allows."""

    id: str
    tilbud_id: str | None
    name: str
    authority: str
    authority_name: str
    started_on: date
    last_day: date
    persons: int
    reason: str
    extended_because: str | None
    ended_on: date | None
    state: EmergencyUseState
    registered_at: datetime
    registered_by: str


class EmergencyUsePage(Page[EmergencyUseView]):
    """Uses, those whose time runs out first before the others, and how many there are in each state."""

    counts: dict[EmergencyUseState, int]
