"""The body of what a link in a mail ends."""

from typing import Literal

from pydantic import BaseModel

from notification.schemas import KindName


class UnsubscriptionBody(BaseModel):
    """What the link ends: the mails about one subject (``follow``), a saved ``search``, or ``all`` to a follower.

    ``ended``: it has been. ``kind``, ``id`` and ``name`` are those of the subject, ``query`` that of the search, null
    for anything else.
    """

    ends: Literal["follow", "search", "all"]
    kind: KindName | None = None
    id: str | None = None
    name: str | None = None
    query: str | None = None
    ended: bool
