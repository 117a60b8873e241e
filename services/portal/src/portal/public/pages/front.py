"""The public front page (R1 to R3)."""

from fastapi import Request
from starlette.responses import Response

from contracts.reference import AuthorityKind, authorities
from portal.public.news import news
from portal.rendering import page, page_router
from portal.sessions.access import MaybeVisitor

router = page_router()


@router.get("/")
async def front(request: Request, _: MaybeVisitor) -> Response:
    """Show the search box, the three ways in, and the news."""
    return page(request, "public/front.html", news=news())


@router.get("/plejefamilier")
async def families(request: Request, _: MaybeVisitor) -> Response:
    """Say what the public can and cannot see about foster families."""
    return page(request, "public/families.html")


@router.get("/plejefamilier/egne-oplysninger")
async def own_family(request: Request, _: MaybeVisitor) -> Response:
    """Say that a foster family cannot see its own data here yet."""
    return page(request, "public/families.html")


@router.get("/kontakt")
async def contact(request: Request, _: MaybeVisitor) -> Response:
    """Say whom to ask."""
    hosts = {each.id: each.municipality for each in authorities() if each.kind is AuthorityKind.SOCIALTILSYN}
    return page(request, "public/contact.html", hosts=hosts)


@router.get("/whistleblow")
async def whistleblow(request: Request, _: MaybeVisitor) -> Response:
    """Say where a concern about a tilbud goes."""
    return page(request, "public/whistleblow.html")


@router.get("/tilgaengelighed")
async def accessibility(request: Request, _: MaybeVisitor) -> Response:
    """Show the accessibility statement."""
    return page(request, "public/accessibility.html")


@router.get("/robots.txt", include_in_schema=False)
async def robots(_: MaybeVisitor) -> Response:
    """Keep the signed-in pages out of search engines."""
    closed = ("/indberet", "/godkend", "/opret", "/login", "/min-side")
    lines = "".join(f"Disallow: {path}\n" for path in closed)
    return Response(f"User-agent: *\n{lines}", media_type="text/plain")
