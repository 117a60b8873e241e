"""What has to be reported again, by which day, and when somebody is told (L10, P1). Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from chassis.clock import day_of
from contracts.dates import parse_day
from contracts.events.reporting import DutyKind, DutyTurn
from contracts.form import FormDefinition, department_ids, parse_key
from contracts.form.keys import DEPARTMENTS
from reporting.fast_lane.rules import Approved, Figures

ANNUAL_REPORT, BUDGET, INTERVENTIONS, COMPANY = "annual-report", "budget", "interventions", "company"
# Whoever reports a year has two months for it; figures that change every week are asked about a week before.
WARNINGS = {
    DutyKind.ANNUAL_REPORT: timedelta(days=60),
    DutyKind.BUDGET: timedelta(days=60),
    DutyKind.RATES: timedelta(days=60),
    DutyKind.VACANCIES: timedelta(days=7),
    DutyKind.LEGAL_BASIS: timedelta(days=60),
}
FIRST_OF_MAY = (5, 1)
MONTH = timedelta(days=30)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class NextDuty:
    """What has to be reported next of a kind; ``deadline`` is None where it follows from ``since``."""

    kind: DutyKind
    since: date | None = None
    deadline: date | None = None
    year: int | None = None


@dataclass(frozen=True)
class Course:
    """What a duty brings today (None: nothing to tell), and the next day on which it has to be looked at."""

    turn: DutyTurn | None
    next_on: date | None


def next_duties(
    form: FormDefinition,
    approved: Mapping[str, Approved],
    awaiting: Mapping[str, Mapping[str, Any]],
    figures: Sequence[Figures],
) -> list[NextDuty]:
    """Return what has to be reported next; nothing before the first approval.

    What is sent and ``awaiting`` approval is reported: who was late has done it.
    """
    found = (
        _annual_report(form, approved, awaiting),
        _budget(form, approved, awaiting),
        _rates(approved, awaiting),
        _legal_basis(approved, awaiting),
    )
    duties = [each for each in found if each]
    days = [day_of(each.confirmed_at) for each in figures if each.vacancies is not None]
    if days:
        duties.append(NextDuty(DutyKind.VACANCIES, since=min(days)))
    return duties


def deadline_of(kind: DutyKind, since: date | None, deadline: date | None, confirm_days: int) -> date:
    """Return the last day of a duty; vacancies are confirmed every ``confirm_days``."""
    if deadline is not None:
        return deadline
    if since is None:
        raise ValueError(f"a duty of the kind {kind} has no day")
    return since + timedelta(days=confirm_days)


def year_to_report(kind: DutyKind, year: int | None, today: date) -> int | None:
    """Return the year to report: for who is years behind the latest one that is late, not the first."""
    if year is None:
        return None
    if kind is not DutyKind.ANNUAL_REPORT:
        return max(year, today.year)
    return max(year, today.year - (1 if today > date(today.year, *FIRST_OF_MAY) else 2))


def course(kind: DutyKind, deadline: date, noticed: DutyTurn | None, noticed_on: date | None, today: date) -> Course:
    """Return what a duty brings today, and when it is looked at next.

    Told once when it is near, once when it is over, and then once a month as long as nothing happens.
    """
    soon_on = deadline - WARNINGS[kind]
    if today < soon_on:
        return Course(None, soon_on)
    if today <= deadline:
        return Course(None if noticed else DutyTurn.SOON, deadline + DAY)
    if noticed in {None, DutyTurn.SOON} or noticed_on is None:
        return Course(DutyTurn.OVERDUE, today + MONTH)
    if today < noticed_on + MONTH:
        return Course(None, noticed_on + MONTH)
    return Course(DutyTurn.STILL_OVERDUE, today + MONTH)


def _annual_report(
    form: FormDefinition, approved: Mapping[str, Approved], awaiting: Mapping[str, Mapping[str, Any]]
) -> NextDuty | None:
    known = approved.get(ANNUAL_REPORT)
    if known is None or not _is_mandatory(form, ANNUAL_REPORT):
        return None
    data = awaiting.get(ANNUAL_REPORT, known.data)
    reported = data.get("year") if data.get("has_report") is True else None
    # A new tilbud has its first whole year after the one in which it said that it is new.
    year = (reported if isinstance(reported, int) else day_of(known.sent_at).year) + 1
    return NextDuty(DutyKind.ANNUAL_REPORT, deadline=date(year + 1, *FIRST_OF_MAY), year=year)


def _budget(
    form: FormDefinition, approved: Mapping[str, Approved], awaiting: Mapping[str, Mapping[str, Any]]
) -> NextDuty | None:
    known = approved.get(BUDGET)
    if known is None or not _is_mandatory(form, BUDGET):
        return None
    year = awaiting.get(BUDGET, known.data).get("year")
    return _of_next_year(DutyKind.BUDGET, year) if isinstance(year, int) else None


def _rates(approved: Mapping[str, Approved], awaiting: Mapping[str, Mapping[str, Any]]) -> NextDuty | None:
    departments = department_ids(approved[DEPARTMENTS].data) if DEPARTMENTS in approved else ()
    current = {key: awaiting.get(key, step.data) for key, step in approved.items()}
    years = [
        year
        for key, data in current.items()
        if parse_key(key)[0] == INTERVENTIONS and parse_key(key)[1] in {None, *departments}
        for year in _rate_years(data)
    ]
    return _of_next_year(DutyKind.RATES, min(years)) if years else None


def _legal_basis(approved: Mapping[str, Approved], awaiting: Mapping[str, Mapping[str, Any]]) -> NextDuty | None:
    """Return that the legal basis which expires first has to be renewed or given up by then (R106)."""
    known = approved.get(COMPANY)
    data = awaiting.get(COMPANY, known.data if known else {})
    chosen = data.get("legal_bases") or []
    rows = [each for each in data.get("legal_basis_periods") or [] if each.get("legal_basis") in chosen]
    ends = [end for each in rows if (end := parse_day(each.get("valid_until")))]
    return NextDuty(DutyKind.LEGAL_BASIS, deadline=min(ends)) if ends else None


def _rate_years(data: Mapping[str, Any]) -> Iterator[int]:
    for row in data.get(INTERVENTIONS) or []:
        if isinstance(row.get("rate_year"), int):
            yield row["rate_year"]


def _of_next_year(kind: DutyKind, year: int) -> NextDuty:
    """Return that the year after ``year`` has to be reported before it begins."""
    return NextDuty(kind, deadline=date(year, 12, 31), year=year + 1)


def _is_mandatory(form: FormDefinition, step: str) -> bool:
    return step in form.step_ids and not form.step(step).mandatory.never
