"""The public search and the public page of a tilbud (R83 to R88, P1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from contracts.reference import municipalities, regions
from portal.clients import Refused
from portal.dependencies import service_client
from portal.form.values import MalformedValue, decimal_of
from portal.rendering import page, page_router
from portal.sessions.access import MaybeVisitor

router = page_router()

PAGE_SIZE = "20"
Text = Annotated[str, Query(max_length=200)]
Many = Annotated[list[Annotated[str, Query(max_length=80)]], Query(max_length=50)]
FACETS = {
    "audience": "Aldersgruppe",
    "target_group": "Målgruppe",
    "legal_basis": "Tilbudstype",
    "service": "Ydelse",
    "region": "Region",
    "operator_kind": "Driftsform",
    "method": "Metode",
    "approach": "Faglig tilgang",
    "night_staff": "Nattevagt",
}
SORTS = {
    "": "Bedste match",
    "name": "Navn",
    "vacancies": "Ledige pladser",
    "rate": "Laveste takst",
    "distance": "Afstand",
}


@dataclass(frozen=True)
class Facet:
    """One filter with its values; ``open`` when something is chosen in it."""

    name: str
    title: str
    values: list[dict[str, Any]]
    chosen: list[str]


class SearchParameters(BaseModel):
    """What the form of the search sends: values of facets, and what was typed or chosen beside them."""

    q: Text = ""
    audience: Many = []
    target_group: Many = []
    legal_basis: Many = []
    service: Many = []
    region: Many = []
    operator_kind: Many = []
    method: Many = []
    approach: Many = []
    night_staff: Many = []
    municipality: Text = ""
    age: Text = ""
    near: Text = ""
    rate_max: Text = ""
    vacancies: Text = ""
    accessible: Text = ""
    prison_approved: Text = ""
    sort: Text = ""
    cursor: Annotated[str, Query(max_length=1_000)] = ""


@router.get("/soeg")
async def search(request: Request, _: MaybeVisitor, parameters: Annotated[SearchParameters, Query()]) -> Response:
    """Search what is public now, with filters and facets."""
    chosen = parameters.model_dump(include={*FACETS})
    typed = {name: value.strip() for name, value in parameters.model_dump(exclude={*FACETS, "cursor"}).items()}
    return await _show(request, chosen, typed, parameters.cursor)


async def _show(request: Request, chosen: Mapping[str, list[str]], typed: Mapping[str, str], cursor: str) -> Response:
    """Ask publication; the page says what cannot be used, and the search is made without it."""
    errors: dict[str, str] = {}
    parameters = _search_parameters(chosen, typed, errors)
    services = service_client(request, None)
    wanted = [*parameters, ("limit", PAGE_SIZE), *([("cursor", cursor)] if cursor else [])]
    try:
        found = (await services.get("publication", "/v1/search", wanted)).body
    except Refused as refusal:
        if refusal.slug not in {"invalid", "bad-request"}:
            raise
        errors.update({_parameter(error.pointer): error.detail for error in refusal.errors} or {"": refusal.detail})
        found = {"items": [], "next": None, "total": 0, "facets": {}}
    return page(
        request,
        "public/search.html",
        status=422 if errors else 200,
        found=found,
        facets=_facets(found["facets"], chosen),
        typed=typed,
        errors=errors,
        more=f"/soeg?{urlencode([*_own_parameters(chosen, typed), ('cursor', found['next'])])}"
        if found["next"]
        else None,
        municipalities=[(each.code, each.name) for each in sorted(municipalities(), key=lambda one: one.name)],
        regions={each.id: each.name for each in regions()},
        sorts=SORTS,
    )


def _own_parameters(chosen: Mapping[str, list[str]], typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the parameters of the page's own address."""
    many = [(name, value) for name, values in chosen.items() for value in values if value]
    return many + [(name, value) for name, value in typed.items() if value]


def _search_parameters(
    chosen: Mapping[str, list[str]], typed: Mapping[str, str], errors: dict[str, str]
) -> list[tuple[str, str]]:
    """Return the parameters for publication: no empty ones, and the highest rate in øre."""
    parameters = _own_parameters(chosen, {name: value for name, value in typed.items() if name != "rate_max"})
    if typed["rate_max"]:
        try:
            parameters.append(("rate_max", str(int(decimal_of(typed["rate_max"]) * 100))))
        except MalformedValue:
            errors["rate_max"] = "Skriv et beløb i kroner."
    return parameters


def _parameter(pointer: str) -> str:
    return pointer.removeprefix("#query/").partition("/")[0]


def _facets(found: Mapping[str, list[dict[str, Any]]], chosen: Mapping[str, list[str]]) -> list[Facet]:
    return [Facet(name, title, found.get(name, []), chosen[name]) for name, title in FACETS.items()]
