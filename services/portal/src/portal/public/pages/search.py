"""The public search (R83 to R88, P1)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from fastapi import Header, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from contracts.vocabularies import vocabulary
from portal.clients import Refused
from portal.dependencies import database_of, service_client
from portal.kinds import TILBUD
from portal.overview.queries import followed_of
from portal.public.denmark_map import map_of
from portal.public.search_cards import Card, card_of
from portal.public.search_filters import MAP, VIEWS
from portal.public.search_page import NOTHING, Search
from portal.public.search_words import chips, sentence, suggested, widened
from portal.public.towns import town_labels
from portal.rendering import page, page_router, see_other
from portal.sessions.access import MaybeVisitor
from portal.sessions.visitor import Visitor
from portal.settings import PortalSettings

router = page_router()

PAGE_SIZES: Mapping[str, str] = {"": "20", "tabel": "50", MAP: "1"}
# Without a limit here: what is too long is said on the page, beside the form.
Many = Annotated[list[str], Query()]
# How htmx names the part of the page that it asks for.
RESULTS, SEARCH = "section#resultater", "div#soegning"
REFUSED = frozenset({"invalid", "bad-request"})


class SearchParameters(BaseModel):
    """What the form of the search sends; whatever publication's search takes is taken here, too."""

    q: str = ""
    near: str = ""
    age: Many = []
    audience: Many = []
    target_group: Many = []
    municipality: Many = []
    region: Many = []
    legal_basis: Many = []
    housing_form: Many = []
    place_kind: Many = []
    service: Many = []
    accessibility: Many = []
    night_staff: Many = []
    staff_group: Many = []
    method: Many = []
    approach: Many = []
    accreditation: Many = []
    sanction: Many = []
    operator_kind: Many = []
    vacancies: str = ""
    rate_max_kr: str = ""
    rate_max: str = ""
    rate_unit: str = ""
    quality_min: str = ""
    accessible: str = ""
    prison_approved: str = ""
    as_of: str = ""
    sort: str = ""
    visning: str = ""
    id: Many = []
    soegning: str = ""
    cursor: str = ""

    def values(self) -> dict[str, list[str]]:
        """Return every parameter as a list."""
        return {name: value if isinstance(value, list) else [value] for name, value in self.model_dump().items()}


@router.get("/soeg")
async def search(
    request: Request,
    visitor: MaybeVisitor,
    parameters: Annotated[SearchParameters, Query()],
    hx_target: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """Search what is public now, or was on an earlier day, with filters and facets.

    While somebody types, htmx asks for the results alone.
    """
    if parameters.soegning:
        # The form of the ticks has the rest of the search in one field.
        return see_other(Search.of_query(parameters.soegning, parameters.id).address(parameters.cursor))
    wish = Search.of(parameters.values())
    found = await _found(request, wish, parameters.cursor)
    facets = wish.facets(found["facets"])
    municipalities = next(each for each in facets if each.name == "municipality")
    cards = [] if wish.view == MAP else [card_of(each) for each in found["items"]]
    response = page(
        request,
        "public/search-results.html" if hx_target == RESULTS else "public/search.html",
        status=422 if wish.errors else 200,
        wish=wish,
        found=found,
        lines=wish.lines(),
        facets=facets,
        chips=chips(wish, found),
        sentence=sentence(wish, found),
        instead=suggested(found) or ([] if found["total"] else widened(wish)),
        cards=cards,
        followed=await _stars(request, visitor, [each.tilbud_id for each in cards]),
        here=wish.address(parameters.cursor),
        places=() if hx_target else town_labels(),
        ticked=_ticked(wish, cards),
        ticked_elsewhere=[each for each in wish.ticked if each not in {card.tilbud_id for card in cards}],
        is_first=not parameters.cursor,
        units=[(each.id, each.label) for each in vocabulary("rate-units").terms],
        views=VIEWS,
        map=map_of(_modules(request), wish, municipalities) if wish.view == MAP else None,
    )
    # Back must not show the results alone where there was a page.
    response.headers["Vary"] = "HX-Target"
    if hx_target in {RESULTS, SEARCH}:
        # The address that a form makes has each field in it, the empty ones too.
        response.headers["HX-Replace-Url"] = wish.address(parameters.cursor)
    return response


def _ticked(wish: Search, cards: Sequence[Card]) -> frozenset[str]:
    """Return the cards with a tick: of several of one tilbud the first, so that one click takes it away."""
    first: dict[str, str] = {}
    for card in cards:
        first.setdefault(card.tilbud_id, card.anchor)
    return frozenset(first[each] for each in wish.ticked if each in first)


def _modules(request: Request) -> Path:
    settings: PortalSettings = request.app.state.settings
    return settings.assets_dir


async def _found(request: Request, wish: Search, cursor: str) -> Mapping[str, Any]:
    """Ask publication; where something cannot be used, the page has that and the filters, and no results."""
    # Without the text it would be the whole register that is counted.
    if "q" in wish.errors:
        return NOTHING
    if not wish.errors:
        try:
            return await _search(request, wish, PAGE_SIZES[wish.view], cursor)
        except Refused as refusal:
            if refusal.slug not in REFUSED:
                raise
            wish.take(refusal)
    try:
        return {**NOTHING, "facets": (await _search(request, wish, "1"))["facets"]}
    except Refused as refusal:
        if refusal.slug not in REFUSED:
            raise
        # All that is wrong is said at once, also what only publication sees.
        wish.take(refusal)
        return NOTHING


async def _search(request: Request, wish: Search, limit: str, cursor: str = "") -> Mapping[str, Any]:
    wanted = [*wish.wanted(), ("limit", limit), *([("cursor", cursor)] if cursor else [])]
    found: Mapping[str, Any] = (await service_client(request, None).get("publication", "/v1/search", wanted)).body
    return found


async def _stars(request: Request, visitor: Visitor | None, ids: Sequence[str]) -> frozenset[str]:
    if visitor is None or not ids:
        return frozenset()
    async with database_of(request).read() as session:
        return await followed_of(session, TILBUD.id, visitor, ids)
