"""What has happened to each tilbud up to the day of loading: how far its report came, and what came after it.

Days are counted back from the day of loading, so the country is always as old as it is today.
"""

from dataclasses import dataclass
from enum import StrEnum

from contracts.reference import AuthorityKind
from devstack.demonstration.seeded_choices import chance, deal, weighted


class ReportStage(StrEnum):
    """How far the first report of a tilbud has come."""

    CREATED = "created"
    DRAFTED = "drafted"
    AWAITING = "awaiting"
    RETURNED = "returned"
    RESENT = "resent"
    CLOSED = "closed"
    WITHOUT_TILSYN = "without-tilsyn"
    NOT_APPROVED = "not-approved"
    CEASED = "ceased"
    PUBLIC = "public"


class Outcome(StrEnum):
    """What has become of a second report: none was made, it is in a draft, or its case stands like this."""

    NONE = "none"
    DRAFTED = "drafted"
    AWAITING = "awaiting"
    RETURNED = "returned"
    RESENT = "resent"
    CLOSED = "closed"
    APPROVED = "approved"


class Change(StrEnum):
    """What a second report changes."""

    VALUES = "values"
    LEADER = "leader"
    RATES = "rates"
    STAFF = "staff"
    PREMISES = "premises"
    DEPARTMENT_ADDED = "department-added"


class TilsynPattern(StrEnum):
    """What the tilsyn of a tilbud say, beside the positive decision that lets it be public."""

    PLAIN = "plain"
    EARLIER_ONES = "earlier-ones"
    WITHOUT_SCORES = "without-scores"
    ORDER_AHEAD = "order-ahead"
    ORDER_PASSED = "order-passed"
    ORDERS = "orders"
    CONDITIONS = "conditions"
    INTENSIFIED = "intensified"
    INTENSIFIED_LATER = "intensified-later"
    INTENSIFIED_ENDED = "intensified-ended"
    EVERYTHING = "everything"
    CORRECTED = "corrected"
    ORDER_WITHDRAWN = "order-withdrawn"
    SILENT_LATER = "silent-later"
    ORDER_ENDED = "order-ended"
    VISIT_ONLY = "visit-only"
    APPROVED_AGAIN = "approved-again"


# Seven of ten are public, as in a portal that is in use; every other state has its examples.
REPORT_STAGES = weighted(
    {
        ReportStage.PUBLIC: 28,
        ReportStage.AWAITING: 3,
        ReportStage.WITHOUT_TILSYN: 2,
        ReportStage.NOT_APPROVED: 1,
        ReportStage.CEASED: 1,
        ReportStage.RETURNED: 1,
        ReportStage.RESENT: 1,
        ReportStage.CLOSED: 1,
        ReportStage.CREATED: 1,
        ReportStage.DRAFTED: 1,
    }
)
OUTCOMES = weighted(
    {
        Outcome.NONE: 10,
        Outcome.APPROVED: 6,
        Outcome.AWAITING: 2,
        Outcome.RETURNED: 1,
        Outcome.RESENT: 1,
        Outcome.CLOSED: 1,
        Outcome.DRAFTED: 1,
    }
)
CHANGES = weighted({each: 4 if each is Change.DEPARTMENT_ADDED else 1 for each in Change})
SAME_DEPARTMENTS = tuple(each for each in Change if each is not Change.DEPARTMENT_ADDED)
# A socialtilsyn gives orders and intensifies; kommune and region may leave the scores out.
TILSYN_PATTERNS = weighted(
    {each: 6 if each is TilsynPattern.PLAIN else 1 for each in TilsynPattern} | {TilsynPattern.EARLIER_ONES: 2}
)
TILSYN_PATTERNS_AT_HOME = weighted(
    {
        TilsynPattern.PLAIN: 4,
        TilsynPattern.WITHOUT_SCORES: 4,
        TilsynPattern.EARLIER_ONES: 2,
        TilsynPattern.ORDER_AHEAD: 1,
        TilsynPattern.CONDITIONS: 1,
        TilsynPattern.INTENSIFIED: 1,
        TilsynPattern.CORRECTED: 1,
    }
)
# How many days ago the vacancies were told last; None is never since the report.
VACANCIES_UPDATED = (
    *((None,) * 6),
    *(0, 0, 1, 2, 3, 5, 8, 13, 20, 33, 45, 61, 90, 120, 180, 240, 365, 400, 480, 560, 640),
)
# What needs years to have happened in; such a tilbud was there long before its report was approved here.
TAKES_YEARS = frozenset(
    {
        TilsynPattern.EARLIER_ONES,
        TilsynPattern.ORDER_PASSED,
        TilsynPattern.ORDERS,
        TilsynPattern.INTENSIFIED,
        TilsynPattern.INTENSIFIED_ENDED,
        TilsynPattern.EVERYTHING,
        TilsynPattern.SILENT_LATER,
        TilsynPattern.ORDER_ENDED,
        TilsynPattern.VISIT_ONLY,
        TilsynPattern.APPROVED_AGAIN,
    }
)
YEARS = 1_200
# How many days a case waits for its decision.
WAITING = (1, 2, 4, 7, 9, 14, 21, 35, 60, 110)
# How many days old the first decision is.
AGES = (3, 6, 10, 16, 25, 40, 60, 85, 110, 150, 200, 260, 330, 400, 470, 540, 610, 680, 750, 820)


@dataclass(frozen=True)
class History:
    """The history of one tilbud, in days before loading; ``vacancies_updated`` is None where they never were."""

    stage: ReportStage
    created: int = 0
    sent: int = 0
    decided: int = 0
    outcome: Outcome = Outcome.NONE
    change: Change = Change.VALUES
    sent_again: int = 0
    decided_again: int = 0
    vacancies_updated: int | None = None
    tilsyn_pattern: TilsynPattern = TilsynPattern.PLAIN

    @property
    def is_approved(self) -> bool:
        """Return whether the first report is approved, whether it is public or not."""
        return self.stage in APPROVED

    @property
    def is_inspected(self) -> bool:
        """Return whether there is a tilsyn."""
        return self.stage in INSPECTED


APPROVED = frozenset({ReportStage.PUBLIC, ReportStage.WITHOUT_TILSYN, ReportStage.NOT_APPROVED, ReportStage.CEASED})
INSPECTED = APPROVED - {ReportStage.WITHOUT_TILSYN}
RETURNED = frozenset({ReportStage.RETURNED, ReportStage.RESENT, ReportStage.CLOSED})


def history_of(index: int, supervised_by: AuthorityKind, departments: int) -> History:
    """Return the history of the tilbud with that place in the country."""
    stage = deal("how far", REPORT_STAGES, index)
    waited = deal("waiting", WAITING, index)
    if stage not in APPROVED | RETURNED:
        return History(stage, created=waited + 3, sent=waited)
    decided = _decided(stage, index)
    first = History(stage, created=decided + waited + 14, sent=decided + waited, decided=decided)
    if stage is not ReportStage.PUBLIC:
        return first
    return _went_on(first, index, supervised_by, departments)


def _decided(stage: ReportStage, index: int) -> int:
    """What was returned was returned lately; it is not forgotten for years."""
    return deal("decided", AGES[:6] if stage in RETURNED else AGES, index)


def _went_on(first: History, index: int, supervised_by: AuthorityKind, departments: int) -> History:
    """Return the history of a public one to its end: its tilsyn, its second report, and its figures since."""
    outcome = deal("outcome", OUTCOMES, index)
    sent_again = chance(index, "second report").randint(1, max(first.decided // 2, 1))
    updated = deal("told", VACANCIES_UPDATED, index)
    # Figures that are told before the latest report is decided are no news any more.
    latest = first.decided if outcome is Outcome.NONE else sent_again // 2
    tilsyn_pattern = deal("visits", _oversight_of(supervised_by), index)
    return History(
        first.stage,
        max(first.created, YEARS) if tilsyn_pattern in TAKES_YEARS else first.created,
        first.sent,
        first.decided,
        outcome=outcome,
        change=_change(index, departments),
        sent_again=sent_again,
        decided_again=sent_again // 2,
        vacancies_updated=None if updated is None else min(updated, latest),
        tilsyn_pattern=tilsyn_pattern,
    )


def _oversight_of(supervised_by: AuthorityKind) -> tuple[TilsynPattern, ...]:
    return TILSYN_PATTERNS if supervised_by is AuthorityKind.SOCIALTILSYN else TILSYN_PATTERNS_AT_HOME


def _change(index: int, departments: int) -> Change:
    """A department can only be added to a tilbud that has some."""
    return deal("change", CHANGES, index) if departments > 1 else deal("change of the whole", SAME_DEPARTMENTS, index)
