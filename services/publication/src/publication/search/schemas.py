"""What the routes of the search answer."""

from datetime import date, datetime

from pydantic import BaseModel

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
    begins later. ``quality``
    is the mean of the theme scores. ``not_approved_yet`` has the JSON pointers of values
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


class SearchPage(Page[SearchItem]):
    """A page of results. A facet counts the results under all choices but its own.

    ``notice`` is a sentence for people where nothing could be searched for, as when ``q`` has neither letter nor digit.
    """

    facets: dict[str, list[FacetValue]]
    near: Near | None
    notice: str | None = None
