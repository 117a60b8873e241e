"""When a case opens, and which choices a resubmission keeps."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from chassis.clock import COPENHAGEN, day_of
from chassis.errors import DomainError
from contracts.dates import in_words
from contracts.events.parties import Verdict
from contracts.reference import authority_name


class CaseState(StrEnum):
    """Where a case stands; pending is one that was never opened and that nobody sees."""

    PENDING = "pending"
    AWAITING = "awaiting"
    RETURNED = "returned"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What a case ended in, so far; the authority closes one whose subject has ceased."""

    RETURNED = "returned"
    APPROVED = "approved"
    GIVEN_UP = "given-up"
    CEASED = "ceased"


class Act(StrEnum):
    """What happened to a case, as its log names it."""

    OPENED = "opened"
    REOPENED = "reopened"
    MOVED = "moved"
    NOT_ROUTED = "not-routed"
    DECIDED = "decided"
    RETURNED = "returned"
    APPROVED = "approved"
    CLOSED = "closed"


# With each of these a case comes to an authority, the same one or another.
ARRIVALS = frozenset({Act.OPENED, Act.REOPENED, Act.MOVED})


class CaseNotOpen(DomainError):
    """The contents of a case are for those who decide it, until they are done (R60)."""

    slug = "wrong-state"
    default_detail = "Sagen kan ikke åbnes, så længe den afventer myndighedens godkendelse."


class DecidedElsewhere(DomainError):
    """Another authority decides the case; who supervises the subject now sees that it is there (R63)."""

    slug = "decided-elsewhere"

    def __init__(self, authority: str, explanation: str) -> None:
        super().__init__(f"Sagen afgøres af {authority_name(authority)}. {explanation}".strip())


class CaseMoved(DomainError):
    """The case was here and is decided by another authority now."""

    slug = "case-moved"


class LoggedArrival(Protocol):
    """A row of the log by which a case came to an authority, and why."""

    @property
    def act(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def authority(self) -> str | None: ...
    @property
    def reason(self) -> str | None: ...


ArrivalT = TypeVar("ArrivalT", bound=LoggedArrival)


def departure(log: Sequence[ArrivalT], own: Container[str]) -> ArrivalT | None:
    """Return the row by which a case left the authorities ``own`` last; None when it never was there, or still is."""
    arrivals = [row for row in log if row.act in ARRIVALS]
    here = [index for index, row in enumerate(arrivals) if row.authority in own]
    return arrivals[here[-1] + 1] if here and here[-1] + 1 < len(arrivals) else None


def moved_away(departed: LoggedArrival) -> CaseMoved:
    """Return what an authority is told that a case has left."""
    name = authority_name(departed.authority or "")
    because = f" {departed.reason}" if departed.reason else ""
    return CaseMoved(f"Sagen blev flyttet til {name} den {in_danish_time(departed.at)}.{because}")


def in_danish_time(moment: datetime) -> str:
    """Return a moment as a sentence has it: 22. november 2026 kl. 14.05."""
    return f"{in_words(day_of(moment))} kl. {moment.astimezone(COPENHAGEN):%H.%M}"


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
