"""Receipts, as the API answers with them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from approval.inbound.rules import Effect
from contracts.events.base import is_absent


class Accepted(BaseModel):
    """Where the receipt of an inbound event is found."""

    receipt: str


class AcceptedBatch(BaseModel):
    """Where the receipts of a batch are found, in the order of its events."""

    receipts: list[str]


class ReceiptError(BaseModel):
    """One thing that is wrong with an event; ``allowed`` lists the values that would be right, where it can."""

    pointer: str
    code: str = ""
    detail: str
    allowed: list[str] = Field(default_factory=list, exclude_if=is_absent)


class ReceiptProblem(BaseModel):
    """Why an event was refused."""

    type: str
    title: str
    detail: str
    errors: list[ReceiptError]


class RecordPlace(BaseModel):
    """The Kafka record that could not be read."""

    topic: str
    partition: int
    offset: int


class ReceiptView(BaseModel):
    """The one receipt of an inbound event; ``accepted`` is null while the event waits for its tilbud."""

    event_id: str | None
    event_source: str | None
    accepted: bool | None
    problem: ReceiptProblem | None
    tilbud_id: str | None
    record: RecordPlace | None


class ListedReceipt(ReceiptView):
    """A receipt in the list. ``position`` is what to go on from, ``receipt`` the address of this one."""

    position: int
    receipt: str
    received_at: datetime


class ReceiptList(BaseModel):
    """Settled receipts in the order of their positions; ``next`` is the position to go on from, null at the end.

    Whoever comes back later goes on from the position of the last item seen.
    """

    items: list[ListedReceipt]
    next: int | None


class EventStatus(BaseModel):
    """What became of an event.

    ``accepted`` is null while it waits for its tilbud. ``effect`` is ``published`` while what it said stands,
    ``superseded`` when a later version of the tilsyn or a later decision about the tilbud has taken its place, and
    ``none`` for an event that was refused or still waits.
    """

    accepted: bool | None
    effect: Effect
    receipt: str


ATTRIBUTE = {"type": "string", "minLength": 1, "maxLength": 200}
Position = Annotated[int, Field(ge=0, le=2**63 - 1)]


def _structured(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": "CloudEvent",
        "type": "object",
        "required": ["specversion", "id", "source", "type"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": ATTRIBUTE,
            "source": ATTRIBUTE,
            "type": {"type": "string"},
            "data": data,
            "data_base64": {"type": "string", "contentEncoding": "base64", "contentMediaType": "application/json"},
        },
    }


# Of any type of event; the JSON Schemas of the contracts say what each holds.
DATA = {"type": "object", "additionalProperties": True}
STRUCTURED_EVENT = _structured(DATA)
EXAMPLE_DATA = {
    "tilsyn_id": "my-tilsyn-1",
    "tilbud_id": "CRV-6324",
    "version": 1,
    "kind": "announced",
    "visited_on": "2026-11-02",
    "decided_on": "2026-11-20",
    "decision": "approved",
    "conclusion": "Et godt tilbud.",
    "themes": [{"theme": "health-and-wellbeing", "conclusion": "Borgerne trives.", "score": 4.2}],
}
EXAMPLE_EVENT = {
    "specversion": "1.0",
    "id": "my-event-1",
    "source": "/my-system",
    "type": "dk.tilsyn.tilsyn.completed.v1",
    "data": EXAMPLE_DATA,
}
