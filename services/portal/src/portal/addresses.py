"""Addresses of our own pages: which ones a form may lead back to, and how an id in one is written."""

import re
from urllib.parse import urlsplit

from fastapi import Request

# An id as people write it: in small letters, or without its hyphen.
_WRITTEN_ID = re.compile(r"(/tilbud/)crv-?(\d{1,9})(?=/|$)", re.IGNORECASE)


# A sign-in under way keeps the address in a cookie, and browsers take 4 kB.
LONGEST_ADDRESS = 1_500


class WrittenOtherwise(Exception):
    """An address names a tilbud, and its id is not written as we write it; ``address`` does."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address


async def own_spelling(request: Request) -> None:
    """Lead from an address with an id in another spelling to our own."""
    path = _WRITTEN_ID.sub(r"\1CRV-\2", request.url.path)
    if request.method in {"GET", "HEAD"} and path != request.url.path:
        raise WrittenOtherwise(path + _query_of(request))


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
