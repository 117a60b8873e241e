"""What external supervision systems send, and what they get back.

The inbound models are strict: an unknown field is a mistake of the sender and is answered by a receipt. The CPR
number check of free text and the dates in the future are rules of ``approval``, which knows the day.
"""

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.events.approval import TilsynDecision, TilsynKind
from contracts.events.base import Event, Model, is_absent

RECEIPT_TYPE = "dk.tilbudsportalen.receipt.v1"
ADVICE_TYPE = "dk.tilbudsportalen.advice.v1"

OpaqueId = Annotated[str, StringConstraints(min_length=1, max_length=200)]
FreeText = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=200)]
FourDigits = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]


def tilsyn_topic(authority: str) -> str:
    """Return the topic that ``authority``'s supervision system writes tilsyn events to."""
    return f"external.tilsyn.{authority}.v1"


def receipts_topic(authority: str) -> str:
    """Return the topic that ``authority``'s supervision system reads its receipts from."""
    return f"external.receipts.{authority}.v1"


def advices_topic(authority: str) -> str:
    """Return the topic that ``authority``'s supervision system reads its advices from."""
    return f"external.advices.{authority}.v1"


class Inbound(BaseModel):
    """A part of an inbound event: exactly the fields of the contract."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class InboundTheme(Inbound):
    """One theme of the quality model; ``score`` from 1 to 5, voluntary for kommune and region."""

    theme: Literal[
        "education-and-employment",
        "independence-and-relations",
        "target-group-methods-results",
        "health-and-wellbeing",
        "organisation-and-management",
        "competences",
        "physical-environment",
        "economy",
    ]
    conclusion: FreeText | None = None
    score: Annotated[float, Field(ge=1, le=5, allow_inf_nan=False)] | None = None


class InboundSanction(Inbound):
    """An order or a condition. An order always has a deadline.

    ``id`` is the sender's own, unique within the tilsyn; without one, only a correction of the tilsyn ends it.
    """

    id: OpaqueId | None = Field(default=None, exclude_if=is_absent)
    text: FreeText
    deadline: date | None = None


class InboundIntensified(Inbound):
    """Intensified tilsyn; more than six months at a time is refused."""

    start: date = Field(alias="from")
    until: date
    reason: FreeText | None = None


class InboundEndedSanction(Inbound):
    """An order or a condition of an earlier tilsyn of the same tilbud that ends with this one."""

    tilsyn_id: OpaqueId
    id: OpaqueId


class TilsynCompleted(Inbound):
    """A tilsyn was completed. A later ``version`` of the same ``tilsyn_id`` corrects it.

    Its sanctions stand until a correction drops them, a later tilsyn names them in ``ended``, an intensified tilsyn
    has reached its last day, or the tilbud loses its approval.
    """

    ce_type: ClassVar[str] = "dk.tilsyn.tilsyn.completed.v1"

    tilsyn_id: OpaqueId
    tilbud_id: OpaqueId
    version: Annotated[int, Field(ge=1, le=2_147_483_647)]
    kind: TilsynKind
    visited_on: date | None = None
    decided_on: date
    decision: TilsynDecision
    conclusion: FreeText | None = None
    themes: Annotated[list[InboundTheme], Field(max_length=20)] = Field(default_factory=list)
    orders: Annotated[list[InboundSanction], Field(max_length=100)] = Field(default_factory=list)
    conditions: Annotated[list[InboundSanction], Field(max_length=100)] = Field(default_factory=list)
    intensified: InboundIntensified | None = None
    ended: Annotated[list[InboundEndedSanction], Field(max_length=100)] = Field(
        default_factory=list, exclude_if=is_absent
    )


class TilbudCeasedInbound(Inbound):
    """The tilbud has ceased."""

    ce_type: ClassVar[str] = "dk.tilsyn.tilbud.ceased.v1"

    tilbud_id: OpaqueId
    ceased_on: date
    reason: FreeText | None = None


class InboundAddress(Inbound):
    """A postal address; ``municipality`` is the four-digit kommune code."""

    street: ShortText
    postcode: FourDigits
    city: ShortText
    municipality: FourDigits


class InboundPerson(Inbound):
    """A leader or a contact person; a CPR number has no place here."""

    name: ShortText
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=200)]
    phone: Annotated[str, StringConstraints(pattern=r"^\+?[0-9 ]{8,20}$")]


class ApplicationTransferred(Inbound):
    """An application that creates a tilbud, without CPR; the key is ``application_id``."""

    ce_type: ClassVar[str] = "dk.tilsyn.application.transferred.v1"

    application_id: OpaqueId
    name: ShortText
    primary_legal_basis: ShortText
    legal_bases: Annotated[list[ShortText], Field(min_length=1, max_length=20)]
    address: InboundAddress
    cvr: Annotated[str, StringConstraints(pattern=r"^[0-9]{8}$")]
    leader: InboundPerson
    contact: InboundPerson | None = None


INBOUND: tuple[type[TilsynCompleted] | type[TilbudCeasedInbound] | type[ApplicationTransferred], ...] = (
    TilsynCompleted,
    TilbudCeasedInbound,
    ApplicationTransferred,
)


class ReceiptError(Model):
    """One thing that is wrong with an inbound event; ``pointer`` is a JSON pointer into its data."""

    pointer: str
    detail: str


class ReceiptProblem(Model):
    """Why an inbound event was refused, in the shape of RFC 9457."""

    type: str
    title: str
    detail: str
    errors: list[ReceiptError] = Field(default_factory=list)


class KafkaRecord(Model):
    """Which Kafka record a receipt is about, when its id cannot be read."""

    topic: str
    partition: int
    offset: int


class Receipt(Event, frozen=True):
    """The answer to one inbound event; the same event again gets the same receipt again.

    ``authority`` is no part of the message: it names the topic.
    """

    ce_type: ClassVar[str] = RECEIPT_TYPE
    topic: ClassVar[str] = "external.receipts.{authority}.v1"

    authority: str = Field(default="", exclude=True)
    event_id: str | None
    event_source: str | None
    accepted: bool
    problem: ReceiptProblem | None = None
    tilbud_id: str | None = None
    record: KafkaRecord | None = None

    @property
    def key(self) -> str:
        """Return the id of the event that is answered, or of its record."""
        return self.event_id or str(self.record)

    @property
    def destination(self) -> str:
        """Return the receipts topic of the authority."""
        return receipts_topic(self.authority)


class Advice(Event, frozen=True):
    """A report waits for the authority."""

    ce_type: ClassVar[str] = ADVICE_TYPE
    topic: ClassVar[str] = "external.advices.{authority}.v1"

    authority: str = Field(default="", exclude=True)
    tilbud_id: str
    case_id: str
    submitted_at: datetime
    steps: list[str]

    @property
    def key(self) -> str:
        """Return the tilbuds-id."""
        return self.tilbud_id

    @property
    def destination(self) -> str:
        """Return the advices topic of the authority."""
        return advices_topic(self.authority)
