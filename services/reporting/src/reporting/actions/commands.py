"""The action log: each command leaves one row in its own transaction."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.parties import Actor
from reporting.models import Action


def note(session: AsyncSession, tilbud_id: str, what: str, by: Actor | None, **details: Any) -> None:
    """Write down that ``by`` did ``what``; ``details`` name ids and step keys and hold no personal data."""
    row = Action(tilbud_id=tilbud_id, what=what, by=by.model_dump() if by else None, details=details)
    session.add(row)
