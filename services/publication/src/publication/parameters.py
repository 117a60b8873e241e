"""The query parameters of the public API: closed lists are checked, and the OpenAPI document shows them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from chassis.clock import COPENHAGEN
from chassis.errors import FieldError
from chassis.pagination import decode_cursor
from chassis.problems import Problem
from contracts.reference import Postcode, legal_bases, municipalities, nearest_postcode, regions
from contracts.vocabularies import vocabulary
from publication.facets import FACETS, FLAGS, SET, VOCABULARIES
from publication.search import SearchQuery

MAX_VALUES = 50
TICK = timedelta(microseconds=1)
FIRST_MOMENT = datetime(1, 1, 2, tzinfo=UTC)


# The values that may be chosen of a facet.
CHOICES: Mapping[str, tuple[str, ...]] = {
    **{facet: vocabulary(name).ids for facet, name in VOCABULARIES.items()},
    "audience": ("children", "adults"),
    "legal_basis": tuple(each.id for each in legal_bases() if not each.is_plejefamilie),
    "municipality": tuple(each.code for each in municipalities()),
    "region": tuple(each.id for each in regions()),
}


def _repeated(description: str, **own: Any) -> Any:
    return Query(default_factory=list, max_length=MAX_VALUES, description=description, **own)


def _choice(facet: str, description: str) -> Any:
    values = {"items": {"type": "string", "enum": list(CHOICES[facet])}}
    return _repeated(description, json_schema_extra=values)


def _target_groups() -> Any:
    return _choice("target_group", "Målgruppe; en overordnet målgruppe finder også de underordnede.")


def _legal_bases() -> Any:
    return _choice("legal_basis", "Tilbudstype.")


AS_OF: dict[str, Any] = {
    "max_length": 40,
    "description": "En dato (som den dag endte i Danmark) eller et tidspunkt efter RFC 3339.",
    "examples": ["2026-11-22"],
    "json_schema_extra": {"anyOf": [{"format": "date"}, {"format": "date-time"}]},
}
LIMIT: dict[str, Any] = {"ge": 1, "le": 100}
CURSOR: dict[str, Any] = {"max_length": 1_000}

AsOf = Annotated[str | None, Query(**AS_OF)]
Limit = Annotated[int, Query(**LIMIT)]
Cursor = Annotated[str | None, Query(**CURSOR)]
Age = Annotated[int, Query(ge=0, le=120)]
Sort = Literal["relevance", "rate", "vacancies", "name", "distance"]


class Parameters(BaseModel):
    """Query parameters of which the facets have closed lists.

    One model for a route, because FastAPI reads it in one go; each field has its ``Query`` as the default, because
    only so it is still seen as a declared parameter.
    """

    @field_validator("*")
    @classmethod
    def _is_choice(cls, value: Any, field: ValidationInfo) -> Any:
        choices = CHOICES.get(field.field_name or "")
        if choices and not set(choices).issuperset(value):
            raise PydanticCustomError("enum", "not one of the allowed values")
        return value


class RateParameters(Parameters):
    """The parameters of the rates."""

    target_group: list[str] = _target_groups()
    legal_basis: list[str] = _legal_bases()


class SearchParameters(Parameters):
    """The parameters of the search: a repeated one means any of its values, different ones all hold."""

    q: str = Query("", max_length=200, description="Fritekst; finder også tilbuds-id.")
    audience: list[str] = _choice("audience", "Børn og unge, eller voksne.")
    legal_basis: list[str] = _legal_bases()
    target_group: list[str] = _target_groups()
    service: list[str] = _choice("service", "Ydelse; en overordnet ydelse finder også de underordnede.")
    age: list[Age] = _repeated("Alder i hele år.")
    municipality: list[str] = _choice("municipality", "Kommunekode, fire cifre.")
    region: list[str] = _choice("region", "Region.")
    near: str | None = Query(None, pattern=r"^\d{4}$", description="Postnummer, som afstanden regnes fra.")
    vacancies: int = Query(0, ge=0, le=1_000, description="Mindst så mange ledige pladser.")
    rate_max: int | None = Query(None, ge=0, le=10**12, description="Laveste takst er højst dette, i øre.")
    accessible: bool = Query(default=False)
    operator_kind: list[str] = _choice("operator_kind", "Driftsform.")
    method: list[str] = _choice("method", "Metode.")
    approach: list[str] = _choice("approach", "Faglig tilgang.")
    night_staff: list[str] = _choice("night_staff", "Nattevagt.")
    prison_approved: bool = Query(default=False)
    quality_min: float | None = Query(None, ge=1, le=5, description="Mindste gennemsnit af temaerne.")
    sort: Sort | None = Query(None)
    as_of: str | None = Query(None, **AS_OF)
    limit: int = Query(20, **LIMIT)
    cursor: str | None = Query(None, **CURSOR)

    def chosen(self) -> dict[str, list[str]]:
        """Return the values of each facet that something is chosen from."""
        found = {facet: getattr(self, facet) for facet in FACETS if facet not in FLAGS}
        found |= {flag: [SET] if getattr(self, flag) else [] for flag in ("accessible", "prison_approved")}
        return {facet: values for facet, values in found.items() if values}

    def bounds(self) -> dict[str, Any]:
        """Return what else is asked for."""
        found = {"vacancies": self.vacancies or None, "rate_max": self.rate_max, "quality_min": self.quality_min}
        return {name: bound for name, bound in {**found, "ages": self.age or None}.items() if bound is not None}


def wrong(parameter: str, code: str, detail: str) -> Problem:
    """Return the problem that says what is wrong with one query parameter."""
    return Problem("invalid", detail, [FieldError(f"#query/{parameter}", code, detail)])


def moment_of(as_of: str | None) -> datetime | None:
    """Return the first moment that is not looked at any more; a date means the whole of that Danish day."""
    if as_of is None:
        return None
    try:
        moment = _end_of_day(as_of) if len(as_of) == len("2026-11-22") else datetime.fromisoformat(as_of)
        if moment.tzinfo is None:
            raise wrong("as_of", "timezone", "Tidspunktet mangler en tidszone.")
        return moment.astimezone(UTC) + TICK
    except OverflowError:
        # Beyond the calendar: nothing was public before its beginning, and its end is later than now.
        return FIRST_MOMENT if as_of.startswith("0") else None
    except ValueError as error:
        raise wrong("as_of", "date", "Angiv en dato eller et tidspunkt.") from error


def _end_of_day(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time.min, COPENHAGEN) - TICK


def search_query(asked: SearchParameters) -> SearchQuery:
    """Return the query that ``asked`` describes; Problem ``invalid`` where parameters do not fit together."""
    point = _point(asked.near)
    if asked.sort == "distance" and point is None:
        raise wrong("sort", "needs-near", "Sortering efter afstand kræver et postnummer.")
    return SearchQuery(
        q=asked.q.strip(),
        chosen=asked.chosen(),
        bounds=asked.bounds(),
        near=point,
        sort=asked.sort or _usual_sort(asked.q, point),
        as_of=moment_of(asked.as_of),
        limit=asked.limit,
        place=_place(asked.cursor),
    )


def _usual_sort(q: str, near: Postcode | None) -> str:
    if q.strip():
        return "relevance"
    return "distance" if near else "name"


def _point(near: str | None) -> Postcode | None:
    if near is None:
        return None
    try:
        return nearest_postcode(near)
    except KeyError as error:
        raise wrong("near", "unknown-postcode", "Postnummeret findes ikke.") from error


def _place(cursor: str | None) -> Sequence[Any] | None:
    if cursor is None:
        return None
    place = decode_cursor(cursor, float, str, str, str)
    if any("\0" in part or not part.isprintable() for part in place[1:]):
        raise wrong("cursor", "cursor", "Sidehenvisningen er ikke gyldig.")
    return place
