"""The bodies of the answers about the authority of a subject."""

from datetime import datetime
from functools import cache
from typing import Any

from pydantic import BaseModel, create_model


class AssignmentBody(BaseModel):
    """One period under one authority; ``until`` is None for the current one.

    ``since`` and ``because`` say the same as ``assigned_at`` and ``explanation``. ``handed_over_by`` is the authority
    that handed it over; None where the rules or an approval name the authority. All ``givers`` can take it back.
    """

    version: int
    authority: str
    name: str
    previous: str | None
    rule: str
    legal_source: str | None
    explanation: str
    because: str
    handed_over_by: str | None
    givers: list[str]
    assigned_at: datetime
    since: datetime
    until: datetime | None


@cache
def authority_body(kind: str, id_field: str) -> type[AssignmentBody]:
    """Return the body that says who supervises a subject of a kind: the id of the subject stands in ``id_field``."""
    meaning = f"The authority of a {kind} on the day asked for, and every period so far, the newest first."
    fields: dict[str, Any] = {id_field: str, "history": list[AssignmentBody]}
    return create_model(f"{kind.capitalize()}Authority", __base__=AssignmentBody, __doc__=meaning, **fields)
