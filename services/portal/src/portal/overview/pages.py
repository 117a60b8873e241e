"""What every list has: its filters, and the star."""

from typing import Annotated, Literal

from fastapi import Depends, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from portal.clients import segment
from portal.dependencies import TilbudId, database_of, service_client
from portal.overview.commands import add_follower, remove_follower
from portal.overview.queries import Filters, Listing
from portal.rendering import page, page_router, see_other
from portal.sessions.access import SignedIn
from portal.sessions.submitted_form import SubmittedForm

router = page_router()

Checkbox = Annotated[Literal["", "1"], Query()]


async def filters_of(
    q: Annotated[str, Query(max_length=200)] = "",
    followed: Checkbox = "",
    unfollowed: Checkbox = "",
    published: Checkbox = "",
    not_published: Checkbox = "",
    status: Annotated[str, Query(max_length=40)] = "",
    case_status: Annotated[str, Query(max_length=40)] = "",
) -> Filters:
    """Read the filters of a list from the address (R17 to R19)."""
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


def list_page(request: Request, listing: Listing, filters: Filters, base: str) -> Response:
    """Return the page of a list whose address is ``base``."""
    return page(
        request, "shared/overview-list.html", title="Tilbudslisten", listing=listing, filters=filters, base=base
    )


@router.post("/foelg/{tilbud_id}")
async def follow(request: Request, visitor: SignedIn, tilbud_id: TilbudId, form: SubmittedForm) -> Response:
    """Follow a tilbud or stop following it; the own star is right at once, the rest comes by event."""
    services = service_client(request, visitor)
    path = f"/v1/follows/tilbud/{segment(tilbud_id)}"
    follows = form.text("do") == "follow"
    await (services.put("notification", path, None) if follows else services.delete("notification", path))

    async def show_star(session: AsyncSession) -> None:
        if follows:
            await add_follower(session, tilbud_id, visitor.principal.sub, visitor.organisation)
        else:
            await remove_follower(session, tilbud_id, visitor.principal.sub)

    await database_of(request).run_in_transaction(show_star)
    return see_other(back_to(form.text("back"), "/indberet"))


def back_to(address: str, otherwise: str) -> str:
    """Return ``address`` when it is one of our lists or tilbud pages, else ``otherwise``."""
    is_ours = address.startswith(("/indberet", "/godkend", "/tilbud/"))
    return address if is_ours and address.isprintable() and "\\" not in address else otherwise
