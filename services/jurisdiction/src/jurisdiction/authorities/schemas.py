"""The body of a question about the authority."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.events.parties import Group, OperatorKind, RoutingFacts
from jurisdiction.authorities.routing_context import Move
from jurisdiction.days import AskedDay

ShortId = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
Feature = Literal["secured", "ship", "boarding-over-8"]


class Body(BaseModel):
    """A request body: exactly the fields of the contract."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class OperatorBody(Body):
    """Who runs the tilbud; ``municipality`` or ``region`` says which one, where that is what it is."""

    kind: OperatorKind
    municipality: Code | None = None
    region: Code | None = None


class GroupBody(Body):
    """The koncern that the tilbud is a part of."""

    head_municipality: Code


class MoveBody(Body):
    """Where the tilbud was before, and when the socialtilsyn learned of the move."""

    from_municipality: Code
    known_on: AskedDay


class AuthorityQuestion(Body):
    """The facts that decide who supervises; ``at`` is today when it is not given."""

    legal_bases: Annotated[list[ShortId], Field(min_length=1, max_length=20)]
    municipality: Code
    primary: ShortId | None = None
    operator: OperatorBody | None = None
    group: GroupBody | None = None
    agreement_municipality: Code | None = None
    all_places_municipality: Code | None = None
    features: Annotated[list[Feature], Field(max_length=10)] = Field(default_factory=list)
    part_of: ShortId | None = None
    delegated_to: ShortId | None = None
    at: AskedDay | None = None
    moved: MoveBody | None = None

    @property
    def facts(self) -> RoutingFacts:
        """Return the facts in the shape that a submission carries; the first legal basis is primary by default."""
        operator = self.operator
        return RoutingFacts(
            legal_bases=self.legal_bases,
            primary=self.primary or self.legal_bases[0],
            municipality=self.municipality,
            operator_kind=operator.kind if operator else None,
            operator_municipality=operator.municipality if operator else None,
            operator_region=operator.region if operator else None,
            group=Group(head_municipality=self.group.head_municipality) if self.group else None,
            agreement_municipality=self.agreement_municipality,
            all_places_municipality=self.all_places_municipality,
            features=list(self.features),
            part_of=self.part_of,
            delegated_to=self.delegated_to,
        )

    @property
    def move(self) -> Move | None:
        """Return the change of address that the rule about the year after a move looks at."""
        return Move(self.moved.from_municipality, self.moved.known_on) if self.moved else None
