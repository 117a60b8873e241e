"""The public search, asked over HTTP like anybody else does."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx2

from chassis.errors import FieldError, Invalid
from notification.saved_searches.rules import MOST_FOUND, TOO_BROAD
from web.errors import Unavailable

PAGE = 100
TIMEOUT_SECONDS = 10
REFUSED = 422
UNREADABLE = "Søgningen er ikke gyldig. Søg igen, og gem den så."


@dataclass(frozen=True)
class Found:
    """The tilbud that a search finds: the names by id, in the order of the names."""

    names: dict[str, str]


class SearchClient:
    """The search of ``publication`` at ``address``; empty where there is none to ask."""

    def __init__(self, address: str, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self._address = address
        self._transport = transport

    async def find(self, query: str) -> Found:
        """Return everything that ``query`` finds.

        Invalid when the search does not understand it or finds too much, Unavailable when it cannot be asked.
        """
        if not self._address:
            raise Unavailable("Søgninger kan ikke gemmes her.")
        names: dict[str, str] = {}
        cursor = ""
        async with httpx2.AsyncClient(timeout=TIMEOUT_SECONDS, transport=self._transport) as client:
            while True:
                page = await self._page(client, query, cursor)
                if page.get("relaxed"):
                    # What has only some of what is sought is nothing to write about.
                    return Found({})
                names |= {item["tilbud_id"]: item["name"] for item in page["items"]}
                if len(names) > MOST_FOUND:
                    raise Invalid(errors=[FieldError("/query", "too-many", TOO_BROAD)])
                cursor = page.get("next") or ""
                if not cursor:
                    return Found(names)

    async def _page(self, client: httpx2.AsyncClient, query: str, cursor: str) -> dict[str, Any]:
        address = f"{self._address}/v1/search?{query}&sort=name&limit={PAGE}"
        if cursor:
            address += f"&cursor={quote(cursor, safe='')}"
        try:
            answer = await client.get(address)
            if answer.status_code == REFUSED:
                raise Invalid(errors=[FieldError("/query", "invalid-format", UNREADABLE)])
            found: dict[str, Any] = answer.raise_for_status().json()
        except (httpx2.HTTPError, ValueError) as error:
            raise Unavailable("Søgningen svarer ikke lige nu. Prøv igen om lidt.") from error
        return found
