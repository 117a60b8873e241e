"""The cookie that names a session."""

from starlette.responses import Response

from portal.settings import PortalSettings


def cookie_name(settings: PortalSettings) -> str:
    """Return the name of the session cookie; the prefix makes browsers insist on TLS and on this host."""
    return "__Host-tp_session" if settings.secure else "tp_session"


def set_cookie(response: Response, settings: PortalSettings, cookie: str) -> None:
    """Give the browser its session id; it goes with the browser's window, and the database ends it earlier."""
    response.set_cookie(cookie_name(settings), cookie, httponly=True, samesite="lax", secure=settings.secure, path="/")


def clear_cookie(response: Response, settings: PortalSettings) -> None:
    """Take the session id back, and let the browser forget the pages that it kept: Back shows none of them."""
    response.headers["Clear-Site-Data"] = '"cache"'
    response.delete_cookie(cookie_name(settings), httponly=True, samesite="lax", secure=settings.secure, path="/")
