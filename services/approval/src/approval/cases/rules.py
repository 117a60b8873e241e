"""When a case opens, and which choices a resubmission keeps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from chassis.errors import DomainError
from contracts.events.parties import Verdict


class CaseState(StrEnum):
    """Where a case stands; pending is one that was never opened and that nobody sees."""

    PENDING = "pending"
    AWAITING = "awaiting"
    RETURNED = "returned"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What a case ended in, so far."""

    RETURNED = "returned"
    APPROVED = "approved"
    GIVEN_UP = "given-up"


class CaseNotOpen(DomainError):
    """The contents of a case are for those who decide it, until they are done (R60)."""

    slug = "wrong-state"
    default_detail = "Sagen kan ikke åbnes, så længe den afventer myndighedens godkendelse."


class CaseOfOthers(DomainError):
    """Another authority decides the case; who supervises the subject now sees that it is there (R63)."""

    slug = "decided-elsewhere"

    @classmethod
    def decided_by(cls, authority: str, explanation: str) -> Self:
        """Return the error that names the authority and says why it is the one."""
        return cls(f"Sagen afgøres af {authority} og kan ikke åbnes af andre, så længe den afventer. {explanation}")


@dataclass(frozen=True)
class Choice:
    """What was chosen for one step of an earlier revision."""

    verdict: str | None
    by: Mapping[str, Any] | None
    at: str | None


def revision_to_open(opened: int, reports: Iterable[int], routings: Mapping[int, str | None]) -> int | None:
    """Return the newest revision that is both sent and routed, when it is newer than the one ``opened``.

    Reports and routings come in any order; a resubmission has the same id and a new revision.
    """
    ready = [revision for revision in reports if routings.get(revision) is not None]
    newest = max(ready, default=0)
    return newest if newest > opened else None


def proposals(before: Mapping[str, Any], after: Mapping[str, Any], choices: Mapping[str, Choice]) -> dict[str, Choice]:
    """Return the approvals of an earlier revision that a resubmission keeps as proposed choices.

    ``before`` and ``after`` are the contents of the two revisions by step key. Only steps whose content was not
    edited keep one, and each of them may be decided again.
    """
    approved = {key for key, choice in choices.items() if choice.verdict == Verdict.APPROVE}
    return {key: choices[key] for key, data in after.items() if key in approved and before.get(key) == data}
