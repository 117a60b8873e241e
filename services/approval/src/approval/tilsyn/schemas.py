"""What the API takes as a tilsyn, and what it answers."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from approval.dependencies import Body
from chassis.clock import today
from contracts.dates import TilsynDay
from contracts.events.approval import Intensified, Sanction, TilsynDecision, TilsynKind
from contracts.events.base import is_absent
from contracts.events.external import InboundTheme
from contracts.identifiers import OutsideId
from contracts.sanctions import SanctionKind
from contracts.text import TilsynText
from web.pagination import Page

MOST_VERSIONS = 2_147_483_647


class TilsynBody(Body):
    """A tilsyn that a kommune or a region publishes; the themes are voluntary.

    ``decision`` is the answer to whether the reported data is approved for publication: approved or not-approved.
    Without ``decided_on`` it is today's. ``tilsyn_id`` and ``version`` correct a tilsyn that was made here: the version
    is the one after the newest. Everything that is wrong with it is said at once.
    """

    tilbud_id: OutsideId
    tilsyn_id: OutsideId | None = None
    version: Annotated[int, Field(ge=2, le=MOST_VERSIONS)] | None = Field(default=None, validate_default=True)
    kind: TilsynKind = TilsynKind.ANNOUNCED
    decided_on: TilsynDay | None = None
    visited_on: TilsynDay | None = None
    decision: TilsynDecision
    conclusion: TilsynText | None = None
    themes: Annotated[list[InboundTheme], Field(max_length=20)] = Field(default_factory=list)

    @field_validator("version")
    @classmethod
    def _of_what(cls, version: int | None, fields: ValidationInfo) -> int | None:
        if version is None and fields.data.get("tilsyn_id") is not None:
            raise PydanticCustomError("missing", "Sig, hvilken udgave af tilsynet rettelsen er.")
        return version

    @field_validator("decided_on", "visited_on")
    @classmethod
    def _not_in_the_future(cls, day: date | None) -> date | None:
        if day is not None and day > today():
            raise PydanticCustomError("future", "Datoen ligger i fremtiden.")
        return day

    @field_validator("visited_on")
    @classmethod
    def _before_its_decision(cls, day: date | None, fields: ValidationInfo) -> date | None:
        decided_on = fields.data.get("decided_on")
        if day is not None and decided_on is not None and day > decided_on:
            raise PydanticCustomError("not-in-order", "Besøget kan ikke ligge efter afgørelsen.")
        return day


class TilsynTheme(BaseModel):
    """The assessment of one theme of the quality model."""

    theme: str
    conclusion: str | None
    score: float | None


class TilsynVersion(BaseModel):
    """A version of a tilsyn that a later one has taken the place of; ``made_by`` is who made it here."""

    version: int
    accepted_at: datetime
    made_by: str | None


class TilsynView(BaseModel):
    """One completed tilsyn. One that was transferred from an external system is read-only.

    Officers see which ``earlier_versions`` there are, the newest first.
    """

    id: str
    tilbud_id: str
    authority: str
    authority_name: str
    external: bool
    version: int
    accepted_number: int
    latest: bool
    kind: TilsynKind
    visited_on: date | None
    decided_on: date
    decision: TilsynDecision
    conclusion: str | None
    themes: list[TilsynTheme]
    orders: list[Sanction]
    conditions: list[Sanction]
    intensified: Intensified | None
    accepted_at: datetime
    earlier_versions: list[TilsynVersion] = Field(default_factory=list, exclude_if=is_absent)


class SanctionView(BaseModel):
    """A sanction that has not met its end, and the tilsyn that gave it.

    ``text`` is the reason of an intensified tilsyn, which has a first and a last day. An order or a condition may have
    an ``id`` and a ``deadline``, and is ``overdue`` when that has passed.
    """

    kind: SanctionKind
    authority: str
    tilsyn_id: str
    text: str | None
    id: str | None
    deadline: date | None
    overdue: bool
    start: Annotated[date | None, Field(serialization_alias="from")]
    until: date | None


class TilsynPage(Page[TilsynView]):
    """The tilsyn of a tilbud, newest first, with the tilsynsstatus that follows from them.

    ``sanctions`` are in force today; ``announced`` are intensified tilsyn that begin later.
    """

    status: str
    ceased_on: date | None
    sanctions: list[SanctionView] = Field(default_factory=list)
    announced: list[SanctionView] = Field(default_factory=list)
