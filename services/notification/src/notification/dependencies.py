"""What the routes of this service share."""

import hmac
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Path, Query, Request

from chassis.errors import NotFound
from notification.kinds import TILBUD
from notification.schemas import KindName
from notification.settings import NotificationSettings
from notification.signed_links import Purpose, keyed, read
from web.auth import Principal, signed_in

Caller = Annotated[Principal, Depends(signed_in)]
"""The signed-in user that calls a route."""

KindFilter = Annotated[KindName, Query(description="The kind of subject that is looked at.")]
"""The kind of subject that a list is about, as a parameter of a route."""

DEFAULT_KIND = TILBUD.id
"""The kind that callers mean who name none."""

PROBLEM_STATUSES = (400, 401, 404, 412, 413, 422, 428, 503)
"""The statuses of the problems that every route can answer with."""


@dataclass(frozen=True)
class SignedLink:
    """What a link in a mail does, and to what; ``parts`` are those that it was signed with."""

    purpose: Purpose
    parts: tuple[str, ...]
    secret: bytes = field(repr=False)

    def stands_for(self, name: str, email: str) -> bool:
        """Return whether ``name``, a part of the link, is that of ``email``."""
        return hmac.compare_digest(name, keyed(self.secret, email))


async def signed_link(
    request: Request, token: Annotated[str, Path(min_length=1, max_length=1_200, pattern="^[A-Za-z0-9_.-]+$")]
) -> SignedLink:
    """Return what the link does; 404 for one that we did not make."""
    settings: NotificationSettings = request.app.state.settings
    found = read(settings.secret_of_digests, token)
    if found is None:
        raise NotFound
    return SignedLink(*found, settings.secret_of_digests)


Link = Annotated[SignedLink, Depends(signed_link)]
"""The signed link that a route is called by: whoever has the mail may call it."""
