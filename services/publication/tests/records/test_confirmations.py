"""When each figure was last confirmed, and that it says nothing about any other."""

from functools import reduce
from typing import Any

import pytest

from contracts.events.publication import PublicTilbud
from contracts.testing.factories import (
    example_steps,
    moment,
    sent_at,
    tilsyn_published,
    vacancies_changed,
    without_departments,
)
from publication.records.confirmations import rate_confirmed_at, vacancies_confirmed_at
from publication.records.rules import public_record
from publication.records.state import TilbudState, apply
from services.publication.tests.factories import approved_case

STEPS = example_steps()
VACANCIES = "/departments/{}/steps/places/vacancies"


def public(*facts: Any) -> PublicTilbud:
    state = reduce(apply, (approved_case(content=STEPS), tilsyn_published(), *facts), TilbudState())
    record = public_record("CRV-6324", state, moment(days=40).date())
    assert record is not None
    return record


def test_a_vacancy_says_nothing_about_rates_or_another_department() -> None:
    report = vacancies_changed(free={"afd-1": 2})
    before, after = public(), public(report)
    changed = {path for path, time in after.confirmed.items() if before.confirmed[path] != time}
    assert changed == {VACANCIES.format("afd-1")}
    assert after.confirmed[VACANCIES.format("afd-1")] == report.changed_at == after.confirmed_at
    assert rate_confirmed_at(after, "afd-1") == approved_case().approved_at
    assert vacancies_confirmed_at(after, "afd-2") == sent_at(1, 1)


def test_a_figure_that_is_still_right_is_confirmed_too() -> None:
    same = STEPS["places/afd-1"]["vacancies"]
    record = public(vacancies_changed(free={"afd-1": same}))
    assert record.not_approved_yet == []
    assert vacancies_confirmed_at(record, "afd-1") == vacancies_changed().changed_at


def test_an_approval_makes_a_figure_no_newer_than_when_it_was_sent() -> None:
    case = approved_case(number=2, content={"places/afd-1": STEPS["places/afd-1"]})
    later = case.model_copy(update={"approved_at": moment(days=90)})
    record = public(later)
    assert record.confirmed["/departments/afd-1/steps/places"] == moment(days=90)
    assert vacancies_confirmed_at(record, "afd-1") == sent_at(2, 1)
    # What was reported between the two is newer than what was sent.
    assert vacancies_confirmed_at(public(later, vacancies_changed()), "afd-1") == vacancies_changed().changed_at


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 1, 3), (3, 1, 2)])
def test_a_department_that_a_report_does_not_name_keeps_its_figure(order: tuple[int, ...]) -> None:
    reports: dict[int, Any] = {
        1: vacancies_changed(version=1, free={"afd-1": 1, "afd-2": 1}),
        2: vacancies_changed(version=2, free={"afd-1": 2}),
        3: vacancies_changed(version=3, free={"afd-2": 0}),
    }
    record = public(*(reports[number] for number in order))
    found = {each.id: each.steps["places"]["vacancies"] for each in record.departments}
    assert found == {"afd-1": 2, "afd-2": 0}
    for department, number in (("afd-1", 2), ("afd-2", 3)):
        assert vacancies_confirmed_at(record, department) == reports[number].changed_at


def test_a_tilbud_without_departments_and_a_record_of_before() -> None:
    of_whole = approved_case(content=without_departments(STEPS))
    facts: list[Any] = [of_whole, tilsyn_published(), vacancies_changed(free={None: 1})]
    record = public_record("CRV-1", reduce(apply, facts, TilbudState()), moment(days=40).date())
    assert record is not None
    assert vacancies_confirmed_at(record, None) == vacancies_changed().changed_at
    assert rate_confirmed_at(record, None) == approved_case().approved_at
    older = record.model_copy(update={"confirmed": {}})
    assert (vacancies_confirmed_at(older, None), rate_confirmed_at(older, None)) == (None, None)
    assert "confirmed" not in older.model_dump()


def test_an_address_or_a_person_is_no_part_of_it() -> None:
    assert all("contact/" not in path for path in public().confirmed)


def said(department: str, vacancies: int, day: float, **others: Any) -> dict[str, Any]:
    return {"department_id": department, "vacancies": vacancies, "reported_at": moment(days=day), **others}


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_each_department_has_its_own_time_in_a_report_of_all(order: tuple[int, int]) -> None:
    reports = {
        1: vacancies_changed(version=1, departments=[said("afd-1", 1, 20)], changed_at=moment(days=20)),
        2: vacancies_changed(
            version=2,
            departments=[said("afd-1", 1, 20), said("afd-2", 4, 25, vacancies_note="Uden elevator.")],
            changed_at=moment(days=25),
        ),
    }
    record = public(*(reports[each] for each in order))
    times = [vacancies_confirmed_at(record, each) for each in ("afd-1", "afd-2")]
    assert times == [moment(days=20), moment(days=25)]
    south = record.departments[1].steps["places"]
    assert (south["vacancies"], south["vacancies_note"]) == (4, "Uden elevator.")
    assert "/departments/afd-2/steps/places/vacancies_note" in record.not_approved_yet


def test_a_figure_that_was_sent_is_marked_until_that_report_is_approved() -> None:
    places = STEPS["places/afd-1"] | {"vacancies": 5}
    sent = sent_at(2, 1)
    report = vacancies_changed(departments=[said("afd-1", 5, 0) | {"reported_at": sent}], changed_at=sent)
    before, after = public(report), public(report, approved_case(number=2, content={"places/afd-1": places}))
    assert [each.departments[0].steps["places"]["vacancies"] for each in (before, after)] == [5, 5]
    assert (before.not_approved_yet, after.not_approved_yet) == ([VACANCIES.format("afd-1")], [])


def test_a_department_that_a_report_of_all_leaves_out_is_forgotten() -> None:
    both = vacancies_changed(version=1, departments=[said("afd-1", 1, 20), said("afd-2", 4, 20)])
    one = vacancies_changed(version=2, departments=[said("afd-1", 2, 21)])
    state = reduce(apply, (one, both), TilbudState())
    assert state.vacancies is not None
    assert [each.department_id for each in state.vacancies.departments] == ["afd-1"]
