"""Addresses of our own pages: which ones a form may lead back to, and how an id in one is written."""

import re
from urllib.parse import urlsplit

from fastapi import Request

# An id as people write it: in small letters, or without its hyphen.
_WRITTEN_ID = re.compile(r"(/tilbud/)crv-?(\d{1,9})(?=/|$)", re.IGNORECASE)


# A sign-in under way keeps the address in a cookie, and browsers take 4 kB.
LONGEST_ADDRESS = 1_500
MOVED_PERMANENTLY, SEE_OTHER = 301, 303
_OF_HTMX = ("hx-request", "hx-target")


class WrittenOtherwise(Exception):
    """An address is not written as we write it, and ``address`` is; ``status`` is that of the way there."""

    def __init__(self, address: str, status: int) -> None:
        super().__init__()
        self.address, self.status = address, status


async def own_spelling(request: Request) -> None:
    """Lead from an address with an id in another spelling, or with empty fields of a form, to our own.

    A browser without JavaScript sends every field of a form. What htmx asks for is no address that anybody sees.
    """
    if request.method not in {"GET", "HEAD"}:
        return
    path = _WRITTEN_ID.sub(r"\1CRV-\2", request.url.path)
    query = request.url.query
    filled = query if any(each in request.headers for each in _OF_HTMX) else without_empty(query)
    if path != request.url.path or filled != query:
        status = MOVED_PERMANENTLY if path != request.url.path else SEE_OTHER
        raise WrittenOtherwise(f"{path}?{filled}" if filled else path, status)


def without_empty(query: str) -> str:
    """Return a query without the fields that nothing was typed in, and all else as it is."""
    parts = query.split("&")
    return "&".join(part for part in parts if part.partition("=")[1:] != ("=", ""))


def here(request: Request) -> str:
    """Return the address of the page that is asked for, to come back to."""
    return request.url.path + _query_of(request)


def _query_of(request: Request) -> str:
    return f"?{request.url.query}" if request.url.query else ""


def own_address(address: str, otherwise: str = "") -> str:
    """Return ``address`` if it leads to a page of ours, else ``otherwise``: no open redirect."""
    is_path = address.startswith("/") and not address.startswith(("//", "/log")) and "\\" not in address
    is_short = len(address.encode(errors="replace")) <= LONGEST_ADDRESS
    return address if is_path and is_short and address.isprintable() and not urlsplit(address).netloc else otherwise
