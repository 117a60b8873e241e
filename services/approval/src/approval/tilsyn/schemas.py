"""What the API takes as a tilsyn, and what it answers."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from approval.dependencies import Body
from contracts.dates import TilsynDay
from contracts.events.approval import Intensified, Sanction, TilsynDecision, TilsynKind
from contracts.events.external import InboundTheme
from contracts.identifiers import OutsideId
from contracts.sanctions import SanctionKind
from contracts.text import TilsynText
from web.pagination import Page


class TilsynBody(Body):
    """A tilsyn that a kommune or a region publishes; the themes are voluntary.

    ``decision`` is the answer to whether the reported data is approved for publication: approved or not-approved.
    Without ``decided_on`` it is today's.
    """

    tilbud_id: OutsideId
    kind: TilsynKind = TilsynKind.ANNOUNCED
    visited_on: TilsynDay | None = None
    decided_on: TilsynDay | None = None
    decision: TilsynDecision
    conclusion: TilsynText | None = None
    themes: Annotated[list[InboundTheme], Field(max_length=20)] = Field(default_factory=list)


class TilsynTheme(BaseModel):
    """The assessment of one theme of the quality model."""

    theme: str
    conclusion: str | None
    score: float | None


class TilsynView(BaseModel):
    """One completed tilsyn. One that was transferred from an external system is read-only."""

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
