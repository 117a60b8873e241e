"""What the routes of the search answer."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from contracts.events.publication import PublicAuthority
from web.pagination import Page


class Match(BaseModel):
    """One reason why a result was found: the field that fits, and the value that fits there."""

    field: str
    value: str | None = None
    label: str | None = None


class PublicUnit(BaseModel):
    """One department of a public tilbud, or the whole tilbud where it has none.

    ``place_approximate``: no more is known of its place than the kommune. ``rate_oere`` is the lowest rate of its
    interventions, per day and night where it has such a one; ``rate_occupancy_percent`` is the occupancy that it
    assumes.
    ``accessible`` and ``prison_approved`` are null where nobody has answered. ``sanction_kinds`` are in force today,
    ``intensified_since`` is the first day of the intensified tilsyn among them, ``intensified_from`` that of one that
    begins later. ``marked_since`` is the day on which the national operator marked that data was not corrected.
    ``quality`` is the mean of the theme scores. ``not_approved_yet`` has the JSON pointers of values
    that no authority has seen yet.
    """

    tilbud_id: str
    department_id: str | None
    name: str
    department_name: str | None
    authority: PublicAuthority
    operator_name: str
    operator_kind: str
    primary_legal_basis: str
    legal_bases: list[str]
    audiences: list[str]
    target_groups: list[str]
    services: list[str]
    methods: list[str]
    approaches: list[str]
    age_from: int | None
    age_to: int | None
    municipality: str
    region: str | None
    city: str | None
    address_hidden: bool
    place_approximate: bool
    night_staff: str | None
    accessible: bool | None
    prison_approved: bool | None
    housing_forms: list[str]
    place_kinds: list[str]
    accessibility: list[str]
    staff_groups: list[str]
    accreditations: list[str]
    places: int | None
    vacancies: int | None
    waiting_time_weeks: int | None
    rate_oere: int | None
    rate_unit: str | None
    rate_year: int | None
    rate_occupancy_percent: float | None
    quality: float | None
    decision: str | None
    sanctions: bool
    sanction_kinds: list[str]
    intensified_since: date | None
    intensified_from: date | None
    marked_since: date | None = None
    not_approved_yet: list[str]
    confirmed_at: datetime
    vacancies_confirmed_at: datetime | None
    rate_confirmed_at: datetime | None


class SearchItem(PublicUnit):
    """A result of the search.

    ``score`` says how well it fits ``q``; ``distance_km`` is from the place that is asked for to the middle of a
    postcode, null without ``near`` and for secret addresses. ``distance_approximate``: one of the two is only known to
    its kommune.
    """

    score: float
    distance_km: float | None
    distance_approximate: bool
    matched: list[Match]


class FacetValue(BaseModel):
    """One value of a facet, with how many results it would give beside the other choices."""

    value: str
    label: str
    count: int


class Near(BaseModel):
    """The place that distances are measured from, as it was understood; ``approximate`` where it is a whole kommune."""

    label: str
    approximate: bool


class UnderstoodPart(BaseModel):
    """A part of ``q`` that was taken for a parameter of the search; one that may mean several has an entry for each.

    ``text`` is what was typed. ``values`` are those of the parameter ``as``, any of them; ``value`` names them
    together, and is the value itself where there is one. ``unit`` is that of a ``rate_max``, which is in øre.
    ``excluded``: these are not wanted. ``query_without`` is ``q`` without the part.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    text: str
    parameter: str = Field(alias="as")
    value: str
    values: list[str]
    unit: str | None
    label: str
    excluded: bool
    query_without: str


class Suggestion(BaseModel):
    """Another search that finds something: a sentence for people, and the parameters as they stand in an address."""

    text: str
    query: str


class SearchPage(Page[SearchItem]):
    """A page of results. A facet counts the results under all choices but its own.

    ``understood`` are the parts of ``q`` that work as filters; the other words decide on the order. ``relaxed``:
    nothing has all that was understood, and what has most of it is shown. ``notice`` is a sentence for people that says
    so, or that nothing can be searched for, as when ``q`` has neither letter nor digit. ``suggestions`` are other
    searches then, or other spellings.
    """

    facets: dict[str, list[FacetValue]]
    near: Near | None
    notice: str | None = None
    relaxed: bool = False
    understood: list[UnderstoodPart] = Field(default_factory=list)
    suggestions: list[Suggestion] = Field(default_factory=list)
