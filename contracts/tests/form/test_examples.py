import pytest
from stdnum.dk import cvr

from contracts.cpr import holds_cpr
from contracts.examples import OPERATOR_CVR, ExampleReport, days_of_change, read_example
from contracts.form import Context, check_all, department_ids, known_data, validate
from contracts.form.loading import steps_of
from contracts.reference import located_postcode, municipality


@pytest.fixture(params=days_of_change(), ids=str)
def report(request: pytest.FixtureRequest) -> ExampleReport:
    """The examples on every day from which on the form asks for something else."""
    return ExampleReport(request.param)


def test_each_answer_of_an_example_belongs_to_a_field() -> None:
    for step in steps_of("tilbud"):
        data = read_example(f"steps/{step.id}")
        assert known_data(step, data) == data, step.id


def test_each_example_is_complete_when_filled_in_order(report: ExampleReport) -> None:
    filled: dict[str, object] = {}
    for step in report.form.step_ids:
        check = validate(report.form, step, report.steps[step], Context(filled))
        assert check.findings == (), step
        assert check.blocked_by == (), step
        assert check.complete, step
        assert check.answered, step
        filled[step] = report.steps[step]


def test_all_examples_together_are_complete_without_warnings(report: ExampleReport) -> None:
    checks = check_all(report.form, Context(report.steps))
    assert all(each.complete and not each.warnings for each in checks.values())


def test_no_step_is_complete_before_it_is_filled(report: ExampleReport) -> None:
    assert not any(each.complete or each.answered for each in check_all(report.form, Context({})).values())


def test_the_steps_have_two_departments(report: ExampleReport) -> None:
    assert department_ids(report.steps["departments"]) == ("afd-1", "afd-2")


def test_the_created_tilbud_is_the_one_of_the_steps(report: ExampleReport) -> None:
    create = report.create
    assert create["operator"]["cvr"] == OPERATOR_CVR
    assert cvr.is_valid(OPERATOR_CVR)
    assert create["name"] == report.steps["contact"]["name"]
    assert create["address"] == report.steps["contact"]["address"]
    assert create["primary_legal_basis"] == report.steps["company"]["primary_legal_basis"]
    assert located_postcode(create["address"]["postcode"]).municipality == municipality("0851").code
    assert holds_cpr(create["leader"]["cpr"])


def test_no_step_holds_the_leaders_cpr_number(report: ExampleReport) -> None:
    assert report.create["leader"]["cpr"] not in str(report.steps)
