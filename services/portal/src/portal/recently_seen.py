"""Which tilbud a signed-in user looked at last: ids in the browser's own cookie, so that nothing is kept here."""

import re
from collections.abc import Sequence

from fastapi import Request
from starlette.responses import Response

from portal.settings import PortalSettings

COOKIE = "tp_seen"
MOST = 8
_ID = re.compile(r"CRV-\d{1,9}")


def seen(request: Request) -> list[str]:
    """Return the ids, the last one first; what is no id is left out."""
    written = request.cookies.get(COOKIE, "").split(".")
    return [each for each in dict.fromkeys(written) if _ID.fullmatch(each)][:MOST]


def with_newest(ids: Sequence[str], newest: str) -> list[str]:
    """Return the ids to keep once ``newest`` was looked at."""
    return [newest, *(each for each in ids if each != newest)][:MOST]


def remember_seen(request: Request, response: Response, tilbud_id: str) -> None:
    """Keep that a tilbud was looked at, until the browser is closed or the user signs out."""
    settings: PortalSettings = request.app.state.settings
    kept = ".".join(with_newest(seen(request), tilbud_id))
    response.set_cookie(COOKIE, kept, httponly=True, samesite="lax", secure=settings.secure)


def forget_seen(response: Response) -> None:
    """Forget all of it."""
    response.delete_cookie(COOKIE)
