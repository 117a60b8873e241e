"""From a template to an answer: the Jinja environment, and the headers of every page."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse

from chassis.ids import uuid7
from portal import formats
from portal.addresses import own_spelling
from portal.assets import Assets
from portal.field_explanations import explained
from portal.formats import municipality_names
from portal.settings import PortalSettings

OK, SEE_OTHER, BAD_REQUEST = 200, 303, 400
_KINDS: dict[str, Any] = {"text/html": {}, "application/problem+json": {}}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    SEE_OTHER: {"description": "Videre til en anden side; uden login til login-tjenesten."},
    "4XX": {"description": "En side, der siger, hvad der er galt.", "content": _KINDS},
    "5XX": {"description": "En side, der siger, at portalen ikke kan svare lige nu.", "content": _KINDS},
}


def page_router(prefix: str = "") -> APIRouter:
    """Return a router whose routes answer with pages, also when something is wrong."""
    return APIRouter(
        prefix=prefix,
        default_response_class=HTMLResponse,
        responses=_RESPONSES,
        dependencies=[Depends(own_spelling)],
    )


def environment(assets: Assets) -> Environment:
    """Return the templates of the portal."""
    templates = Environment(
        loader=PackageLoader("portal"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.globals.update(
        asset=assets.url, new_command=uuid7, explained=explained, municipality_names=municipality_names
    )
    templates.tests.update(overdue=formats.is_past_deadline, date_or_blank=formats.is_date_or_blank)
    templates.filters.update(
        date=formats.shown_date,
        long_date=formats.long_date,
        iso_date=formats.iso_date,
        day=formats.shown_day,
        time=formats.shown_time,
        number=formats.shown_number,
        money=formats.shown_money,
        label=lambda term, vocabulary_id: formats.label(vocabulary_id, term),
        authority=formats.authority_name,
        municipality=formats.municipality_name,
        municipality_in_full=formats.municipality_in_full,
        legal_basis=formats.legal_basis_name,
    )
    return templates


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Return a page; the layout shows the visitor and the notice that dependencies have put into the request."""
    visitor, notice = request.state.visitor, getattr(request.state, "notice", None)
    status = notice.status if notice and status == OK else status
    path = request.url.path
    shared = {"visitor": visitor, "notice": notice, "path": path, "canonical": canonical(request, status)}
    html = request.app.state.templates.get_template(template).render(**shared, **context)
    return HTMLResponse(html, status, {"Cache-Control": _caching(request, signed_in=bool(visitor))})


def canonical(request: Request, status: int = OK) -> str:
    """Return the one address of a page for search engines; none for a page about an error."""
    settings: PortalSettings = request.app.state.settings
    return settings.portal_url.rstrip("/") + quote(request.url.path) if status < BAD_REQUEST else ""


def _caching(request: Request, *, signed_in: bool) -> str:
    """Return how long a browser may keep a page: one that a form led to until one signs out, or Back would lose it."""
    if not signed_in:
        return "no-cache"
    return "private, no-cache" if request.method == "POST" else "no-store"


def see_other(path: str) -> RedirectResponse:
    """Send the browser on after a form, so that a reload does not send it again."""
    return RedirectResponse(path, SEE_OTHER)


def security_headers(settings: PortalSettings) -> dict[str, str]:
    """Return the headers of every answer; a form may lead to the identity provider, since signing out does."""
    policy = {
        "default-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "form-action": f"'self' {settings.identity_origin}",
    }
    headers = {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if settings.secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers
