"""The list of tilbud that a user reports for (rows 15–20, 28), and the star (row 21)."""

from typing import Annotated, Literal

from fastapi import Depends, Path, Query, Request
from sqlalchemy import delete, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from starlette.responses import Response

from chassis.database import Database
from chassis.problems import Problem
from contracts.access import Privilege
from portal.clients import caller, segment
from portal.models import Follower, Tilbud
from portal.overview.queries import Filters, any_tilbud, listing, of_authorities, of_operator
from portal.rendering import page, page_router, see_other
from portal.sessions.access import SignedIn
from portal.sessions.submitted_form import Form

router = page_router()

TilbudId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,40}$")]
Cursor = Annotated[str, Query(max_length=1_000)]
Checkbox = Annotated[Literal["", "1"], Query()]
NO_TILBUD = (
    "Der er ikke oprettet et tilbud for din organisation på Tilbudsportalen. Derfor kan du ikke komme ind i Indberet."
)


async def filters_of(
    q: Annotated[str, Query(max_length=200)] = "",
    followed: Checkbox = "",
    unfollowed: Checkbox = "",
    published: Checkbox = "",
    not_published: Checkbox = "",
    status: Annotated[str, Query(max_length=40)] = "",
    case_status: Annotated[str, Query(max_length=40)] = "",
) -> Filters:
    """Read the filters of a list from the address (rows 17–19)."""
    return Filters(
        q=q.replace("\0", ""),
        followed_by_me=bool(followed),
        followed_by_nobody=bool(unfollowed),
        published=bool(published),
        not_published=bool(not_published),
        status=status,
        case_status=case_status,
    )


ListFilters = Annotated[Filters, Depends(filters_of)]


@router.get("/indberet")
async def report_list(request: Request, visitor: SignedIn, filters: ListFilters, cursor: Cursor = "") -> Response:
    """List the tilbud of the own organisation; an authority's officer sees those it may report for (row 65)."""
    database: Database = request.app.state.database
    on_behalf = visitor.may(Privilege.REPORT_TILBUD)
    if visitor.is_officer and not on_behalf:
        raise Problem("forbidden", "Du har ikke rettigheden til at indberette for tilbud.")
    scope = of_operator(visitor.principal.cvr)
    if on_behalf:
        scope = or_(scope, of_authorities(visitor.reports_for))
    async with database.read() as session:
        if not on_behalf and not await any_tilbud(session, scope):
            raise Problem("no-tilbud", NO_TILBUD)
        found = await listing(session, visitor, scope, filters, cursor)
    return page(
        request,
        "shared/overview-list.html",
        title="Tilbudslisten",
        found=found,
        filters=filters,
        base="/indberet",
    )


@router.post("/foelg/{tilbud_id}")
async def follow(request: Request, visitor: SignedIn, tilbud_id: TilbudId, form: Form) -> Response:
    """Follow a tilbud or stop following it (row 21); the own star is right at once, the rest comes by event."""
    services = caller(request, visitor)
    path = f"/v1/follows/tilbud/{segment(tilbud_id)}"
    database: Database = request.app.state.database
    if form.text("do") == "follow":
        await services.put("notification", path, None)
        # The row of a tilbud that was created just now may not be here yet; then the event brings the star.
        row = select(Tilbud.id, literal(visitor.principal.sub), literal(visitor.organisation))
        known = row.where(Tilbud.id == tilbud_id)
        names = ["tilbud_id", "sub", "organisation"]
        async with database.begin() as session:
            await session.execute(insert(Follower).from_select(names, known).on_conflict_do_nothing())
    else:
        await services.delete("notification", path)
        async with database.begin() as session:
            await session.execute(delete(Follower).filter_by(tilbud_id=tilbud_id, sub=visitor.principal.sub))
    return see_other(back_to(form.text("back"), "/indberet"))


def back_to(address: str, otherwise: str) -> str:
    """Return ``address`` when it is one of our lists or tilbud pages, else ``otherwise``."""
    fine = address.startswith(("/indberet", "/godkend", "/tilbud/")) and address.isprintable() and "\\" not in address
    return address if fine else otherwise
