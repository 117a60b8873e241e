"""What the routes about single tilbud answer."""

from datetime import date, datetime
from typing import Any, Literal, Self

from pydantic import BaseModel

from contracts.events.approval import TilsynPublished
from contracts.events.publication import FieldChange, PublicAuthority, PublicTilbud, PublicTilsyn
from contracts.reference import authority_name
from publication.records.conditions import ConditionName
from publication.records.removal import RemovalReason


class PublicChange(BaseModel):
    """One change of what is public about a tilbud. ``method`` is DELETE where it stopped being public."""

    version: int
    time: datetime
    method: Literal["PUT", "DELETE"]
    reason: str
    changes: list[FieldChange]


class PastTilsyn(PublicTilsyn):
    """One tilsyn of a public tilbud, in its newest version, with who made it and what it gave then."""

    authority: PublicAuthority

    @classmethod
    def of(cls, tilsyn: TilsynPublished) -> Self:
        """Return what the public may see of a tilsyn."""
        by = {"id": tilsyn.authority, "name": authority_name(tilsyn.authority)}
        return cls.model_validate({**tilsyn.model_dump(by_alias=True), "authority": by})


_AUTHORITY = {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}
# What the problem of a tilbud that is not public any more says beside the usual.
GONE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "removed": {
            "type": "object",
            "description": (
                "Why it is not public now; missing in an answer about the past. `name` is the last public one, `since` "
                "its last day, or the day of the decision or of the removal, `authority` who supervises it now."
            ),
            "properties": {
                "name": {"type": "string"},
                "reason": {"type": "string", "enum": [each.value for each in RemovalReason]},
                "since": {"type": "string", "format": "date"},
                "authority": {"anyOf": [_AUTHORITY, {"type": "null"}]},
            },
            "required": ["name", "reason", "since", "authority"],
        }
    },
}


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
