"""Why a tilbud is, or is not, public: what publication tells those who run or supervise it (R83)."""

from collections.abc import Mapping
from typing import Any

from portal.clients import ServiceClient, segment
from web.errors import Unavailable


async def publication_status(services: ServiceClient, tilbud_id: str) -> Mapping[str, Any] | None:
    """Return whether a tilbud is public and each condition in words; None while nobody can tell."""
    try:
        found = await services.find("publication", f"/v1/tilbud/{segment(tilbud_id)}/publication")
    except Unavailable:
        return None
    return found.body if found else None
