"""Who reports: an employee of those that the subject belongs to, or of an authority on their behalf."""

from dataclasses import dataclass

from chassis.errors import Forbidden
from contracts.events.parties import Actor
from reports.schemas import Sender
from web.auth import Principal


class OtherSteps(Forbidden):
    """The reporter was given single steps, and this is about others."""

    default_detail = "Du har fået ret til enkelte trin, og det her hører ikke til dem."


class NoSender(Forbidden):
    """The reporter was given single steps, and not the right to send."""

    default_detail = "Du har ret til at udfylde trin og ikke til at sende indberetningen. En kollega kan sende den."


@dataclass(frozen=True)
class Reporter:
    """Somebody who may report on a subject. ``authority`` is set when an authority does it on behalf (R65).

    ``steps`` are those that may be read and saved, None where it is all of them (P4).
    """

    principal: Principal
    authority: str | None = None
    steps: frozenset[str] | None = None
    may_send: bool = True

    def may_report(self, step: str) -> bool:
        """Return whether ``step`` may be read and saved."""
        return self.steps is None or step in self.steps

    def refuse_other_step(self, step: str) -> None:
        """Raise OtherSteps for a step that was not given to the reporter."""
        if not self.may_report(step):
            raise OtherSteps

    def refuse_unless_all(self) -> None:
        """Raise OtherSteps for what touches every step."""
        if self.steps is not None:
            raise OtherSteps

    def refuse_to_send(self) -> None:
        """Raise NoSender for who may not send."""
        if not self.may_send:
            raise NoSender

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
