"""What the route of matches takes and answers. There is no text in a need that could tell who somebody is."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from chassis.errors import FieldError, Invalid
from contracts.vocabularies import vocabulary
from publication.match.reasons import LABELS
from publication.match.rules import Need
from publication.places.finding import MAX_LENGTH, PlaceProblem, find_place
from publication.places.gazetteer import Place
from publication.search.criteria import DAY_AND_NIGHT
from publication.search.parameters import CHOICES, RATE_UNITS
from publication.search.schemas import Near, PublicUnit
from web.pagination import Page

MAX_VALUES = 20
NIGHT_STAFF = vocabulary("night-staff").ids
NOTHING_ASKED = "Skriv mindst én ting, som der er brug for."
ONE_PLACE = "Vælg enten en kommune eller et sted at være tæt på."


def _one_of(facet: str) -> AfterValidator:
    """Return what refuses a value that a facet has not: each of a list by itself, so that the error says which."""
    choices = CHOICES[facet]

    def check(value: str) -> str:
        if value not in choices:
            raise PydanticCustomError(
                "unknown-value", "Værdien er ikke en af dem, der kan vælges.", {"allowed": choices}
            )
        return value

    return AfterValidator(check)


def _schema(facet: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": list(CHOICES[facet])})


TargetGroup = Annotated[str, _one_of("target_group"), _schema("target_group")]
Service = Annotated[str, _one_of("service"), _schema("service")]
Municipality = Annotated[str, _one_of("municipality")]


class MatchNeed(BaseModel):
    """What is needed; every demand is optional, and there has to be one. Nothing of it is kept or logged.

    ``near`` is a postcode, a town or a kommune, for the order only; ``municipality`` is a demand. ``rate_max_oere`` is
    compared with rates of ``rate_unit`` alone. ``vacancies``: at least so many. What is false or 0 is not asked for.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    age: Annotated[int, Field(ge=0, le=120, strict=True)] | None = None
    target_groups: Annotated[list[TargetGroup], Field(max_length=MAX_VALUES)] = []
    services: Annotated[list[Service], Field(max_length=MAX_VALUES)] = []
    municipality: Municipality | None = Field(None, json_schema_extra={"enum": [*CHOICES["municipality"], None]})
    near: Annotated[str, Field(max_length=MAX_LENGTH)] | None = None
    rate_max_oere: Annotated[int, Field(ge=0, le=10**12, strict=True)] | None = None
    rate_unit: Literal[RATE_UNITS] = DAY_AND_NIGHT  # type: ignore[valid-type]
    accessible: Annotated[bool, Field(strict=True)] = False
    night_staff: Literal[NIGHT_STAFF] | None = None  # type: ignore[valid-type]
    vacancies: Annotated[int, Field(ge=0, le=1_000, strict=True)] = 0

    def need(self) -> Need:
        """Return the need; Invalid where nothing is asked for, two places are, or the place is none."""
        if self.near is not None and self.municipality:
            raise _invalid("/near", "not-applicable", ONE_PLACE)
        asked = self.model_dump(exclude={"near", "target_groups", "services"})
        groups, services = (tuple(dict.fromkeys(each)) for each in (self.target_groups, self.services))
        need = Need(**asked, near=self._place(), target_groups=groups, services=services)
        if not need.demands and need.near is None:
            raise _invalid("", "missing", NOTHING_ASKED)
        return need

    def _place(self) -> Place | None:
        try:
            return None if self.near is None else find_place(self.near)
        except PlaceProblem as problem:
            raise _invalid("/near", problem.code, problem.detail, problem.choices) from problem


def _invalid(pointer: str, code: str, detail: str, allowed: Sequence[str] = ()) -> Invalid:
    return Invalid(detail, [FieldError(pointer, code, detail, tuple(allowed))])


class MatchReason(BaseModel):
    """What a result says to one demand: ``what`` is asked for, what that is called, and the answer in Danish."""

    what: Literal[tuple(LABELS)]  # type: ignore[valid-type]
    label: str
    text: str


class MatchItem(PublicUnit):
    """A suggestion. ``score`` is the share of the demands that it fits (0 to 1), 1 where only nearness was asked for.

    What nobody has told is in ``unknown``: it is no reason against a result.
    """

    score: float
    distance_km: float | None
    distance_approximate: bool
    fits: list[MatchReason]
    unknown: list[MatchReason]
    does_not_fit: list[MatchReason]


class MatchPage(Page[MatchItem]):
    """A page of suggestions: the most fits first, then the fewest misfits, the nearest, the freshest."""

    near: Near | None
