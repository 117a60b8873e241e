"""The query parameters of the public API: closed lists are checked, and the OpenAPI document shows them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from contracts.reference import legal_bases, municipalities, regions
from contracts.sanctions import SanctionKind
from contracts.vocabularies import vocabulary
from publication.dependencies import invalid_parameter
from publication.places.finding import MAX_LENGTH, PlaceProblem, find_place
from publication.places.gazetteer import Place
from publication.search.criteria import DAY_AND_NIGHT, LONGEST_QUERY, SearchCriteria
from publication.search.facets import FACETS, FLAGS, SET, VOCABULARIES
from publication.search.language.lexicon import Lexicon
from publication.search.language.sentence import seen
from publication.search.words import plain
from web.as_of import AsOf, last_moment
from web.pagination import Cursor, Limit, decode_cursor

MAX_VALUES = 50
RATE_UNITS = vocabulary("rate-units").ids
# The values that may be chosen of a facet.
CHOICES: Mapping[str, tuple[str, ...]] = {
    **{facet: vocabulary(name).ids for facet, name in VOCABULARIES.items()},
    "audience": ("children", "adults"),
    "legal_basis": tuple(each.id for each in legal_bases() if not each.is_plejefamilie),
    "municipality": tuple(each.code for each in municipalities()),
    "region": tuple(each.id for each in regions()),
    "sanction": tuple(each.value for each in SanctionKind),
}


def _repeated(description: str, **own: Any) -> Any:
    return Query(default_factory=list, max_length=MAX_VALUES, description=description, **own)


def _choice(facet: str, description: str) -> Any:
    values = {"items": {"type": "string", "enum": list(CHOICES[facet])}}
    return _repeated(description, json_schema_extra=values)


Age = Annotated[int, Query(ge=0, le=120)]
Sort = Literal["relevance", "rate", "vacancies", "name", "distance"]


class Parameters(BaseModel):
    """Query parameters of which the facets have closed lists. One model for a route: FastAPI reads it in one go."""

    @field_validator("*")
    @classmethod
    def _is_choice(cls, value: Any, field: ValidationInfo) -> Any:
        choices = CHOICES.get(field.field_name or "")
        if choices and not set(choices).issuperset(value):
            raise PydanticCustomError(
                "unknown-value", "Værdien er ikke en af dem, der kan vælges.", {"allowed": choices}
            )
        return value


class SearchParameters(Parameters):
    """The parameters of the search: a repeated one means any of its values, different ones all hold."""

    q: str = Query(
        "", max_length=LONGEST_QUERY, description="Ord eller en sætning; også navn, id, telefon eller leder."
    )
    audience: list[str] = _choice("audience", "Børn og unge, eller voksne.")
    legal_basis: list[str] = _choice("legal_basis", "Tilbudstype.")
    target_group: list[str] = _choice("target_group", "Målgruppe; en overordnet målgruppe finder også de underordnede.")
    service: list[str] = _choice("service", "Ydelse; en overordnet ydelse finder også de underordnede.")
    age: list[Age] = _repeated("Alder i hele år.")
    municipality: list[str] = _choice("municipality", "Kommunekode, fire cifre.")
    region: list[str] = _choice("region", "Region.")
    near: str | None = Query(
        None, max_length=MAX_LENGTH, description="Postnummer, by eller kommune, som afstanden regnes fra."
    )
    vacancies: int = Query(0, ge=0, le=1_000, description="Mindst så mange ledige pladser.")
    rate_max: int | None = Query(None, ge=0, le=10**12, description="Laveste takst er højst dette, i øre.")
    rate_unit: Literal[RATE_UNITS] = Query(  # type: ignore[valid-type]
        DAY_AND_NIGHT, description="Enhed for rate_max og for sortering efter takst."
    )
    accessible: bool = Query(default=False)
    operator_kind: list[str] = _choice("operator_kind", "Driftsform.")
    method: list[str] = _choice("method", "Metode.")
    approach: list[str] = _choice("approach", "Faglig tilgang.")
    night_staff: list[str] = _choice("night_staff", "Nattevagt.")
    housing_form: list[str] = _choice("housing_form", "Boform.")
    place_kind: list[str] = _choice("place_kind", "Art af pladser.")
    accessibility: list[str] = _choice("accessibility", "Tilgængelighed.")
    staff_group: list[str] = _choice("staff_group", "Faggruppe.")
    accreditation: list[str] = _choice("accreditation", "Akkreditering.")
    sanction: list[str] = _choice("sanction", "Sanktion, som gælder i dag.")
    prison_approved: bool = Query(default=False)
    quality_min: float | None = Query(None, ge=1, le=5, description="Mindste gennemsnit af temaerne.")
    sort: Sort | None = Query(None)
    as_of: AsOf = None
    limit: Limit = 20
    cursor: Cursor = None

    def chosen(self) -> dict[str, list[str]]:
        """Return the values of each facet that something is chosen from."""
        found = {facet: getattr(self, facet) for facet in FACETS if facet not in FLAGS}
        found |= {flag: [SET] if getattr(self, flag) else [] for flag in ("accessible", "prison_approved")}
        return {facet: values for facet, values in found.items() if values}

    def bounds(self) -> dict[str, Any]:
        """Return what else is asked for."""
        found = {"vacancies": self.vacancies or None, "rate_max": self.rate_max, "quality_min": self.quality_min}
        return {name: bound for name, bound in {**found, "ages": self.age or None}.items() if bound is not None}


def search_criteria(parameters: SearchParameters, lexicon: Lexicon) -> SearchCriteria:
    """Return what ``parameters`` ask for in the words of ``lexicon``; Invalid where they do not fit together."""
    point = _point(parameters.near)
    if parameters.sort == "distance" and point is None:
        raise invalid_parameter("sort", "needs-near", "Sortering efter afstand kræver et sted.")
    return SearchCriteria(
        q=seen(parameters.q),
        chosen=parameters.chosen(),
        bounds=parameters.bounds(),
        near=point,
        sort=parameters.sort or _usual_sort(parameters.q, point),
        rate_unit=parameters.rate_unit,
        as_of=last_moment(parameters.as_of),
        limit=parameters.limit,
        place=_place(parameters.cursor),
        lexicon=lexicon,
    )


def _usual_sort(q: str, near: Place | None) -> str:
    if plain(q):
        return "relevance"
    return "distance" if near else "name"


def _point(near: str | None) -> Place | None:
    if near is None:
        return None
    try:
        return find_place(near)
    except PlaceProblem as problem:
        raise invalid_parameter("near", problem.code, problem.detail, problem.choices) from problem


def _place(cursor: str | None) -> Sequence[Any] | None:
    if cursor is None:
        return None
    return decode_cursor(cursor, float, str, str, str)
