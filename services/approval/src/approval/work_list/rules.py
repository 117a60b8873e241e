"""How urgent a case is and why, and which cases may be approved together (P11)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, Self

from chassis.errors import DomainError
from contracts.events.parties import Verdict
from contracts.form import ChangeRisk
from contracts.sanctions import DAY, StandingSanction
from contracts.vocabularies import vocabulary
from web.errors import Stale

FIRST_REPORT = "first-report"
ORDINARY, TRIVIAL = 0, -1


class NotTrivial(DomainError):
    """Only trivial changes are approved without somebody looking at each of them."""

    slug = "not-trivial"
    default_detail = "Sagen har ændringer, som skal ses hver for sig. Åbn sagen, og tag stilling til hvert trin."


class StepRejected(NotTrivial):
    """A colleague has rejected a step."""

    default_detail = "En kollega har afvist et trin i sagen. Åbn sagen, og se hvorfor."


class ChangedMeanwhile(Stale):
    """Somebody was faster: what they chose stands."""

    default_detail = "Sagen er ændret, efter at listen blev vist. Åbn sagen, og se det nye valg."

    @classmethod
    def by(cls, name: str | None) -> Self:
        """Return the error that names who chose last, where anybody has."""
        return cls(f"{name} har truffet et valg i sagen, efter at listen blev vist. Det gælder.") if name else cls()


class Changed(Protocol):
    """One changed field of a report."""

    @property
    def label(self) -> str: ...
    @property
    def risk(self) -> ChangeRisk: ...


@dataclass(frozen=True)
class Assessment:
    """What a case means before anybody has opened it.

    ``reasons`` are ids of the vocabulary ``case-risks``, the most serious first: a case with any is of high risk.
    ``changed`` are the Danish labels of the changed fields.
    """

    reasons: tuple[str, ...]
    is_trivial: bool
    changed: tuple[str, ...]

    @property
    def risk(self) -> int:
        """Return the number that lists are sorted by: how many reasons there are, below zero for a trivial case."""
        return len(self.reasons) or (TRIVIAL if self.is_trivial else ORDINARY)


def assess(changes: Sequence[Changed], sanctions: Iterable[StandingSanction], *, initial: bool) -> Assessment:
    """Assess a case by the policies of its changed fields, and by the ``sanctions`` in force on its subject.

    A first report has nothing to be compared with: that everything is new is one reason, and its fields are none.
    While a sanction is in force, nothing is trivial.
    """
    found = {each.kind.value for each in sanctions}
    found |= {FIRST_REPORT} if initial else {each.risk.value for each in changes if each.risk.is_high}
    reasons = tuple(each for each in vocabulary("case-risks").ids if each in found)
    is_trivial = not reasons and all(each.risk is ChangeRisk.TRIVIAL for each in changes)
    changed = () if initial else tuple(dict.fromkeys(each.label for each in changes))
    return Assessment(reasons, is_trivial, changed)


def next_assessment(standing: Iterable[StandingSanction], today: date) -> date | None:
    """Return the day on which an intensified tilsyn begins or is over; None when nothing changes by itself."""
    days = [day for each in standing if each.period for day in (each.period[0], each.period[1] + DAY)]
    return min((day for day in days if day > today), default=None)


def require_trivial(assessment: Assessment, verdicts: Iterable[str | None]) -> None:
    """Raise NotTrivial for a case that must be opened, StepRejected where a colleague has rejected a step."""
    if Verdict.REJECT in verdicts:
        raise StepRejected
    if not assessment.is_trivial:
        raise NotTrivial


def require_unchanged(seen: str, current: str, last_choice: Mapping[str, Mapping[str, str]] | None) -> None:
    """Raise ChangedMeanwhile when the case is not as it was ``seen``; both are ETags."""
    if seen != current:
        raise ChangedMeanwhile.by(last_choice["by"]["name"] if last_choice else None)
