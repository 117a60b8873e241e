"""Receipts, as the API answers with them."""

from pydantic import BaseModel


class Accepted(BaseModel):
    """Where the receipt of an inbound event is found."""

    receipt: str


class ReceiptError(BaseModel):
    """One thing that is wrong with an event."""

    pointer: str
    detail: str


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
