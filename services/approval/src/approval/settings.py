"""What the processes of ``approval`` need to know about their surroundings."""

from typing import ClassVar

from chassis.settings import Settings


class ApprovalSettings(Settings):
    """The settings that all services share; ``approval`` needs none of its own."""

    service: ClassVar[str] = "approval"
