"""Why a tilbud that was public is public no more, without anything of what it said (R89, R98, R99). Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from contracts.dates import in_words
from contracts.events.publication import PublicAuthority
from contracts.reference import authority_name
from publication.records.rules import authority_of, supervision_of
from publication.records.state import TilbudState


class RemovalReason(StrEnum):
    """Why: it has ceased, an authority decided against it, or there is no approval that holds."""

    CEASED = "ceased"
    NOT_APPROVED = "not-approved"
    NO_APPROVAL = "no-approval"


WORDS = {
    RemovalReason.CEASED: "Tilbuddet er ophørt. Sidste dag var den {day}.",
    RemovalReason.NOT_APPROVED: "Tilbuddet er ikke længere godkendt. Det afgjorde {who} den {day}.",
    RemovalReason.NO_APPROVAL: "Tilbuddet har ikke en gyldig godkendelse. Det forsvandt herfra den {day}.",
}


@dataclass(frozen=True)
class Removal:
    """Why a tilbud is not public: ``since`` is its last day, the day of the decision, or that of the removal.

    ``decided_by`` is the authority that decided against it, ``authority`` the one that supervises it now.
    """

    reason: RemovalReason
    since: date
    decided_by: str
    authority: str

    @property
    def detail(self) -> str:
        """Return it in words."""
        return WORDS[self.reason].format(day=in_words(self.since), who=authority_name(self.decided_by))

    def document(self) -> dict[str, Any]:
        """Return it as a problem document says it."""
        by = PublicAuthority(id=self.authority, name=authority_name(self.authority)) if self.authority else None
        return {
            "reason": self.reason,
            "since": self.since.isoformat(),
            "authority": by.model_dump() if by else None,
        }


def removal(state: TilbudState, removed_on: date, day: date) -> Removal:
    """Return why a tilbud is not public on the Danish ``day``; it was taken away on ``removed_on``."""
    supervision, authority = supervision_of(state, day), authority_of(state)
    if supervision.status == "ceased" and state.cessation:
        return Removal(RemovalReason.CEASED, state.cessation.ceased_on, "", authority)
    deciding = supervision.deciding
    if deciding and not deciding.decision.positive:
        return Removal(RemovalReason.NOT_APPROVED, deciding.decided_on, deciding.authority, authority)
    return Removal(RemovalReason.NO_APPROVAL, removed_on, "", authority)
