"""Who may follow a subject. Pure."""

from collections.abc import Collection
from dataclasses import dataclass


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
