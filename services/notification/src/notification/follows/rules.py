"""Who may follow a subject, and how many. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from chassis.errors import Conflict


class TooManyFollowers(Conflict):
    """The event with everybody who follows a subject has no room for one more."""

    default_detail = "Så mange følger allerede, at der ikke er plads til flere."


@dataclass(frozen=True)
class Visibility:
    """Who knows that a subject exists: everybody, its operator, and the authorities that have a part in it."""

    is_public: bool
    operator_cvr: str | None
    authorities: Collection[str]

    def allows(self, cvr: str, authority: str | None) -> bool:
        """Return whether a user with that CVR number, an officer of ``authority`` or none, may follow the subject."""
        own = bool(cvr) and self.operator_cvr == cvr
        return self.is_public or own or authority in self.authorities
