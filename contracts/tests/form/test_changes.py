import copy
from typing import Any

from contracts.examples import ExampleReport
from contracts.form import changes


def paths(report: ExampleReport, step: str, old: Any, new: Any) -> list[str]:
    return [each.path for each in changes(report.form, step, old, new)]


def test_equal_data_has_no_changes(report: ExampleReport) -> None:
    for step, data in report.steps.items():
        assert paths(report, step, data, copy.deepcopy(data)) == []


def test_a_changed_field_shows_old_and_new(report: ExampleReport) -> None:
    new = report.part("places", vacancies=5)
    (change,) = changes(report.form, "places", report.steps["places"], new)
    assert (change.path, change.old, change.new) == ("/departments/afd-1/vacancies", 2, 5)
    assert change.label == "Ledige pladser"


def test_a_persons_name_is_given_by_path_only(report: ExampleReport) -> None:
    leader = {**report.steps["contact"]["leader"], "name": "Ny Leder"}
    (change,) = changes(report.form, "contact", report.steps["contact"], report.edited("contact", leader=leader))
    assert (change.path, change.old, change.new, change.personal) == ("/leader/name", None, None, True)
    assert "Ny Leder" not in repr(change)


def test_a_first_report_never_repeats_names(report: ExampleReport) -> None:
    found = changes(report.form, "contact", None, report.steps["contact"])
    names = [report.steps["contact"][each]["name"] for each in ("leader", "contact_person")]
    assert "/leader/name" in [each.path for each in found]
    assert not any(name in repr(found) for name in names)


def test_no_answer_equals_no_value_and_no_is_an_answer(report: ExampleReport) -> None:
    old: dict[str, object] = {"viso": True, "ean": None, "fixed_purchases": []}
    assert paths(report, "agreements", old, {"viso": True, "ean": ""}) == []
    (change,) = changes(report.form, "agreements", {}, {"viso": False})
    assert (change.old, change.new) == (None, False)


def test_an_inserted_department_changes_no_other(report: ExampleReport) -> None:
    rows = report.steps["departments"]["departments"]
    new = {"departments": [{"id": "afd-0", "name": "Ny"}, *rows]}
    found = paths(report, "departments", report.steps["departments"], new)
    assert found == ["/departments/afd-0/id", "/departments/afd-0/name"]


def test_a_part_of_a_step_is_compared_like_a_whole_one(report: ExampleReport) -> None:
    old = report.steps["interventions"]["departments"]["afd-1"]
    new = copy.deepcopy(old)
    new["interventions"][0]["rate_oere"] = 500000
    (change,) = changes(report.form, "interventions", old, new)
    assert (change.path, change.old, change.new) == ("/interventions/0/rate_oere", 412500, 500000)


def test_a_removed_row_shows_what_was_there(report: ExampleReport) -> None:
    new = report.edited("methods", methods=report.steps["methods"]["methods"][:1])
    found = changes(report.form, "methods", report.steps["methods"], new)
    assert [(each.path, each.new) for each in found] == [
        ("/methods/1/method", None),
        ("/methods/1/description", None),
        ("/methods/1/evidence", None),
    ]


def test_strange_stored_data_does_not_break_the_comparison(report: ExampleReport) -> None:
    assert paths(report, "contact", {"leader": 7, "address": []}, report.steps["contact"])
