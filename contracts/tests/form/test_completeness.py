from datetime import date
from typing import Any

import pytest

from contracts.examples import ExampleReport
from contracts.form import Context, blocked_by, check_all, form, validate


@pytest.mark.parametrize(
    ("step", "fields", "pointer", "code"),
    [
        ("contact", {"name": None}, "/name", "missing"),
        ("contact", {"name": "  "}, "/name", "missing"),
        ("contact", {"address": None}, "/address/street", "missing"),
        ("contact", {"leader": {}}, "/leader/name", "missing"),
        ("contact", {"contact_person": {"name": "Ida"}}, "/contact_person/email", "missing"),
        ("contact", {"email": "post@"}, "/email", "invalid-format"),
        ("contact", {"email": "post@solsikken"}, "/email", "invalid-format"),
        ("contact", {"phone": "123"}, "/phone", "invalid-format"),
        ("contact", {"website": "javascript:alert(1)"}, "/website", "invalid-format"),
        ("contact", {"website": "javascript://solsikken.dk/%0aalert(1)"}, "/website", "invalid-format"),
        ("contact", {"website": "solsikken.dk"}, "/website", "invalid-format"),
        ("agreements", {"ean": "5798001000001"}, "/ean", "invalid-format"),
        ("agreements", {"viso": None}, "/viso", "missing"),
        ("agreements", {"viso_services": "Rådgivning"}, "/viso_services", "not-applicable"),
        ("company", {"p_number": "123"}, "/p_number", "invalid-format"),
        ("company", {"in_group": True}, "/group_head_municipality", "missing"),
        ("company", {"group_name": "Koncernen"}, "/group_name", "not-applicable"),
        ("company", {"operator_kind": "municipal"}, "/operator_municipality", "missing"),
        ("company", {"operator_municipality": "0851"}, "/operator_municipality", "not-applicable"),
        ("company", {"primary_legal_basis": "opholdssted"}, "/primary_legal_basis", "not-among"),
        ("accreditation", {"accreditations": []}, "/accreditations", "missing"),
        ("annual-report", {"year": 2027}, "/year", "out-of-range"),
        ("annual-report", {"result_oere": 0}, "/result_oere", "mismatch"),
        ("annual-report", {"revenue_oere": -1}, "/revenue_oere", "out-of-range"),
        ("annual-report", {"total_assets_oere": None}, "/total_assets_oere", "missing"),
        ("annual-report", {"has_report": False}, "/year", "not-applicable"),
        ("budget", {"schema": "public"}, "/schema", "mismatch"),
        ("budget", {"year": 2030}, "/year", "out-of-range"),
        ("departments", {"departments": None}, "/departments", "missing"),
        ("staff-groups", {"staff_groups": []}, "/staff_groups", "missing"),
    ],
)
def test_an_incomplete_step_says_why(
    report: ExampleReport, step: str, fields: dict[str, Any], pointer: str, code: str
) -> None:
    check = report.check(step, report.edited(step, **fields))
    assert check.shape_errors == ()
    assert (pointer, code) in {(each.pointer, each.code.value) for each in check.errors}
    assert not check.complete


BASIS = "botilbud-laengerevarende"


@pytest.mark.parametrize(
    ("rows", "pointer", "code"),
    [
        ([{"legal_basis": "opholdssted", "valid_until": "2027-12-31"}], "/0/legal_basis", "not-among"),
        ([{"legal_basis": BASIS}], "/0/valid_until", "missing"),
        ([{"legal_basis": BASIS, "valid_until": "2026-11-30"}], "/0/valid_until", "out-of-range"),
        (
            [{"legal_basis": BASIS, "valid_from": "2027-02-01", "valid_until": "2027-01-31"}],
            "/0/valid_until",
            "not-in-order",
        ),
        ([{"legal_basis": BASIS, "valid_until": "2027-01-31"}] * 2, "/1/legal_basis", "not-unique"),
        ([{"legal_basis": BASIS, "valid_from": "2026-12-01", "valid_until": "2026-12-01"}], "", ""),
    ],
)
def test_a_legal_basis_holds_in_its_period(rows: list[dict[str, str]], pointer: str, code: str) -> None:
    report = ExampleReport(date(2026, 12, 1))
    check = report.check("company", report.edited("company", legal_basis_periods=rows))
    assert check.shape_errors == ()
    found = {(each.pointer, each.code.value) for each in check.errors}
    assert found == ({(f"/legal_basis_periods{pointer}", code)} if code else set())


PACKAGE = {"id": "p", "age_from": 18, "age_to": 65, "target_groups": ["autism"], "places": 4}
ROW = {"legal_basis": "botilbud-laengerevarende", "kind": "day-and-night", "places": 5}


@pytest.mark.parametrize(
    ("step", "fields", "pointer", "code"),
    [
        ("target-groups", {"packages": [{**PACKAGE, "age_to": 17}]}, "/packages/0/age_to", "not-in-order"),
        ("target-groups", {"packages": [PACKAGE, PACKAGE]}, "/packages/1/id", "not-unique"),
        (
            "target-groups",
            {"packages": [{**PACKAGE, "legal_basis": "opholdssted"}]},
            "/packages/0/legal_basis",
            "not-among",
        ),
        ("places", {"vacancies": 11}, "/vacancies", "exceeds"),
        ("places", {"vacancies": -1}, "/vacancies", "out-of-range"),
        ("places", {"approved_places": 9}, "/approved_places", "exceeds"),
        ("places", {"distribution": [ROW]}, "/distribution", "mismatch"),
        ("places", {"distribution": [ROW, ROW]}, "/distribution/1/kind", "not-unique"),
        ("staffing", {"occupancy_percent": 151}, "/occupancy_percent", "out-of-range"),
        ("staffing", {"occupancy_percent": None}, "/occupancy_percent", "missing"),
        ("staffing", {"night_staff": None}, "/night_staff", "missing"),
        (
            "staffing",
            {"positions": [{"staff_group": "nurse", "hours_per_week": 1}]},
            "/positions/0/staff_group",
            "not-among",
        ),
    ],
)
def test_a_department_says_why_it_is_incomplete(
    report: ExampleReport, step: str, fields: dict[str, Any], pointer: str, code: str
) -> None:
    found = report.found(step, report.part(step, **fields))
    assert (f"/departments/afd-1{pointer}", code) in found
    assert not {each for each in found if each[0].startswith("/departments/afd-2")}


def test_an_intervention_is_for_a_package_of_its_own_department(report: ExampleReport) -> None:
    data = report.part("interventions")
    data["departments"]["afd-2"]["interventions"][0]["packages"] = ["autisme"]
    assert report.found("interventions", data) == {("/departments/afd-2/interventions/0/packages/0", "not-among")}


def test_every_reported_department_must_be_answered(report: ExampleReport) -> None:
    one = {"departments": {"afd-1": report.steps["places"]["departments"]["afd-1"]}}
    assert report.found("places", one) == {("/departments/afd-2", "department-missing")}
    plain = report.steps["places"]["departments"]["afd-1"]
    assert report.found("places", plain) == {
        ("/departments/afd-1", "department-missing"),
        ("/departments/afd-2", "department-missing"),
    }


def test_a_department_that_is_gone_must_be_taken_out(report: ExampleReport) -> None:
    one = {"departments": report.steps["departments"]["departments"][:1]}
    assert ("/departments/afd-2", "unknown-department") in report.found(
        "places", report.steps["places"], departments=one
    )


def test_without_departments_the_steps_are_plain(report: ExampleReport) -> None:
    none: dict[str, list[object]] = {"departments": []}
    groups = report.steps["target-groups"]["departments"]["afd-1"]
    plain = report.steps["places"]["departments"]["afd-1"]
    assert report.check("departments", none).complete
    assert report.check("places", plain, departments=none, target_groups=groups).complete
    assert ("/departments/afd-1", "unknown-department") in report.found(
        "places", report.steps["places"], departments=none, target_groups=groups
    )


def test_two_departments_never_share_an_id(report: ExampleReport) -> None:
    rows = report.steps["departments"]["departments"]
    assert report.found("departments", {"departments": [rows[0], {**rows[1], "id": "afd-1"}]}) == {
        ("/departments/1/id", "not-unique")
    }


def test_what_only_private_operators_report_is_asked_of_them_only(report: ExampleReport) -> None:
    public = {**report.steps["company"], "operator_kind": "municipal", "operator_municipality": "0851"}
    found = report.found("annual-report", report.steps["annual-report"], company=public)
    assert ("/total_assets_oere", "not-applicable") in found
    private_only = ("board_fees_oere", "equity_oere", "equity_is_negative", "total_assets_oere", "accounts_submitted")
    without = {key: each for key, each in report.steps["annual-report"].items() if key not in private_only}
    assert report.check("annual-report", without, company=public).complete
    assert ("/ean", "missing") in report.found("agreements", report.steps["agreements"], company=public)


def test_a_new_tilbud_has_no_annual_report_yet(report: ExampleReport) -> None:
    assert report.check("annual-report", {"has_report": False}).complete


def test_an_expired_date_order_is_found(report: ExampleReport) -> None:
    row = {**report.steps["accreditation"]["accreditations"][0], "issued_on": "2026-02-30"}
    data = report.edited("accreditation", accreditations=[row])
    assert report.found("accreditation", data) == {("/accreditations/0/issued_on", "invalid-date")}
    row = {**row, "issued_on": "2028-01-01"}
    data = report.edited("accreditation", accreditations=[{**row, "valid_until": "2027-01-01"}])
    assert report.found("accreditation", data) == {
        ("/accreditations/0/issued_on", "out-of-range"),
        ("/accreditations/0/valid_until", "not-in-order"),
    }


def test_a_blocked_step_names_what_is_missing(report: ExampleReport) -> None:
    checks = check_all(report.form, Context({}))
    blocked = {step: each.blocked_by for step, each in checks.items() if each.blocked_by}
    expected = {
        "target-groups": ("departments",),
        "interventions": ("target-groups",),
        "places": ("departments", "target-groups"),
        "staffing": ("departments", "staff-groups"),
    }
    assert expected.items() <= blocked.items()
    assert blocked_by(report.form, "places", {"departments"}) == ["target-groups"]


def test_a_blocked_step_is_not_complete(report: ExampleReport) -> None:
    context = {"departments": None, "target-groups": None}
    check = validate(report.form, "interventions", report.steps["interventions"], Context(context))
    assert check.blocked_by == ("target-groups",)
    assert not check.complete


def test_the_order_of_the_steps_never_blocks(report: ExampleReport) -> None:
    done: list[str] = []
    for step in report.form.step_ids:
        assert blocked_by(report.form, step, done) == []
        done.append(step)


def test_the_budget_only_warns_about_later_steps(report: ExampleReport) -> None:
    check = report.check("budget", report.steps["budget"], interventions=None, places=None)
    assert [each.code.value for each in check.warnings] == ["step-incomplete", "step-incomplete"]
    assert check.complete


def test_answers_of_another_legal_basis_keep_a_step_from_being_complete(report: ExampleReport) -> None:
    other = form("aktivitets-og-samvaerstilbud", report.form.at)
    check = validate(other, "company", report.steps["company"], Context(report.steps))
    assert [each.pointer for each in check.shape_errors] == ["/specialist_features"]
    assert not check.complete


def test_voluntary_steps_may_be_left_empty(report: ExampleReport) -> None:
    day = form("aktivitets-og-samvaerstilbud", report.form.at)
    check = validate(day, "annual-report", {}, Context({}))
    assert check.complete
    assert not check.answered
