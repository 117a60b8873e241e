"""What the routes about single tilbud answer."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from contracts.events.publication import FieldChange, PublicTilbud
from publication.records.conditions import ConditionName


class PublicChange(BaseModel):
    """One change of what is public about a tilbud. ``method`` is DELETE where it stopped being public."""

    version: int
    time: datetime
    method: Literal["PUT", "DELETE"]
    reason: str
    changes: list[FieldChange]


class Comparison(BaseModel):
    """Two to five public records side by side, in the order asked for; ``missing`` are not public (any more)."""

    items: list[PublicTilbud]
    missing: list[str]


class PublicationCondition(BaseModel):
    """One condition for being public, and in words why it is met or not.

    ``since`` is the Danish day of what it follows from, null where there is nothing yet. ``missing`` are the keys of
    the mandatory steps that have never been approved.
    """

    condition: ConditionName
    met: bool
    since: date | None
    detail: str
    missing: list[str]


class PublicationStatus(BaseModel):
    """Why a tilbud is, or is not, public: it is exactly when all conditions are met."""

    public: bool
    conditions: list[PublicationCondition]
