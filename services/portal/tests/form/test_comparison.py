"""Old beside new: rows by what they are about, groups by the answers inside."""

from typing import Any

from contracts.form import RowStatus
from portal.form.comparison import changed_answers, side_by_side
from services.portal.tests.factories import example_step
from services.portal.tests.form.report_form import DEPARTMENTS, FORM

KRAP = {"method": "krap", "description": "Ugentligt.", "evidence": "promising"}


def methods(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"methods": list(rows)}


def test_a_row_that_was_put_first_is_the_only_change() -> None:
    old = example_step("methods")
    new = methods(KRAP, *old["methods"])
    changed = [answer for answer in side_by_side(FORM, "methods", old, new) if answer.changed]
    assert {answer.row_status for answer in changed} == {RowStatus.ADDED}
    assert {answer.label.partition(": ")[0] for answer in changed} == {"Metoder (KRAP)"}
    assert {answer.old_shown for answer in changed} == {"Rækken er ny"}


def test_rows_in_another_order_are_no_change() -> None:
    old = example_step("methods")
    assert not any(answer.changed for answer in side_by_side(FORM, "methods", old, methods(*reversed(old["methods"]))))


def test_a_row_that_is_gone_comes_last_and_says_so() -> None:
    old = example_step("methods")
    answers = side_by_side(FORM, "methods", old, methods(old["methods"][1]))
    gone = [answer for answer in answers if answer.row_status is RowStatus.REMOVED]
    assert answers[-len(gone) :] == gone
    assert "Rækken er fjernet" in {answer.new_shown for answer in gone}
    assert all(answer.old for answer in gone if answer.changed)


def test_an_answer_changed_inside_a_row_stands_beside_the_one_before() -> None:
    old = example_step("methods")
    first, second = old["methods"]
    changed = [
        (answer.old, answer.new)
        for answer in side_by_side(FORM, "methods", old, methods(second, {**first, "description": "Dagligt."}))
        if answer.changed
    ]
    assert changed == [(first["description"], "Dagligt.")]


def test_a_group_is_shown_by_the_answers_inside() -> None:
    """R67: a first report has nothing before it, and no line says that an answered group is not answered."""
    answers = side_by_side(FORM, "contact", None, example_step("contact"))
    labels = [answer.label for answer in answers]
    assert len(labels) == len(set(labels))
    assert "Adresse" not in labels
    assert "Adresse: Vej og husnummer" in labels


def test_versions_of_a_whole_step_differ_by_department() -> None:
    old = example_step("places")
    new = {"departments": {**old["departments"], "afd-2": {**old["departments"]["afd-2"], "vacancies": 7}}}
    answers = changed_answers(FORM, "places", DEPARTMENTS, old, new)
    assert [(answer.label.partition(": ")[0], answer.new) for answer in answers] == [("afd-2", "7 pladser")]


def test_rows_of_a_first_report_are_numbered() -> None:
    labels = [answer.label for answer in side_by_side(FORM, "methods", None, example_step("methods"))]
    assert labels[0] == "Metoder 1: Metode"
    assert "Metoder 2: Metode" in labels
