"""The settings of ``publication``."""

from typing import ClassVar

from chassis.settings import Settings


class PublicationSettings(Settings):
    """What the processes of ``publication`` need to know; nothing beyond what all services share."""

    service: ClassVar[str] = "publication"
