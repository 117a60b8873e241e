"""People, organisations and facts that several events carry."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from contracts.events.base import Model, is_absent
from contracts.reference import find_authority


class OperatorKind(StrEnum):
    """Who runs a tilbud; the routing rules ask for it."""

    MUNICIPAL = "municipal"
    REGIONAL = "regional"
    PRIVATE = "private"


class Verdict(StrEnum):
    """What an officer decides about one step."""

    APPROVE = "approve"
    REJECT = "reject"


class Actor(Model):
    """The employee who did something, shown to colleagues and to the other side.

    Who acts for an authority belongs to it, whatever the organisation is called that signs the employee in: a
    socialtilsyn is hosted by a kommune.
    """

    sub: str
    name: str
    org_name: str
    cvr: str | None = None
    authority: str | None = None

    def model_post_init(self, _: Any) -> None:
        """Name the authority; what was written down before says the organisation that hosts it."""
        known = find_authority(self.authority) if self.authority else None
        if known:
            object.__setattr__(self, "org_name", known.name)


class Address(Model):
    """A postal address; ``municipality`` is the four-digit kommune code."""

    street: str
    postcode: str
    city: str
    municipality: str


class Person(Model):
    """A leader or contact person. Lives in topics with retention only."""

    name: str
    email: str
    phone: str


class Operator(Model):
    """The organisation that runs a tilbud (driftsherre)."""

    cvr: str
    name: str
    kind: OperatorKind
    municipality: str | None = None
    region: str | None = None


class TilbudFacts(Model):
    """What identifies a tilbud in every list, as reported at the time of the event."""

    name: str
    operator: Operator
    address: Address
    primary_legal_basis: str
    legal_bases: list[str]


class Group(Model):
    """A koncern or koncernlignende konstruktion, which is supervised where its head address lies."""

    head_municipality: str


class RoutingFacts(Model):
    """All reported facts that the choice of authority needs, not only the changed ones.

    Nobody reports ``delegated_to`` and ``all_places_municipality``: they are recorded as agreements.
    """

    legal_bases: list[str]
    primary: str
    municipality: str
    operator_kind: OperatorKind | None = None
    operator_municipality: str | None = None
    operator_region: str | None = None
    group: Group | None = None
    agreement_municipality: str | None = None
    features: list[str] = Field(default_factory=list)
    part_of: str | None = None
    delegated_to: str | None = None
    all_places_municipality: str | None = Field(default=None, exclude_if=is_absent)


class StepContent(Model):
    """The whole content of one step, or of one department's part of it.

    ``key`` is the step id, with ``/<department-id>`` behind it for the steps that each department has.
    ``data`` has the fields of the form definition.
    """

    key: str
    data: dict[str, Any]


class StepDecision(Model):
    """An officer's choice for one step, with the name and the time that colleagues see.

    ``fields`` are JSON pointers into the step's data: what a rejection is about. None means the whole step.
    """

    step: str
    verdict: Verdict
    reason: str | None = None
    fields: list[str] = Field(default_factory=list, exclude_if=is_absent)
    decided_by: Actor
    decided_at: datetime
