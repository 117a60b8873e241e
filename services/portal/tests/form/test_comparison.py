"""Old beside new: rows by what they are about, groups by the answers inside."""

from typing import Any

from contracts.form import RowStatus
from portal.form.comparison import Surroundings, changed_answers, names_of_rows, side_by_side
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


def test_what_is_not_asked_is_left_out_until_somebody_has_answered_it() -> None:
    labels = [answer.label for answer in side_by_side(FORM, "company", None, example_step("company"))]
    assert "Driftsform" in labels
    assert "Kommune, der driver tilbuddet" not in labels
    old = example_step("company") | {"operator_kind": "municipal", "operator_municipality": "0851"}
    [gone] = [
        answer
        for answer in side_by_side(FORM, "company", old, example_step("company"))
        if answer.label == "Kommune, der driver tilbuddet"
    ]
    assert (gone.old, gone.changed) == ("Aalborg", True)


def test_what_other_operators_are_asked_is_left_out() -> None:
    asked = {answer.label for answer in side_by_side(FORM, "budget", None, {}, Surroundings("private"))}
    of_all = {answer.label for answer in side_by_side(FORM, "budget", None, {}, Surroundings("municipal"))}
    assert of_all < asked == {answer.label for answer in side_by_side(FORM, "budget", None, {})}


def test_nobody_reads_the_ids_that_tie_steps_together() -> None:
    """Rows are called by what they are about, and answers refer to rows by that name."""
    packages = example_step("target-groups")["departments"]["afd-1"]
    more = {**packages, "packages": [*packages["packages"], {"id": "unge", "age_from": 18, "age_to": 24}]}
    answers = side_by_side(FORM, "target-groups", packages, more)
    assert not any(answer.name == "Pakkens id" for answer in answers)
    assert {answer.row.label for answer in answers if answer.row} == {
        "Målgruppepakker (18-65 år, Autismespektrum, Angst)",
        "Målgruppepakker 2",
    }
    names = names_of_rows(FORM, "target-groups", more)
    offers = example_step("interventions")["departments"]["afd-1"]
    [who] = [
        answer
        for answer in side_by_side(FORM, "interventions", None, offers, Surroundings(names=names))
        if answer.name == "Målgruppepakker"
    ]
    assert who.new == "18-65 år, Autismespektrum, Angst"


def test_an_unanswered_group_is_one_line() -> None:
    departments = {"departments": [{"id": "afd-1", "name": "Nord"}]}
    names = [answer.name for answer in side_by_side(FORM, "departments", None, departments)]
    assert "Afdelingens adresse" in names
    assert not any(name.startswith("Afdelingens adresse: ") for name in names)


def test_a_moved_row_is_marked_and_no_change() -> None:
    old = example_step("methods")
    answers = side_by_side(FORM, "methods", old, methods(*reversed(old["methods"])))
    moved = {answer.row.label for answer in answers if answer.row and answer.row.moved}
    assert len(moved) == 1
    assert not any(answer.changed for answer in answers)


def test_each_answer_is_pointed_at_in_what_was_sent() -> None:
    old = example_step("methods")
    answers = side_by_side(FORM, "methods", old, methods(KRAP, old["methods"][1]))
    pointers = {answer.label: answer.pointer for answer in answers}
    assert pointers["Metoder (KRAP): Hvordan bruges metoden?"] == "/methods/0/description"
    assert {answer.pointer for answer in answers if answer.row_status is RowStatus.REMOVED} == {""}
    contact = side_by_side(FORM, "contact", None, example_step("contact"))
    assert "/address/street" in {answer.pointer for answer in contact}
