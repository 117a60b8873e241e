"""What the API takes and gives of a tilbud."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from contracts.addresses import MunicipalityCode, PostcodeText
from contracts.contact_details import Email, Phone
from contracts.events.parties import Address, OperatorKind
from contracts.identifiers import Cvr
from contracts.text import City, PersonName, Street, TilbudName
from contracts.tilsyn import Status
from reporting.leader_cpr.schemas import CprNumber, LeaderCprState
from reporting.vacancies.schemas import VacanciesView
from reports.baseline.schemas import Baseline
from reports.schemas import AuthorityName, Body, Lock
from reports.submissions.schemas import SubmissionView

LegalBasisId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,60}$")]
RegionCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]


class AddressBody(Body):
    """A postal address; ``municipality`` is the four-digit kommune code."""

    street: Street
    postcode: PostcodeText
    city: City
    municipality: MunicipalityCode


class OperatorBody(Body):
    """The organisation that runs the tilbud. Its name and form come from CVR and are never typed."""

    cvr: Cvr
    kind: OperatorKind
    municipality: MunicipalityCode | None = None
    region: RegionCode | None = None


class ContactBody(Body):
    """The contact person, when that is not the leader."""

    name: PersonName
    email: Email
    phone: Phone


class LeaderBody(ContactBody):
    """The leader with the CPR number, which is stored encrypted and never shown again unasked."""

    cpr: CprNumber


class CreateTilbud(Body):
    """A new tilbud. Everything is mandatory; ``contact`` is null when the leader is the contact.

    ``confirmed_authority`` is the one that an answer ``other-authority`` has named, when the caller stands by that.
    """

    name: TilbudName
    address: AddressBody
    operator: OperatorBody
    leader: LeaderBody
    contact: ContactBody | None
    primary_legal_basis: LegalBasisId
    legal_bases: Annotated[list[LegalBasisId], Field(min_length=1, max_length=20)]
    confirmed_authority: LegalBasisId | None = None


class Created(BaseModel):
    """The receipt for a new tilbud."""

    id: str


class OperatorView(BaseModel):
    """Who runs the tilbud; ``looked_up`` says whether CVR has given name and form, which are empty until it has."""

    cvr: str
    name: str
    form: str
    looked_up: bool
    kind: str
    municipality: str | None
    region: str | None


class ProductionUnitView(BaseModel):
    """A place of work of the company that runs the tilbud, as CVR has it."""

    p_number: str
    name: str
    address: str


class ProductionUnits(BaseModel):
    """The production units to choose among; ``looked_up`` is false, and nothing listed, while CVR is silent."""

    looked_up: bool
    items: list[ProductionUnitView]


class PersonView(BaseModel):
    """A leader or contact person."""

    name: str
    email: str
    phone: str


class ApplicationView(BaseModel):
    """The application that a tilbud was transferred as, ``approved`` once the leader's CPR number is there."""

    authority: str
    application_id: str
    approved: bool


class TilbudView(BaseModel):
    """One tilbud with its approved data, locks and submissions."""

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
    application: ApplicationView | None
    status: Status
    ceased_on: date | None
    as_of: datetime | None
    baseline: Baseline
    locks: list[Lock]
    submissions: list[SubmissionView]
    vacancies: VacanciesView


class TilbudItem(BaseModel):
    """One row of the list of one's own tilbud."""

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
