"""The way back from a page of a tilbud to the search that led there."""

from fastapi import Request

from portal.public.search_page import address_before
from portal.settings import PortalSettings


def search_before(request: Request) -> str:
    """Return the address of the search that the reader came from; that of an empty search if it was another page.

    The browser tells it by ``Referer``: nothing is kept, no link carries what somebody wrote, and each tab has its own.
    A card has the id ``sted-{tilbud_id}`` or ``sted-{tilbud_id}-{department_id}``.
    """
    settings: PortalSettings = request.app.state.settings
    return address_before(request.headers.get("referer", ""), settings.portal_url)
