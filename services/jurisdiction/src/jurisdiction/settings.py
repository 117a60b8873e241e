"""What the processes of this service need to know beyond the shared settings."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from chassis.settings import Settings


class JurisdictionSettings(Settings):
    """``switched_on`` (TP_SWITCHED_ON, JSON) gives the first day of each rule that is off by default.

    For instance ``{"R6": "2022-01-01", "region-oestdanmark": "2027-01-01"}``.
    """

    service: ClassVar[str] = "jurisdiction"

    switched_on: dict[str, date] = Field(default_factory=dict)
