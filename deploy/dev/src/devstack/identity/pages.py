"""The provider's pages: plain HTML that works without JavaScript."""

from collections.abc import Mapping
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from devstack.personas import PERSONAS

PAGES = Environment(
    loader=PackageLoader("devstack.identity", ""), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
HEADERS = {
    # No form-action: browsers apply it to the redirect after the form too, and that leads to the portal.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}


def login(request: Mapping[str, str]) -> Response:
    """Return the page where the visitor chooses who to be."""
    return _page("Log ind", personas=list(PERSONAS.values()), request=request)


def message(title: str, text: str, status: int = 200) -> Response:
    """Return a page that only says something."""
    return _page(title, message=text, status=status)


async def stylesheet(_: Request) -> Response:
    """Give the pages' stylesheet."""
    return Response(files("devstack.identity").joinpath("login.css").read_text(), media_type="text/css")


def _page(
    title: str,
    *,
    message: str = "",
    personas: list[object] | None = None,
    request: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    html = PAGES.get_template("login.html").render(
        title=title, message=message, personas=personas or [], request=request or {}
    )
    return HTMLResponse(html, status, HEADERS)
