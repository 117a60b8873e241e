import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.examples import ExampleReport
from contracts.form import Context, validate
from contracts.form.findings import Code

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
KNOWN = st.sampled_from(["company", "contact", "departments", "target-groups", "interventions", "places", "staffing"])


def keyed(report: ExampleReport) -> st.SearchStrategy[object]:
    """Arbitrary JSON below the field ids of the form, which gets deeper than arbitrary keys do."""
    ids = sorted({each.id for step in report.form.steps for each in step.fields} | {"id", "legal_basis", "places"})
    keys = st.sampled_from([*ids, "departments", "afd-1"])
    return st.recursive(JSON, lambda inner: st.dictionaries(keys, inner | st.lists(inner, max_size=3), max_size=5))


@pytest.mark.fuzz
@given(st.data())
def test_no_json_makes_the_check_raise(report: ExampleReport, data: st.DataObject) -> None:
    step = data.draw(st.sampled_from(report.form.step_ids))
    value = data.draw(keyed(report))
    others = data.draw(st.dictionaries(KNOWN, keyed(report) | st.sampled_from(list(report.steps.values()))))
    check = validate(report.form, step, value, Context(others))
    for each in check.findings:
        each.pointer.encode()
        assert each.detail
        assert each.pointer == "" or each.pointer.startswith("/")


@given(st.data())
def test_one_strange_value_in_an_example_never_raises(report: ExampleReport, data: st.DataObject) -> None:
    step = data.draw(st.sampled_from(report.form.step_ids))
    whole = copy.deepcopy(report.steps[step])
    inner = whole["departments"]["afd-1"] if report.form.step(step).per_department else whole
    inner[data.draw(st.sampled_from(sorted(inner)))] = data.draw(JSON)
    check = report.check(step, whole)
    assert check.complete == (not check.findings and not check.blocked_by)


@pytest.mark.parametrize(
    ("step", "fields", "pointer", "code"),
    [
        ("contact", {"unknown": 1}, "/unknown", Code.UNKNOWN_FIELD),
        ("contact", {"cpr": "x"}, "/cpr", Code.UNKNOWN_FIELD),
        ("contact", {"name": 7}, "/name", Code.WRONG_TYPE),
        ("contact", {"name": "x" * 201}, "/name", Code.TOO_LONG),
        ("contact", {"name": "a\x00b"}, "/name", Code.CONTROL_CHARACTER),
        ("contact", {"name": "a\ud800b"}, "/name", Code.CONTROL_CHARACTER),
        ("contact", {"name": "a\x1bb"}, "/name", Code.CONTROL_CHARACTER),
        ("annual-report", {"staff_turnover_percent": "1,234"}, "/staff_turnover_percent", Code.AMBIGUOUS_NUMBER),
        ("annual-report", {"staff_turnover_percent": "12,5"}, "/staff_turnover_percent", Code.WRONG_TYPE),
        ("contact", {"name": "Hus 010180-0000"}, "/name", Code.CPR_NUMBER),
        ("contact", {"email": "0101800000@x.dk"}, "/email", Code.CPR_NUMBER),
        ("contact", {"leader": []}, "/leader", Code.WRONG_TYPE),
        ("contact", {"phone": "010180-0000"}, "/phone", Code.CPR_NUMBER),
        ("contact", {"leader": {"phone": "010180\u20130000"}}, "/leader/phone", Code.CPR_NUMBER),
        ("company", {"p_number": "010180-0000"}, "/p_number", Code.CPR_NUMBER),
        ("agreements", {"ean": "010180-0000"}, "/ean", Code.CPR_NUMBER),
        ("contact", {"leader": {"cpr": "010180-0000"}}, "/leader/cpr", Code.UNKNOWN_FIELD),
        ("values", {"values": "x" * 4001}, "/values", Code.TOO_LONG),
        ("values", {"values": {"a": {"b": {}}}}, "/values", Code.WRONG_TYPE),
        ("company", {"legal_bases": ["no"]}, "/legal_bases/0", Code.UNKNOWN_VALUE),
        ("company", {"legal_bases": ["plejefamilie-almen"]}, "/legal_bases/0", Code.UNKNOWN_VALUE),
        ("company", {"legal_bases": "opholdssted"}, "/legal_bases", Code.WRONG_TYPE),
        ("company", {"legal_bases": ["opholdssted"] * 2}, "/legal_bases", Code.DUPLICATE_VALUE),
        ("company", {"operator_kind": "state"}, "/operator_kind", Code.UNKNOWN_VALUE),
        ("company", {"in_group": "ja"}, "/in_group", Code.WRONG_TYPE),
        ("company", {"in_group": 1}, "/in_group", Code.WRONG_TYPE),
        ("company", {"operator_municipality": "851"}, "/operator_municipality", Code.UNKNOWN_VALUE),
        ("agreements", {"operating_agreement": "socialtilsyn-nord"}, "/operating_agreement", Code.UNKNOWN_VALUE),
        ("budget", {"year": "2026"}, "/year", Code.WRONG_TYPE),
        ("budget", {"year": 2026.0}, "/year", Code.WRONG_TYPE),
        ("budget", {"year": True}, "/year", Code.WRONG_TYPE),
        ("budget", {"rate_income_oere": 10**16}, "/rate_income_oere", Code.TOO_LARGE),
        ("annual-report", {"staff_turnover_percent": float("nan")}, "/staff_turnover_percent", Code.WRONG_TYPE),
        ("departments", {"departments": {}}, "/departments", Code.WRONG_TYPE),
        ("departments", {"departments": [{}] * 101}, "/departments", Code.TOO_MANY),
        ("departments", {"departments": ["afd-1"]}, "/departments/0", Code.WRONG_TYPE),
        ("departments", {"departments": [{"id": "010180-0000"}]}, "/departments/0/id", Code.CPR_NUMBER),
        ("places", {"departments": []}, "/departments", Code.WRONG_TYPE),
        ("places", {"departments": {"Afd 1": {}}}, "/departments", Code.UNKNOWN_FIELD),
        ("places", {"departments": {"0101800000": {}}}, "/departments", Code.UNKNOWN_FIELD),
        ("places", {"departments": {"afd-1": 7}}, "/departments/afd-1", Code.NOT_AN_OBJECT),
        ("places", {"vacancies": 1}, "/vacancies", Code.UNKNOWN_FIELD),
    ],
)
def test_a_wrong_shape_refuses_the_save(
    report: ExampleReport, step: str, fields: dict[str, Any], pointer: str, code: Code
) -> None:
    check = report.check(step, report.edited(step, **fields))
    assert (pointer, code) in {(each.pointer, each.code) for each in check.shape_errors}
    assert not check.complete


@pytest.mark.parametrize("data", [None, [], "x", 7, True])
def test_a_step_is_an_object(report: ExampleReport, data: object) -> None:
    assert report.found("contact", data) == {("", "not-an-object")}


def test_findings_never_echo_what_was_sent(report: ExampleReport) -> None:
    secret = "Hemmelig-Værdi"
    data = report.edited("contact", name=secret * 30, email=secret, **{f"{secret}/~": 1, "010180-0000": 2})
    shown = str(report.check("contact", data).findings)
    assert secret not in shown
    assert "010180" not in shown


def test_ten_digits_in_a_structured_field_are_no_cpr_number(report: ExampleReport) -> None:
    assert report.check("company", report.edited("company", p_number="1012801234")).complete


def test_a_long_text_has_lines(report: ExampleReport) -> None:
    assert report.check("values", report.edited("values", values="Første linje\r\n\tAnden linje")).complete


def test_null_is_no_answer_and_no_shape_error(report: ExampleReport) -> None:
    data = dict.fromkeys(report.steps["contact"])
    assert report.check("contact", data).shape_errors == ()
    assert ("/name", "missing") in report.found("contact", data)


def test_a_value_that_is_not_on_a_short_list_is_answered_with_the_list(report: ExampleReport) -> None:
    [finding] = report.check("company", report.edited("company", operator_kind="state")).shape_errors
    assert finding.allowed == ("municipal", "regional", "private")
    [finding] = report.check("company", report.edited("company", operator_municipality="9999")).shape_errors
    assert finding.allowed == ()
