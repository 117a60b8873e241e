"""What external supervision systems send, and what they get back.

The inbound models are strict: an unknown field is a mistake of the sender and is answered by a receipt. Dates in the
future are a rule of ``approval``, which knows the day.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from contracts.addresses import MunicipalityCode, PostcodeText, address_problems
from contracts.contact_details import Email, Phone
from contracts.dates import DEADLINES, TilsynDay
from contracts.events.approval import TilsynDecision, TilsynKind
from contracts.events.base import Event, Model, is_absent
from contracts.identifiers import Cvr, OutsideId
from contracts.text import City, Line, PersonName, RefusedText, Street, TilbudName, TilsynText

RECEIPT_TYPE = "dk.tilbudsportalen.receipt.v1"
ADVICE_TYPE = "dk.tilbudsportalen.advice.v1"
WITHDRAWAL_TYPE = "dk.tilbudsportalen.advice-withdrawn.v1"

LegalBasisId = Annotated[Line, Field(description="An id of the code list `legal-bases`.")]
# Where in the event, the stable code, and the Danish sentence.
Contradiction = tuple[tuple[str | int, ...], str, str]


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

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        found = [
            InitErrorDetails(type=PydanticCustomError(code, "{detail}", {"detail": detail}), loc=place, input=None)
            for place, code, detail in self._contradictions()
        ]
        if found:
            raise ValidationError.from_exception_data(type(self).__name__, found, hide_input=True)
        return self

    def _contradictions(self) -> Iterator[Contradiction]:
        """Yield what of several fields does not fit together."""
        yield from ()


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
    conclusion: TilsynText | None = None
    score: Annotated[float, Field(ge=1, le=5, allow_inf_nan=False)] | None = None


class InboundSanction(Inbound):
    """An order or a condition. An order always has a deadline.

    ``id`` is the sender's own, unique within the tilsyn; without one, only a correction of the tilsyn ends it.
    """

    id: OutsideId | None = Field(default=None, exclude_if=is_absent)
    text: TilsynText
    deadline: TilsynDay | None = None


class InboundIntensified(Inbound):
    """Intensified tilsyn; more than six months at a time is refused."""

    start: TilsynDay = Field(alias="from")
    until: TilsynDay
    reason: TilsynText | None = None


class InboundEndedSanction(Inbound):
    """An order or a condition of an earlier tilsyn of the same tilbud that ends with this one."""

    tilsyn_id: OutsideId
    id: OutsideId


class TilsynCompleted(Inbound):
    """A tilsyn was completed. A later ``version`` of the same ``tilsyn_id`` corrects it.

    Its sanctions stand until a correction drops them, a later tilsyn names them in ``ended``, an intensified tilsyn
    has reached its last day, or the tilbud loses its approval.
    """

    ce_type: ClassVar[str] = "dk.tilsyn.tilsyn.completed.v1"

    tilsyn_id: OutsideId
    tilbud_id: OutsideId
    version: Annotated[int, Field(ge=1, le=2_147_483_647)]
    kind: TilsynKind
    visited_on: TilsynDay | None = None
    decided_on: TilsynDay
    decision: TilsynDecision
    conclusion: TilsynText | None = None
    themes: Annotated[list[InboundTheme], Field(max_length=20)] = Field(default_factory=list)
    orders: Annotated[list[InboundSanction], Field(max_length=100)] = Field(default_factory=list)
    conditions: Annotated[list[InboundSanction], Field(max_length=100)] = Field(default_factory=list)
    intensified: InboundIntensified | None = None
    ended: Annotated[list[InboundEndedSanction], Field(max_length=100)] = Field(
        default_factory=list, exclude_if=is_absent
    )

    def _contradictions(self) -> Iterator[Contradiction]:
        """Yield a visit after its decision, a deadline before it or too far from it, a theme that stands twice, and a
        decision that says something else of conditions than the tilsyn gives.
        """
        if self.visited_on and self.visited_on > self.decided_on:
            yield ("visited_on",), "not-in-order", "Besøget kan ikke ligge efter afgørelsen."
        for name, sanctions in (("orders", self.orders), ("conditions", self.conditions)):
            for index, sanction in enumerate(sanctions):
                yield from self._wrong_deadline(sanction, (name, index, "deadline"))
        seen: set[str] = set()
        for index, each in enumerate(self.themes):
            if each.theme in seen:
                yield ("themes", index, "theme"), "not-unique", "Det samme tema står to gange."
            seen.add(each.theme)
        yield from self._wrong_conditions()

    def _wrong_conditions(self) -> Iterator[Contradiction]:
        """Approved with conditions is what has some, and nothing that is approved otherwise has any (L6)."""
        if self.decision is TilsynDecision.APPROVED_WITH_CONDITIONS and not self.conditions:
            yield ("conditions",), "missing", "Afgørelsen er godkendt med vilkår, men der er ingen vilkår."
        if self.decision is TilsynDecision.APPROVED and self.conditions:
            yield ("decision",), "mismatch", "Tilsynet giver vilkår. Så er afgørelsen godkendt med vilkår."

    def _wrong_deadline(self, sanction: InboundSanction, place: tuple[str | int, ...]) -> Iterator[Contradiction]:
        if sanction.deadline is None:
            return
        if sanction.deadline < self.decided_on:
            yield place, "not-in-order", "Fristen kan ikke ligge før afgørelsen."
            return
        try:
            DEADLINES.refuse_outside(sanction.deadline, self.decided_on)
        except RefusedText as refused:
            yield place, refused.code, refused.detail


class TilbudCeasedInbound(Inbound):
    """The tilbud has ceased."""

    ce_type: ClassVar[str] = "dk.tilsyn.tilbud.ceased.v1"

    tilbud_id: OutsideId
    ceased_on: TilsynDay
    reason: TilsynText | None = None


class InboundAddress(Inbound):
    """A postal address; ``municipality`` is the four-digit kommune code."""

    street: Street
    postcode: PostcodeText
    city: City
    municipality: MunicipalityCode

    def _contradictions(self) -> Iterator[Contradiction]:
        """Yield a postcode, a town and a kommune that do not belong together."""
        for problem in address_problems(self.postcode, self.city, self.municipality):
            yield (problem.field,), problem.code, problem.detail


class InboundPerson(Inbound):
    """A leader or a contact person; a CPR number has no place here."""

    name: PersonName
    email: Email
    phone: Phone


class ApplicationTransferred(Inbound):
    """An application that creates a tilbud, without CPR; the key is ``application_id``."""

    ce_type: ClassVar[str] = "dk.tilsyn.application.transferred.v1"

    application_id: OutsideId
    name: TilbudName
    primary_legal_basis: LegalBasisId
    legal_bases: Annotated[list[LegalBasisId], Field(min_length=1, max_length=20)]
    address: InboundAddress
    cvr: Cvr
    leader: InboundPerson
    contact: InboundPerson | None = None

    def _contradictions(self) -> Iterator[Contradiction]:
        """Yield a legal basis that stands twice."""
        if len(set(self.legal_bases)) != len(self.legal_bases):
            yield ("legal_bases",), "duplicate-value", "Den samme tilbudstype står to gange."


INBOUND: tuple[type[TilsynCompleted] | type[TilbudCeasedInbound] | type[ApplicationTransferred], ...] = (
    TilsynCompleted,
    TilbudCeasedInbound,
    ApplicationTransferred,
)


class ReceiptError(Model):
    """One thing that is wrong with an inbound event.

    ``pointer`` is a JSON pointer into its data; an attribute of the event is named ``#attribute/name``. ``code`` is
    stable, the same as over HTTP. ``allowed`` lists the values that would be right, where they can be listed.
    """

    pointer: str
    code: str = ""
    detail: str
    allowed: list[str] = Field(default_factory=list, exclude_if=is_absent)


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


class _ToAdvised(Event, frozen=True):
    """What an authority's supervision system hears of a case."""

    topic: ClassVar[str] = "external.advices.{authority}.v1"

    authority: str = Field(default="", exclude=True)
    tilbud_id: str
    case_id: str

    @property
    def key(self) -> str:
        """Return the tilbuds-id."""
        return self.tilbud_id

    @property
    def destination(self) -> str:
        """Return the advices topic of the authority."""
        return advices_topic(self.authority)


class Advice(_ToAdvised, frozen=True):
    """A report waits for the authority."""

    ce_type: ClassVar[str] = ADVICE_TYPE

    submitted_at: datetime
    steps: list[str]


class WithdrawnBecause(StrEnum):
    """Why a case that an authority was advised of is not its own to decide any more."""

    MOVED = "moved"
    UNDECIDED = "undecided"
    CLOSED = "closed"
    CEASED = "ceased"


class AdviceWithdrawn(_ToAdvised, frozen=True):
    """A report that the authority was advised of does not wait for it any more, though it has not decided it.

    The case has gone to the authority ``to``, no rule says where it belongs, its reporter has given it up, or the
    tilbud has ceased.
    """

    ce_type: ClassVar[str] = WITHDRAWAL_TYPE

    because: WithdrawnBecause
    to: str | None
    withdrawn_at: datetime
