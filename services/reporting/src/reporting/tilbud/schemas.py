"""What the API takes and gives."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StringConstraints
from pydantic_core import PydanticCustomError

from chassis.pagination import Page
from contracts.cpr import holds_cpr
from contracts.events.parties import Actor, Address, OperatorKind
from contracts.tilsyn import Status

PHONE = r"^(?:(?:\d{2} ?){4}|\+[1-9]\d{0,2}(?: ?\d){6,12})$"
EMAIL = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~æøåÆØÅ-]{1,64}@(?:[A-Za-z0-9_æøåÆØÅ-]{1,63}\.){1,8}[A-Za-z]{2,24}$"
Data = dict[str, Any]


def _without_cpr(text: str) -> str:
    if holds_cpr(text):
        raise PydanticCustomError("cpr-number", "Skriv ikke CPR-numre her.")
    if any(not each.isprintable() for each in text):
        raise PydanticCustomError("control-character", "Teksten indeholder et tegn, der ikke kan bruges.")
    return text


FreeText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_without_cpr)
]
PersonName = Annotated[FreeText, StringConstraints(max_length=140)]
City = Annotated[FreeText, StringConstraints(max_length=80)]
LegalBasisId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,60}$")]
Email = Annotated[str, StringConstraints(max_length=254, pattern=EMAIL), AfterValidator(_without_cpr)]
Phone = Annotated[str, StringConstraints(max_length=20, pattern=PHONE)]
Municipality = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]


class Body(BaseModel):
    """What a caller sends: exactly the fields named here."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class AddressBody(Body):
    """A postal address; ``municipality`` is the four-digit kommune code."""

    street: FreeText
    postcode: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
    city: City
    municipality: Municipality


class OperatorBody(Body):
    """The organisation that runs the tilbud. Its name and form come from CVR and are never typed (row 40)."""

    cvr: Annotated[str, StringConstraints(pattern=r"^[0-9]{8}$")]
    kind: OperatorKind
    municipality: Municipality | None = None
    region: Municipality | None = None


class ContactBody(Body):
    """The contact person, when that is not the leader."""

    name: PersonName
    email: Email
    phone: Phone


class LeaderBody(ContactBody):
    """The leader with the CPR number, which is stored encrypted and never shown again unasked."""

    cpr: Annotated[SecretStr, Field(min_length=10, max_length=11)]


class CreateTilbud(Body):
    """A new tilbud (row 101). Everything is mandatory; ``contact`` is null when the leader is the contact."""

    name: FreeText
    address: AddressBody
    operator: OperatorBody
    leader: LeaderBody
    contact: ContactBody | None
    primary_legal_basis: LegalBasisId
    legal_bases: Annotated[list[LegalBasisId], Field(min_length=1, max_length=20)]


class LeaderCprBody(Body):
    """The leader's CPR number, ``ddmmyy-nnnn`` or ten digits."""

    cpr: Annotated[SecretStr, Field(min_length=10, max_length=11)]


class StartDraft(Body):
    """Go on with the draft, or start over from the approved data; the first save replaces the draft (row 50)."""

    start: Literal["continue", "new"]


class VacancyBody(Body):
    """The vacancies of one department, or of a tilbud without departments (``department_id`` null)."""

    department_id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")] | None = None
    vacancies: Annotated[int, Field(ge=0, le=2000, strict=True)]
    waiting_time_weeks: Annotated[int, Field(ge=0, le=520, strict=True)] | None = None


class VacanciesBody(Body):
    """The vacancies of every department of the tilbud."""

    departments: Annotated[list[VacancyBody], Field(min_length=1, max_length=100)]


class Created(BaseModel):
    """The receipt for a new tilbud (row 103)."""

    id: str


class AuthorityName(BaseModel):
    """An authority by id and name."""

    id: str
    name: str


class OperatorView(BaseModel):
    """Who runs the tilbud."""

    cvr: str
    name: str
    form: str
    kind: str
    municipality: str | None
    region: str | None


class PersonView(BaseModel):
    """A leader or contact person."""

    name: str
    email: str
    phone: str


class LeaderCprState(BaseModel):
    """Whether the leader's CPR number is there, its first six digits (``ddmmyy-****``), and the ETag to set it with."""

    missing: bool
    masked: str | None
    etag: str


class LeaderCprView(BaseModel):
    """The leader's CPR number in full; each answer leaves a row in the access log."""

    cpr: str


class DecisionView(BaseModel):
    """The authority's latest decision about one step key (rows 71, 75)."""

    step: str
    verdict: Literal["approve", "reject"]
    reason: str | None
    decided_by: Actor
    decided_at: datetime


class SubmissionView(BaseModel):
    """One submission. ``return_reason`` is set when no authority could be found for it."""

    id: str
    number: int
    state: Literal["awaiting", "returned", "approved", "closed"]
    revision: int
    initial: bool
    steps: list[str]
    sent_at: datetime
    sent_by: Actor
    authority: AuthorityName | None
    return_reason: str | None
    settled_at: datetime | None
    decisions: list[DecisionView]


class Lock(BaseModel):
    """A step key that an open case holds; only while it awaits approval can nobody edit it."""

    step: str
    submission_id: str
    state: Literal["awaiting", "returned"]


class Baseline(BaseModel):
    """The latest approved data by whole step; ``version`` is 0 and ``steps`` empty before the first approval."""

    version: int
    approved_at: datetime | None
    steps: dict[str, Data]


class DepartmentVacancies(BaseModel):
    """Reported vacancies; not approved by anybody (P1)."""

    department_id: str | None
    vacancies: int
    waiting_time_weeks: int | None


class VacanciesView(BaseModel):
    """The vacancies as reported last in the fast lane; ``version`` 0 when never."""

    version: int
    changed_at: datetime | None
    departments: list[DepartmentVacancies]


class TilbudView(BaseModel):
    """One tilbud with its approved data, locks and submissions (rows 29-34)."""

    id: str
    name: str
    operator: OperatorView
    address: Address
    primary_legal_basis: str
    legal_bases: list[str]
    leader: PersonView
    contact: PersonView | None
    leader_cpr: LeaderCprState
    authority: AuthorityName
    authority_assigned: bool
    created_by_authority: str
    created_at: datetime
    status: Status
    ceased_on: date | None
    as_of: datetime | None
    baseline: Baseline
    locks: list[Lock]
    submissions: list[SubmissionView]
    vacancies: VacanciesView


class TilbudItem(BaseModel):
    """One row of the list of one's own tilbud (row 16)."""

    id: str
    name: str
    cvr: str
    operator_name: str
    primary_legal_basis: str
    municipality: str
    authority: AuthorityName
    status: Status
    open_submissions: int
    changed_at: datetime


class HistoryItem(BaseModel):
    """One approved version: who, when, and which step keys."""

    version: int
    submission_id: str
    approved_at: datetime
    approved_by: Actor
    sent_by: Actor
    authority: AuthorityName | None
    steps: list[str]


class Sent(BaseModel):
    """The receipt for a submission."""

    id: str
    steps: list[str]
    revision: int
    state: Literal["awaiting", "closed"]


class ActionView(BaseModel):
    """One row of the action log."""

    at: datetime
    what: str
    by: Actor | None
    details: Data


TilbudPage = Page[TilbudItem]
