"""The public search and the public page of a tilbud (rows 83–88, P1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request
from starlette.responses import Response

from chassis.errors import DomainError
from contracts.reference import municipalities, regions
from portal.clients import caller, segment
from portal.form.values import MalformedMessage, decimal_of
from portal.public.record_view import view_of
from portal.rendering import page, page_router
from portal.reporting.pages.tilbud_list import TilbudId
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


@router.get("/soeg")
async def search(
    request: Request,
    _: MaybeVisitor,
    q: Text = "",
    audience: Many = [],  # noqa: B006  FastAPI copies the defaults.
    target_group: Many = [],  # noqa: B006
    legal_basis: Many = [],  # noqa: B006
    service: Many = [],  # noqa: B006
    region: Many = [],  # noqa: B006
    operator_kind: Many = [],  # noqa: B006
    method: Many = [],  # noqa: B006
    approach: Many = [],  # noqa: B006
    night_staff: Many = [],  # noqa: B006
    municipality: Text = "",
    age: Text = "",
    near: Text = "",
    rate_max: Text = "",
    vacancies: Text = "",
    accessible: Text = "",
    prison_approved: Text = "",
    sort: Text = "",
    cursor: Annotated[str, Query(max_length=1_000)] = "",
) -> Response:
    """Search what is public now, with filters and facets."""
    chosen = {
        "audience": audience,
        "target_group": target_group,
        "legal_basis": legal_basis,
        "service": service,
        "region": region,
        "operator_kind": operator_kind,
        "method": method,
        "approach": approach,
        "night_staff": night_staff,
    }
    single = {
        "q": q,
        "municipality": municipality,
        "age": age,
        "near": near,
        "rate_max": rate_max,
        "vacancies": vacancies,
        "accessible": accessible,
        "prison_approved": prison_approved,
        "sort": sort,
    }
    typed = {name: value.strip() for name, value in single.items()}
    return await _answer(request, chosen, typed, cursor)


async def _answer(request: Request, chosen: Mapping[str, list[str]], typed: Mapping[str, str], cursor: str) -> Response:
    """Ask publication; what it cannot use is told on the page, and the search is made without it."""
    errors: dict[str, str] = {}
    asked = _asked(chosen, typed, errors)
    services = caller(request, None)
    wanted = [*asked, ("limit", PAGE_SIZE), *([("cursor", cursor)] if cursor else [])]
    try:
        found = (await services.get("publication", "/v1/search", wanted)).body
    except DomainError as problem:
        if problem.slug not in {"invalid", "bad-request"}:
            raise
        errors.update({_name(error.pointer): error.detail for error in problem.errors} or {"": problem.detail})
        found = {"items": [], "next": None, "total": 0, "facets": {}}
    return page(
        request,
        "public/search.html",
        status=422 if errors else 200,
        found=found,
        facets=_facets(found["facets"], chosen),
        typed=typed,
        errors=errors,
        more=f"/soeg?{urlencode([*asked_back(chosen, typed), ('cursor', found['next'])])}" if found["next"] else None,
        municipalities=[(each.code, each.name) for each in sorted(municipalities(), key=lambda one: one.name)],
        regions={each.id: each.name for each in regions()},
        sorts=SORTS,
    )


def asked_back(chosen: Mapping[str, list[str]], typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the parameters of our own address."""
    many = [(name, value) for name, values in chosen.items() for value in values if value]
    return many + [(name, value) for name, value in typed.items() if value]


def _asked(chosen: Mapping[str, list[str]], typed: Mapping[str, str], errors: dict[str, str]) -> list[tuple[str, str]]:
    """Return the parameters for publication: no empty ones, and the highest rate in øre."""
    asked = asked_back(chosen, {name: value for name, value in typed.items() if name != "rate_max"})
    if typed["rate_max"]:
        try:
            asked.append(("rate_max", str(int(decimal_of(typed["rate_max"]) * 100))))
        except MalformedMessage:
            errors["rate_max"] = "Skriv et beløb i kroner."
    return asked


def _name(pointer: str) -> str:
    return pointer.removeprefix("#query/").partition("/")[0]


def _facets(found: Mapping[str, list[dict[str, Any]]], chosen: Mapping[str, list[str]]) -> list[Facet]:
    return [Facet(name, title, found.get(name, []), chosen[name]) for name, title in FACETS.items()]


@router.get("/tilbud/{tilbud_id}")
async def show_tilbud(request: Request, _: MaybeVisitor, tilbud_id: TilbudId) -> Response:
    """Show the public record of a tilbud: 404 when it never was public, 410 when it was."""
    found = await caller(request, None).get("publication", f"/v1/tilbud/{segment(tilbud_id)}")
    return page(request, "public/record.html", tilbud=found.body, view=view_of(found.body))
