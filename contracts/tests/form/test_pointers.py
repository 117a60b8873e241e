import pytest

from contracts.examples import ExampleReport
from contracts.form import fields_at


@pytest.mark.parametrize(
    ("step", "pointer", "way"),
    [
        ("contact", "/phone", ["phone"]),
        ("contact", "/leader", ["leader"]),
        ("contact", "/leader/name", ["leader", "name"]),
        ("methods", "/methods", ["methods"]),
        ("methods", "/methods/1", ["methods"]),
        ("methods", "/methods/1/description", ["methods", "description"]),
        ("departments", "/departments/0/address/city", ["departments", "address", "city"]),
    ],
)
def test_a_pointer_leads_through_groups_and_rows(
    report: ExampleReport, step: str, pointer: str, way: list[str]
) -> None:
    assert [each.id for each in fields_at(report.form.step(step).fields, pointer)] == way


@pytest.mark.parametrize(
    "pointer",
    ["", "phone", "/", "/nobody", "/phone/", "/phone/0", "/leader/0", "/leader/name/x", "/leader//name"],
)
def test_a_pointer_that_leads_nowhere_has_no_way(report: ExampleReport, pointer: str) -> None:
    assert fields_at(report.form.step("contact").fields, pointer) == ()


@pytest.mark.parametrize("index", ["", "-1", "01", "x", "1.0", "²", "1000", "9" * 5_000])
def test_a_row_stands_by_its_index(report: ExampleReport, index: str) -> None:
    assert fields_at(report.form.step("methods").fields, f"/methods/{index}/method") == ()
