"""The query parameters of the public API: closed lists are checked, and the OpenAPI document shows them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core.core_schema import no_info_after_validator_function

from chassis.clock import COPENHAGEN
from chassis.pages import decode_cursor
from chassis.problems import FieldError, Problem
from contracts.reference import Postcode, legal_bases, municipalities, nearest_postcode, regions
from contracts.vocabularies import vocabulary
from publication.search import SearchQuery

MAX_VALUES = 50
TICK = timedelta(microseconds=1)
FIRST_MOMENT = datetime(1, 1, 2, tzinfo=UTC)


class OneOf:
    """The values that a repeated parameter may have; the OpenAPI document lists them."""

    def __init__(self, values: Iterable[str]) -> None:
        self._values = tuple(values)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "items": {"type": "string", "enum": list(self._values)}}

    def _check(self, chosen: list[str]) -> list[str]:
        if not set(chosen) <= set(self._values):
            raise PydanticCustomError("enum", "not one of the allowed values")
        return chosen


def _repeated(description: str) -> Any:
    return Query(default_factory=list, max_length=MAX_VALUES, description=description)


PUBLIC_BASES = tuple(each.id for each in legal_bases() if not each.is_plejefamilie)
MUNICIPALITIES = tuple(each.code for each in municipalities())
GROUP_HELP = "Målgruppe; en overordnet målgruppe finder også de underordnede."
SERVICE_HELP = "Ydelse; en overordnet ydelse finder også de underordnede."

Audience = Annotated[list[str], _repeated("Børn og unge, eller voksne."), OneOf(("children", "adults"))]
LegalBasis = Annotated[list[str], _repeated("Tilbudstype."), OneOf(PUBLIC_BASES)]
TargetGroup = Annotated[
    list[str],
    _repeated(GROUP_HELP),
    OneOf(vocabulary("target-groups").ids),
]
Service = Annotated[list[str], _repeated(SERVICE_HELP), OneOf(vocabulary("services").ids)]
Method = Annotated[list[str], _repeated("Metode."), OneOf(vocabulary("methods").ids)]
Approach = Annotated[list[str], _repeated("Faglig tilgang."), OneOf(vocabulary("approaches").ids)]
NightStaff = Annotated[list[str], _repeated("Nattevagt."), OneOf(vocabulary("night-staff").ids)]
OperatorKind = Annotated[list[str], _repeated("Driftsform."), OneOf(vocabulary("operator-kinds").ids)]
MunicipalityCode = Annotated[list[str], _repeated("Kommunekode, fire cifre."), OneOf(MUNICIPALITIES)]
RegionId = Annotated[list[str], _repeated("Region."), OneOf(each.id for each in regions())]
Age = Annotated[int, Query(ge=0, le=120)]
Sort = Literal["relevance", "rate", "vacancies", "name", "distance"]
AsOf = Annotated[
    str | None,
    Query(
        max_length=40,
        description="En dato (som den dag endte i Danmark) eller et tidspunkt efter RFC 3339.",
        examples=["2026-11-22"],
        json_schema_extra={"anyOf": [{"format": "date"}, {"format": "date-time"}]},
    ),
]
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=1_000)]


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


def search_query(
    *,
    q: Annotated[str, Query(max_length=200, description="Fritekst; finder også tilbuds-id.")] = "",
    audience: Audience,
    legal_basis: LegalBasis,
    target_group: TargetGroup,
    service: Service,
    age: Annotated[list[Age], _repeated("Alder i hele år.")],
    municipality: MunicipalityCode,
    region: RegionId,
    near: Annotated[str | None, Query(pattern=r"^\d{4}$", description="Postnummer, som afstanden regnes fra.")] = None,
    vacancies: Annotated[int, Query(ge=0, le=1_000, description="Mindst så mange ledige pladser.")] = 0,
    rate_max: Annotated[int | None, Query(ge=0, le=10**12, description="Laveste takst er højst dette, i øre.")] = None,
    accessible: bool = False,
    operator_kind: OperatorKind,
    method: Method,
    approach: Approach,
    night_staff: NightStaff,
    prison_approved: bool = False,
    quality_min: Annotated[float | None, Query(ge=1, le=5, description="Mindste gennemsnit af temaerne.")] = None,
    sort: Sort | None = None,
    as_of: AsOf = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> SearchQuery:
    """Read the parameters of the search: a repeated one means any of its values, different ones all hold."""
    point = _point(near)
    if sort == "distance" and point is None:
        raise wrong("sort", "needs-near", "Sortering efter afstand kræver et postnummer.")
    return SearchQuery(
        q=q.strip(),
        chosen={
            "audience": audience,
            "legal_basis": legal_basis,
            "target_group": target_group,
            "service": service,
            "municipality": municipality,
            "region": region,
            "operator_kind": operator_kind,
            "method": method,
            "approach": approach,
            "night_staff": night_staff,
        },
        ages=age,
        vacancies=vacancies,
        rate_max=rate_max,
        accessible=accessible,
        prison_approved=prison_approved,
        quality_min=quality_min,
        near=point,
        sort=sort or _usual_sort(q, point),
        as_of=moment_of(as_of),
        limit=limit,
        place=_place(cursor),
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
