"""The bodies of the answers about the authority of a tilbud."""

from datetime import datetime

from pydantic import BaseModel


class AssignmentBody(BaseModel):
    """One period under one authority; ``until`` is None for the current one."""

    version: int
    authority: str
    name: str
    previous: str | None
    rule: str
    legal_source: str | None
    explanation: str
    assigned_at: datetime
    until: datetime | None


class TilbudAuthority(AssignmentBody):
    """The authority of a tilbud on the day asked for, and every period so far, the newest first."""

    tilbud_id: str
    history: list[AssignmentBody]
