"""The event that a tilbud was created."""

from dataclasses import dataclass
from typing import Self

from contracts.events import TilbudCreated
from contracts.events.parties import Actor, Person
from contracts.events.reporting import Application
from reporting.subjects.facts import created_facts
from reporting.subjects.models import Tilbud


@dataclass(frozen=True)
class Creation:
    """Who created a tilbud, and from which application."""

    authority: str
    by: Actor | None = None
    application: Application | None = None

    @classmethod
    def of(cls, tilbud: Tilbud, by: Actor | None) -> Self:
        """Return how ``tilbud`` came about, as its row says."""
        application = None
        if tilbud.application_id:
            authority = str(tilbud.application_authority)
            application = Application(authority=authority, application_id=tilbud.application_id)
        return cls(tilbud.created_by_authority, by, application)


def created_event(tilbud: Tilbud, creation: Creation, *, cpr_missing: bool) -> TilbudCreated:
    """Return the event that ``tilbud`` was created."""
    return TilbudCreated(
        tilbud_id=tilbud.id,
        tilbud=created_facts(tilbud),
        leader=Person.model_validate(tilbud.leader),
        contact=Person.model_validate(tilbud.contact) if tilbud.contact else None,
        created_by_authority=creation.authority,
        created_by=creation.by,
        created_at=tilbud.created_at,
        leader_cpr_missing=cpr_missing,
        application=creation.application,
    )
