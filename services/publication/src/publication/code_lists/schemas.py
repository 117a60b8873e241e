"""What the routes of the code lists answer."""

from datetime import date

from pydantic import BaseModel

from web.pagination import Page


class Code(BaseModel):
    """One code: its id, which never changes, and how it reads.

    ``english`` and all that follows is null, or empty, where there is nothing to say. ``valid_from`` is the first and
    ``valid_to`` the last day on which it may be chosen. ``details`` has what this list says besides, by name.
    """

    id: str
    label: str
    english: str | None = None
    parent: str | None = None
    definition: str | None = None
    synonyms: list[str] = []
    valid_from: date | None = None
    valid_to: date | None = None
    details: dict[str, str | int | list[str]] = {}


class CodeListSummary(BaseModel):
    """A list of codes by its name, with how many there are and where they come from."""

    name: str
    title: str
    source: str
    count: int


class CodeList(Page[Code]):
    """A list of codes, whole: ``next`` is always null."""

    name: str
    title: str
    source: str
