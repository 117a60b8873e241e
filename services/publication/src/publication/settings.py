"""The settings of ``publication``."""

from pathlib import Path
from typing import ClassVar

from pydantic import Field

from chassis.settings import Settings


class PublicationSettings(Settings):
    """What the processes of ``publication`` need to know.

    ``name_retention_days``: so long after a version of a public record was replaced, the names of people and how to
    reach them leave it. ``notification_url``: who keeps saved searches; without it none can be saved.
    ``read_seconds``: no statement of a public read takes longer; who asked is told to come back. ``search_words_file``
    has the everyday words of the search instead of ours; one that cannot be used lets no process start.
    """

    service: ClassVar[str] = "publication"

    name_retention_days: int = Field(default=365, ge=0)
    notification_url: str = ""
    read_seconds: float = Field(default=2.0, gt=0)
    search_words_file: Path | None = None
