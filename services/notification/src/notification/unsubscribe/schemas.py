"""The body of what a link in a mail ends."""

from typing import Literal

from pydantic import BaseModel

from notification.schemas import KindName


class UnsubscriptionBody(BaseModel):
    """What the link ends: the mails about one subject (``follow``), or ``all`` mails to a follower.

    ``ended``: it has been. ``kind``, ``id`` and ``name`` are those of the subject, null for all mails.
    """

    ends: Literal["follow", "all"]
    kind: KindName | None = None
    id: str | None = None
    name: str | None = None
    ended: bool
