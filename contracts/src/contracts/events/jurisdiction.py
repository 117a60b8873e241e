"""Facts from ``jurisdiction``: who decides a case, and who is the authority of a tilbud now."""

from datetime import date, datetime
from typing import ClassVar

from pydantic import Field

from contracts.events.base import Model, TilbudEvent, is_absent
from contracts.events.parties import Actor


class ConsideredRule(Model):
    """One rule that was looked at, whether it applies, and why (in Danish, for people to read)."""

    rule: str
    applies: bool
    because: str


class CaseRouted(TilbudEvent, frozen=True):
    """One revision of a submission has an authority, computed from the reported data."""

    ce_type: ClassVar[str] = "dk.tilbudsportalen.jurisdiction.case-routed.v1"
    topic: ClassVar[str] = "jurisdiction.cases.v1"

    submission_id: str
    revision: int
    authority: str
    rule: str
    legal_source: str
    confidence: str
    explanation: str
    considered: list[ConsideredRule]
    reference_version: str
    valid_on: date
    routed_at: datetime


class CaseNotRouted(TilbudEvent, frozen=True):
    """No rule names an authority for this revision; nothing is guessed and the report goes back."""

    ce_type: ClassVar[str] = "dk.tilbudsportalen.jurisdiction.case-not-routed.v1"
    topic: ClassVar[str] = "jurisdiction.cases.v1"

    submission_id: str
    revision: int
    reason: str
    routed_at: datetime


class HandoverRequested(TilbudEvent, frozen=True):
    """An officer gives the tilbud to another authority, or takes it back: ``approval`` settles whether it comes about.

    ``authority_version`` is the version of the assignment to ``from_authority`` that it builds on. ``cases`` are those
    that the officer's authority was deciding then: who decides one of them in between wins.
    """

    ce_type: ClassVar[str] = "dk.tilbudsportalen.jurisdiction.handover-requested.v1"
    topic: ClassVar[str] = "jurisdiction.cases.v1"

    handover_id: str
    authority_version: int
    from_authority: str
    to_authority: str
    reason: str
    taken_back: bool
    cases: list[str]
    requested_by: Actor
    requested_at: datetime


class AuthorityAssigned(TilbudEvent, frozen=True):
    """State: the authority of a tilbud now, and why. ``version`` rises by one at each change.

    ``givers`` are the authorities that handed the tilbud over, the latest last: each of them can take it back. Reported
    data that move a tilbud to another kind of authority end its approval: from then on only tilsyn of
    ``approving_kinds`` count, decided on the day ``approving_since`` or later; all do where there are no kinds.
    """

    ce_type: ClassVar[str] = "dk.tilbudsportalen.jurisdiction.authority-assigned.v1"
    topic: ClassVar[str] = "jurisdiction.tilbud.v1"

    version: int
    authority: str
    previous: str | None
    rule: str
    explanation: str
    assigned_at: datetime
    givers: list[str] = Field(default_factory=list, exclude_if=is_absent)
    approving_kinds: list[str] = Field(default_factory=list, exclude_if=is_absent)
    approving_since: date | None = Field(default=None, exclude_if=is_absent)
