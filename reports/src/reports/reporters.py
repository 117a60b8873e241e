"""Who reports: an employee of those that the subject belongs to, or of an authority on their behalf."""

from dataclasses import dataclass

from contracts.events.parties import Actor
from reports.schemas import Sender
from web.auth import Principal


@dataclass(frozen=True)
class Reporter:
    """Somebody who may report on a subject. ``authority`` is set when an authority does it on behalf (R65)."""

    principal: Principal
    authority: str | None = None

    @property
    def actor(self) -> Actor:
        """Return who it is, as colleagues and the other side see it."""
        return actor_of(self.principal, self.authority)

    def sender(self, reason: str | None) -> dict[str, str | None]:
        """Return who it is as it is stored beside a report that is sent on behalf for ``reason``."""
        return Sender(**self.stamp, on_behalf_reason=reason or None if self.authority else None).model_dump()

    @property
    def stamp(self) -> dict[str, str | None]:
        """Return who it is, as it is stored beside what was done."""
        return self.actor.model_dump()


def actor_of(principal: Principal, authority: str | None = None) -> Actor:
    """Return the employee behind ``principal``."""
    return Actor(
        sub=principal.sub,
        name=principal.name,
        org_name=principal.org_name,
        cvr=principal.cvr or None,
        authority=authority,
    )
