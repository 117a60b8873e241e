"""What every list has: its filters, and the star."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from portal.addresses import here, own_address
from portal.clients import segment
from portal.dependencies import ID_PATTERN, database_of, service_client
from portal.kinds import KINDS, ListedKind
from portal.overview.commands import add_follower, remove_follower
from portal.overview.queries import Filters, Listing
from portal.rendering import page, page_router, see_other
from portal.sessions.access import SignedIn
from portal.sessions.submitted_form import SubmittedForm

Checkbox = Annotated[Literal["", "1"], Query()]


async def filters_of(
    q: str = "",
    followed: Checkbox = "",
    unfollowed: Checkbox = "",
    published: Checkbox = "",
    not_published: Checkbox = "",
    status: str = "",
    case_status: str = "",
) -> Filters:
    """Read the filters of a list from the address (R17 to R19)."""
    return Filters(
        q=q.replace("\0", ""),
        followed_by_me=bool(followed),
        followed_by_nobody=bool(unfollowed),
        published=bool(published),
        not_published=bool(not_published),
        status=status.replace("\0", ""),
        case_status=case_status.replace("\0", ""),
    )


ListFilters = Annotated[Filters, Depends(filters_of)]


def list_page(
    request: Request, kind: ListedKind, listing: Listing, filters: Filters, list_path: str, subject_base: str
) -> Response:
    """Return the page of a list; the pages of its subjects stand below ``subject_base``."""
    return page(
        request,
        "shared/overview-list.html",
        kind=kind,
        listing=listing,
        filters=filters,
        list_path=list_path,
        here=here(request),
        subject_base=subject_base,
    )


def create_routers() -> tuple[APIRouter, ...]:
    """Return the address that the stars of each kind are sent to."""
    return tuple(_router_of(kind) for kind in KINDS)


def _router_of(kind: ListedKind) -> APIRouter:
    router = page_router()

    @router.post(
        f"{kind.follow_base}/{{{kind.id_field}}}",
        description=f"Follow a {kind.id} or stop following it; the own star is right at once, the rest comes by event.",
    )
    async def follow(
        request: Request,
        visitor: SignedIn,
        subject_id: Annotated[str, Path(alias=kind.id_field, pattern=ID_PATTERN)],
        form: SubmittedForm,
    ) -> Response:
        services = service_client(request, visitor)
        path = f"/v1/follows/{kind.id}/{segment(subject_id)}"
        follows = form.text("do") == "follow"
        await (services.put("notification", path, None) if follows else services.delete("notification", path))

        async def show_star(session: AsyncSession) -> None:
            user = visitor.principal.sub
            if follows:
                await add_follower(session, kind.id, subject_id, user, visitor.organisation)
            else:
                await remove_follower(session, kind.id, subject_id, user)

        await database_of(request).run_in_transaction(show_star)
        return see_other(own_address(form.text("back"), visitor.list_path(kind)))

    return router
