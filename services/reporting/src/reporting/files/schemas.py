"""What the API gives of files."""

from datetime import datetime

from pydantic import BaseModel

from contracts.events.parties import Actor


class FileView(BaseModel):
    """A file that belongs to an answer. It never changes; another content is another file.

    ``sha256`` has hexadecimal digits, ``size`` counts bytes. The text of ``unread_pages`` could not be read: they are
    pictures, and ``confirmed_by`` is who has answered for it that no CPR number stands on them. ``submissions`` hold
    the file; a draft alone holds one that nobody but the reporters sees.
    """

    id: str
    step: str
    field: str
    sha256: str
    size: int
    pages: int
    unread_pages: list[int]
    confirmed_by: Actor | None
    received_at: datetime
    received_by: Actor
    submissions: list[str]
