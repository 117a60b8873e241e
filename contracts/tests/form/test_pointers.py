import pytest

from contracts.examples import ExampleReport
from contracts.form import fields_at, pointer_in


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


METHODS = [{"method": "low-arousal", "description": "Rolig."}, {"method": "act", "description": "Værdier."}]
NEW: dict[str, str] = {"method": "neuropaedagogik", "description": "Ny."}


@pytest.mark.parametrize(
    ("pointer", "now", "found"),
    [
        ("/methods/1/description", METHODS, "/methods/1/description"),
        ("/methods/1/description", METHODS[::-1], "/methods/0/description"),
        ("/methods/0", [NEW, *METHODS], "/methods/1"),
        ("/methods/1/method", [METHODS[0]], "/methods"),
        ("/methods/1", None, "/methods"),
        ("/methods/7", METHODS, "/methods"),
        ("/methods/0", "unreadable", "/methods"),
        ("/methods", [], "/methods"),
        ("/nobody/0", METHODS, "/nobody/0"),
    ],
)
def test_a_pointer_follows_its_row(report: ExampleReport, pointer: str, now: object, found: str) -> None:
    fields = report.form.step("methods").fields
    assert pointer_in(fields, {"methods": METHODS}, {"methods": now}, pointer) == found


def test_a_pointer_follows_a_row_into_its_groups(report: ExampleReport) -> None:
    fields, pointer = report.form.step("departments").fields, "/departments/0/address/city"
    north, east = {"id": "afd-1", "name": "Nord"}, {"id": "afd-2", "name": "Øst"}
    old, new = {"departments": [north, east]}, {"departments": [east, north | {"name": "Nordlyset"}]}
    assert pointer_in(fields, old, new, pointer) == "/departments/1/address/city"
