"""Robots, sitemaps and the Atom feed of what is new."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from chassis.errors import NotFound
from portal.dependencies import database_of
from portal.kinds import TILBUD
from portal.overview.public_rows import count_public, newest_public, public_page
from portal.public.indexing import MOST_ADDRESSES, STATIC, atom, robots, sitemap, sitemap_index
from portal.sessions.access import MaybeVisitor
from portal.settings import PortalSettings

router = APIRouter(include_in_schema=False)

MOST_ENTRIES = 50
MAX_AGE = {"Cache-Control": "public, max-age=300"}
SitemapNumber = Annotated[int, Path(ge=1, le=100)]


def _portal(request: Request) -> str:
    settings: PortalSettings = request.app.state.settings
    return settings.portal_url.rstrip("/")


def _xml(content: str, media_type: str = "application/xml") -> Response:
    return Response(content, media_type=media_type, headers=MAX_AGE)


@router.get("/robots.txt")
async def show_robots(request: Request, _: MaybeVisitor) -> Response:
    """Keep the signed-in pages out of search engines."""
    return Response(robots(_portal(request)), media_type="text/plain", headers=MAX_AGE)


@router.get("/sitemap.xml")
async def show_sitemaps(request: Request, _: MaybeVisitor) -> Response:
    """List the sitemaps."""
    async with database_of(request).read() as session:
        count = await count_public(session, TILBUD.id)
    return _xml(sitemap_index(_portal(request), count))


@router.get("/sitemap-sider.xml")
async def show_static_sitemap(request: Request, _: MaybeVisitor) -> Response:
    """List the pages that are always there."""
    return _xml(sitemap(_portal(request), [(path, None) for path in STATIC]))


@router.get("/sitemap-tilbud-{number}.xml")
async def show_sitemap(request: Request, _: MaybeVisitor, number: SitemapNumber) -> Response:
    """List the pages of public tilbud."""
    async with database_of(request).read() as session:
        rows = await public_page(session, TILBUD.id, skip=(number - 1) * MOST_ADDRESSES, limit=MOST_ADDRESSES)
    if not rows:
        raise NotFound
    return _xml(sitemap(_portal(request), [(f"/tilbud/{row.id}", row.changed_at) for row in rows]))


@router.get("/aendringer.atom")
async def show_news(request: Request, _: MaybeVisitor) -> Response:
    """Tell which public records changed last."""
    async with database_of(request).read() as session:
        rows = await newest_public(session, TILBUD.id, MOST_ENTRIES)
    return _xml(atom(_portal(request), rows), "application/atom+xml")
