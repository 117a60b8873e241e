"""How the steps of a report are called: titles of the form, with the name of the department where each has one."""

from typing import Any, cast

from approval.kinds import SentReport
from approval.submissions.titles import department_names, titles_of
from contracts.testing import factories
from contracts.testing.factories import SMALL_REPORT


def report(**content: Any) -> SentReport:
    return cast("SentReport", factories.submission_sent(submission_id="S-1", number=1, revision=1, content=content))


def test_a_department_is_called_as_the_report_does_and_else_as_it_was_approved() -> None:
    places = {"places/afd-1": SMALL_REPORT["places/afd-1"]}
    approved = {"departments": [{"id": "afd-1", "name": "Gammel"}]}
    assert titles_of(report(**places), approved)["places/afd-1"] == "Pladser: Gammel"
    assert titles_of(report(**places), None)["places/afd-1"] == "Pladser: afd-1"
    reported = {"departments": {"departments": [{"id": "afd-1", "name": "Ny"}]}}
    assert titles_of(report(**reported, **places), approved)["places/afd-1"] == "Pladser: Ny"


def test_departments_without_a_name_or_of_another_shape_are_no_fault() -> None:
    assert department_names(None, {"departments": "x"}, {"departments": [{"id": "a"}, 3, {"name": "uden id"}]}) == {
        "a": "a"
    }
