"""The public search (R83 to R88, P1)."""

from typing import Annotated

from fastapi import Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from contracts.reference import municipalities
from portal.clients import Refused
from portal.dependencies import service_client
from portal.public.search_page import FACETS, NOTHING, Search
from portal.rendering import page, page_router
from portal.sessions.access import MaybeVisitor

router = page_router()

PAGE_SIZE = "20"
# Without a limit here: what is too long is said on the page, beside the form.
Many = Annotated[list[str], Query()]
SORTS = {
    "": "Bedste match",
    "name": "Navn",
    "vacancies": "Ledige pladser",
    "rate": "Laveste takst",
    "distance": "Afstand",
}


class SearchParameters(BaseModel):
    """What the form of the search sends: values of facets, and what was typed or chosen beside them."""

    q: str = ""
    audience: Many = []
    target_group: Many = []
    legal_basis: Many = []
    service: Many = []
    region: Many = []
    operator_kind: Many = []
    method: Many = []
    approach: Many = []
    night_staff: Many = []
    municipality: str = ""
    age: str = ""
    near: str = ""
    rate_max: str = ""
    vacancies: str = ""
    accessible: str = ""
    prison_approved: str = ""
    sort: str = ""
    cursor: str = ""


@router.get("/soeg")
async def search(request: Request, _: MaybeVisitor, parameters: Annotated[SearchParameters, Query()]) -> Response:
    """Search what is public now, with filters and facets."""
    chosen = parameters.model_dump(include={*FACETS})
    typed = {name: value.strip() for name, value in parameters.model_dump(exclude={*FACETS, "cursor"}).items()}
    return await _show(request, Search.of(chosen, typed), parameters.cursor)


async def _show(request: Request, wish: Search, cursor: str) -> Response:
    """Ask publication; the page says what cannot be used, and the search is made without it."""
    # Without the text it would be the whole register that is found.
    found = NOTHING
    if "q" not in wish.errors:
        wanted = [*wish.wanted(), ("limit", PAGE_SIZE), *([("cursor", cursor)] if cursor else [])]
        try:
            found = (await service_client(request, None).get("publication", "/v1/search", wanted)).body
        except Refused as refusal:
            if refusal.slug not in {"invalid", "bad-request"}:
                raise
            wish.add(refusal)
    return page(
        request,
        "public/search.html",
        status=422 if wish.errors else 200,
        found=found,
        lines=wish.lines(),
        facets=wish.facets(found["facets"]),
        typed=wish.typed,
        errors=wish.errors,
        more=wish.address(found["next"]) if found["next"] else None,
        municipalities=[(each.code, each.name) for each in sorted(municipalities(), key=lambda one: one.name)],
        sorts=SORTS,
    )
