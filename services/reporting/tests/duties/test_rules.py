"""What has to be reported next, and when somebody is told."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.events.reporting import DutyKind, DutyTurn
from reporting.duties.rules import NextDuty, course, deadline_of, next_duties, year_to_report
from reporting.fast_lane.rules import Approved, figures_of
from services.reporting.tests.http_requests import REPORT, example

SENT = datetime(2026, 11, 20, 12, tzinfo=UTC)
REPORTED = {"has_report": True, "year": 2025}


def approved(**content: Any) -> dict[str, Approved]:
    """Return approved content by step key; ``__`` stands for the slash of a department's key."""
    whole = {"departments": example("steps/departments"), **content}
    return {key.replace("__", "/").replace("_", "-"): Approved(data, SENT) for key, data in whole.items()}


def rates(*years: int) -> dict[str, Any]:
    return {"interventions": [{"name": "Ophold", "rate_year": year} for year in years]}


def duties(content: dict[str, Approved], awaiting: dict[str, Any] | None = None) -> dict[str, NextDuty]:
    found = next_duties(REPORT.form, content, awaiting or {}, figures_of(content, []))
    return {each.kind: each for each in found}


@pytest.mark.parametrize(
    ("data", "year", "deadline"),
    [
        (REPORTED, 2026, date(2027, 5, 1)),
        # It said in 2026 that it is new: its first whole year is 2027.
        ({"has_report": False}, 2027, date(2028, 5, 1)),
        ({}, 2027, date(2028, 5, 1)),
    ],
)
def test_the_annual_report_is_due_on_the_first_of_may(data: Any, year: int, deadline: date) -> None:
    found = duties(approved(annual_report=data))["annual-report"]
    assert (found.year, found.deadline) == (year, deadline)


def test_what_is_sent_is_done_before_it_is_approved() -> None:
    content = approved(annual_report=REPORTED, budget={"year": 2026})
    found = duties(content, {"annual-report": REPORTED | {"year": 2026}, "budget": {"year": 2027}})
    assert (found["annual-report"].deadline, found["budget"].deadline) == (date(2028, 5, 1), date(2027, 12, 31))


def test_budget_and_rates_of_a_year_are_due_before_it_begins() -> None:
    content = {**approved(budget={"year": 2027}), "interventions/afd-1": Approved(rates(2027, 2026), SENT)}
    content |= {"interventions/afd-2": Approved(rates(2027), SENT), "interventions/gone": Approved(rates(2019), SENT)}
    found = duties(content)
    assert (found["budget"].year, found["budget"].deadline) == (2028, date(2027, 12, 31))
    assert (found["rates"].year, found["rates"].deadline) == (2027, date(2026, 12, 31))


def test_a_legal_basis_that_expires_is_due_by_its_last_day() -> None:
    company = {
        "legal_bases": ["a", "b"],
        "legal_basis_periods": [
            {"legal_basis": "b", "valid_until": "2027-06-30"},
            {"legal_basis": "a", "valid_until": "2027-12-31"},
            {"legal_basis": "given-up", "valid_until": "2027-01-01"},
        ],
    }
    found = duties(approved(company=company))["legal-basis"]
    assert found.deadline == date(2027, 6, 30)
    assert course(found.kind, found.deadline, None, None, date(2027, 5, 1)).turn is DutyTurn.SOON
    assert "legal-basis" not in duties(approved(company=company), {"company": {"legal_bases": ["a", "b"]}})


def test_vacancies_are_as_old_as_the_oldest_figure() -> None:
    places = {f"places/afd-{number}": Approved({"approved_places": 4, "vacancies": 1}, SENT) for number in (1, 2)}
    places["places/afd-1"] = Approved({"approved_places": 4, "vacancies": 1}, SENT - timedelta(days=9))
    found = duties({**approved(), **places})["vacancies"]
    assert (found.since, found.deadline) == (date(2026, 11, 11), None)
    assert deadline_of(DutyKind.VACANCIES, found.since, None, 30) == date(2026, 12, 11)


def test_nothing_is_due_before_the_first_approval() -> None:
    assert next_duties(REPORT.form, {}, {"budget": {"year": 2020}}, []) == []


@pytest.mark.parametrize(
    ("kind", "year", "today", "asked"),
    [
        (DutyKind.RATES, 2025, date(2027, 2, 1), 2027),
        (DutyKind.BUDGET, 2028, date(2027, 12, 1), 2028),
        (DutyKind.ANNUAL_REPORT, 2022, date(2027, 2, 1), 2025),
        (DutyKind.ANNUAL_REPORT, 2022, date(2027, 5, 2), 2026),
        (DutyKind.ANNUAL_REPORT, 2026, date(2027, 3, 2), 2026),
        (DutyKind.VACANCIES, None, date(2027, 3, 2), None),
    ],
)
def test_who_is_years_behind_is_asked_for_the_latest_year(
    kind: DutyKind, year: int | None, today: date, asked: int | None
) -> None:
    assert year_to_report(kind, year, today) == asked


def test_each_turn_is_told_once_and_then_once_a_month() -> None:
    deadline, told = date(2027, 5, 1), []
    day, noticed, noticed_on = date(2027, 1, 1), None, None
    while day <= date(2027, 7, 31):
        found = course(DutyKind.ANNUAL_REPORT, deadline, noticed, noticed_on, day)
        if found.turn:
            noticed, noticed_on = found.turn, day
            told.append((day, found.turn))
        assert found.next_on
        assert found.next_on > day
        day = found.next_on
    assert told == [
        (date(2027, 3, 2), DutyTurn.SOON),
        (date(2027, 5, 2), DutyTurn.OVERDUE),
        (date(2027, 6, 1), DutyTurn.STILL_OVERDUE),
        (date(2027, 7, 1), DutyTurn.STILL_OVERDUE),
        (date(2027, 7, 31), DutyTurn.STILL_OVERDUE),
    ]


def test_a_worker_that_was_away_tells_only_what_still_matters() -> None:
    found = course(DutyKind.BUDGET, date(2026, 12, 31), None, None, date(2027, 2, 1))
    assert (found.turn, found.next_on) == (DutyTurn.OVERDUE, date(2027, 3, 3))
