"""Answers that do not apply now are left out and kept; what cannot be read is taken out and put back."""

from datetime import date
from typing import Any

import pytest

from contracts.form import (
    Applicability,
    Context,
    applicable,
    form,
    set_aside,
    validate,
    with_kept,
    with_set_aside,
    with_unread,
    without_unread,
)

AT = date(2026, 11, 1)
FORM = form("botilbud-laengerevarende", AT)
REPORT = FORM.step("annual-report")
METHODS = FORM.step("methods")
PLACES = FORM.step("places")
PRIVATE = Applicability("private")
OWN = {"method": "other-method", "name": "Vores egen"}


@pytest.mark.parametrize(
    ("data", "operator", "left"),
    [
        ({"has_report": True, "year": 2025}, None, {"has_report", "year"}),
        ({"has_report": False, "year": 2025}, None, {"has_report"}),
        ({"year": 2025}, None, set()),
        ({"has_report": True, "equity_oere": 1}, "private", {"has_report", "equity_oere"}),
        ({"has_report": True, "equity_oere": 1}, "municipal", {"has_report"}),
        ({"has_report": True, "of_another_form": 1}, None, {"has_report"}),
    ],
)
def test_only_what_applies_is_left(data: dict[str, Any], operator: str | None, left: set[str]) -> None:
    whole = applicable(REPORT, data, Applicability(operator))
    assert whole.keys() == left
    assert with_set_aside(whole, set_aside(data, whole) or {}) == data


def test_in_rows_and_departments_as_well() -> None:
    rows = {"methods": [OWN, {**OWN, "method": "teacch"}]}
    left = applicable(METHODS, rows, PRIVATE)
    assert left["methods"] == [OWN, {"method": "teacch"}]
    assert with_set_aside(left, set_aside(rows, left)) == rows
    parts = {"departments": {"a": {"vacancies": 1}, "gone": {"vacancies": 2}}}
    assert applicable(PLACES, parts, Applicability(None, ("a",))) == {"departments": {"a": {"vacancies": 1}}}
    assert applicable(PLACES, parts, PRIVATE) == {}


def test_what_did_not_apply_is_kept_beside_a_new_version() -> None:
    row = {"method": "teacch", "description": "Som vi gør"}
    kept = with_kept(METHODS, {"methods": [{**row, "name": "Vores egen"}]}, {"methods": [row]}, PRIVATE)
    assert kept == {"methods": [{**row, "name": "Vores egen"}]}
    old = {"departments": {"a": {"vacancies": 1}, "gone": {"vacancies": 2}}}
    new = with_kept(PLACES, old, {"departments": {"a": {}}}, Applicability(None, ("a",)))
    assert new == {"departments": {"a": {}, "gone": {"vacancies": 2}}}
    assert with_kept(PLACES, old, {"vacancies": 3}, PRIVATE) == {**old, "vacancies": 3}


@pytest.mark.parametrize("junk", [None, 1, "x", [], [None], {"methods": 1}, {"methods": [None, 1]}, {"departments": 1}])
def test_nothing_is_taken_for_granted(junk: Any) -> None:
    data = junk if isinstance(junk, dict) else {"methods": junk, "departments": junk}
    for to in (PRIVATE, Applicability(None, ("a",))):
        for step in (METHODS, PLACES, REPORT):
            left = applicable(step, data, to)
            set_aside(data, left)
            with_kept(step, data, data, to)


def test_what_cannot_be_read_is_taken_out_and_put_back() -> None:
    typed = {"has_report": True, "year": "otte", "revenue_oere": 5}
    data, unread, refused = without_unread(REPORT, typed, AT)
    assert (data, unread, refused) == ({"has_report": True, "revenue_oere": 5}, {"/year": "otte"}, ())
    assert with_unread(data, unread) == typed
    check = validate(FORM, "annual-report", data, Context())
    assert not check.complete
    context = Context({"annual-report": data}, {"annual-report": unread})
    assert context.with_step("annual-report", data).unread == {}


@pytest.mark.parametrize("wrong", [["otte"], True, {"a": 1}, 10**20])
def test_what_nobody_typed_is_refused(wrong: Any) -> None:
    data, unread, refused = without_unread(REPORT, {"year": wrong}, AT)
    assert ([each.pointer for each in refused], unread) == (["/year"], {})
    assert data == {"year": wrong}
