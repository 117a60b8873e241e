"""Rows of lists in two versions: recognised by what they are about, never by their place."""

import copy
import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.examples import ExampleReport
from contracts.form import RowStatus, changes, match_rows
from contracts.form.definition import Field
from contracts.form.loading import steps_of

FORM = ExampleReport().form
Row = dict[str, Any]
Rows = list[Row]


def methods(*rows: Row) -> dict[str, Any]:
    return {"methods": list(rows)}


def method(method: str, description: str = "Hver dag.", evidence: str | None = "documented") -> Row:
    return {"method": method, "description": description, "evidence": evidence}


KRAP, MI, RAP = method("krap"), method("motivational-interviewing"), method("reality-therapy")


def seen(step: str, old: Any, new: Any) -> list[tuple[str, str, Any, Any]]:
    """Return status of the row, path, old and new of each change."""
    return [
        (each.row.status if each.row else "", each.path, each.old, each.new) for each in changes(FORM, step, old, new)
    ]


def rows_that_came_or_went(step: str, old: Any, new: Any) -> list[tuple[str, str]]:
    """Return status and path of each row that came or went; every change has to belong to one."""
    found = [each.row for each in changes(FORM, step, old, new)]
    assert all(row and row.status is not RowStatus.KEPT for row in found)
    return list(dict.fromkeys((row.status.value, row.path) for row in found if row))


@pytest.mark.parametrize("order", [(MI, RAP, KRAP), (RAP, MI, KRAP), (KRAP, RAP, MI)])
def test_moved_rows_are_no_change(order: tuple[Row, ...]) -> None:
    assert changes(FORM, "methods", methods(KRAP, MI, RAP), methods(*order)) == []


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_inserted_row_is_one_added_row_and_no_other_change(place: int) -> None:
    rows = [KRAP, MI]
    rows.insert(place, RAP)
    assert rows_that_came_or_went("methods", methods(KRAP, MI), methods(*rows)) == [("added", f"/methods/{place}")]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_removed_row_is_one_removed_row_with_its_old_place(place: int) -> None:
    rows = [KRAP, MI, RAP]
    old = methods(*rows)
    del rows[place]
    assert rows_that_came_or_went("methods", old, methods(*rows)) == [("removed", f"/methods/{place}")]


def test_one_of_two_equal_rows_that_goes_is_one_removed_row() -> None:
    old, new = methods(KRAP, KRAP, MI), methods(KRAP, MI)
    assert rows_that_came_or_went("methods", old, new) == [("removed", "/methods/1")]
    assert rows_that_came_or_went("methods", new, old) == [("added", "/methods/1")]
    assert changes(FORM, "methods", old, methods(MI, KRAP, KRAP)) == []


def test_an_edited_row_is_found_by_its_identity_wherever_it_stands() -> None:
    new = methods(RAP, method("krap", "Om morgenen.", None), MI)
    assert seen("methods", methods(KRAP, MI, RAP), new) == [
        ("kept", "/methods/1/description", "Hver dag.", "Om morgenen."),
        ("kept", "/methods/1/evidence", "documented", None),
    ]


def test_of_rows_with_the_same_identity_the_most_alike_are_the_same() -> None:
    long, short = method("krap", "Lange forløb."), method("krap", "Korte forløb.", "tested")
    new = methods(method("krap", "Korte forløb.", "documented"), long)
    assert seen("methods", methods(long, short), new) == [("kept", "/methods/0/evidence", "tested", "documented")]


def test_a_row_whose_name_is_corrected_is_still_the_same(report: ExampleReport) -> None:
    old = report.steps["interventions"]["departments"]["afd-1"]
    new = copy.deepcopy(old)
    new["interventions"][0]["name"] = "Døgnophold med støtte hele døgnet"
    [change] = changes(FORM, "interventions", old, new)
    assert change.row is not None
    assert (change.path, change.row.status) == ("/interventions/0/name", RowStatus.KEPT)


def test_a_row_in_place_of_quite_another_is_one_removed_and_one_added() -> None:
    old, new = methods(KRAP, MI), methods(KRAP, method("reality-therapy", "Hver uge.", None))
    assert rows_that_came_or_went("methods", old, new) == [("added", "/methods/1"), ("removed", "/methods/1")]


def test_rows_with_ids_of_their_own_are_the_same_by_these_alone(report: ExampleReport) -> None:
    old = report.steps["departments"]
    moved = {"departments": old["departments"][::-1]}
    renamed = {"departments": [{**old["departments"][0], "id": "ny"}, old["departments"][1]]}
    assert changes(FORM, "departments", old, moved) == []
    assert rows_that_came_or_went("departments", old, renamed) == [
        ("added", "/departments/ny"),
        ("removed", "/departments/afd-1"),
    ]


def test_rows_that_share_an_id_by_mistake_are_recognised_by_the_rest() -> None:
    one, two = {"id": "a", "name": "Nord"}, {"id": "a", "name": "Syd"}
    old, new = {"departments": [one, two]}, {"departments": [two, one]}
    assert changes(FORM, "departments", old, new) == []
    assert rows_that_came_or_went("departments", old, {"departments": [two]})[0][0] == "removed"


def test_a_change_in_a_group_of_a_row_is_told_with_the_row(report: ExampleReport) -> None:
    old = report.steps["departments"]
    new = copy.deepcopy(old)
    new["departments"][1]["address"]["street"] = "Engvej 5"
    [change] = changes(FORM, "departments", old, new)
    assert change.row is not None
    assert (change.path, change.label) == (
        "/departments/afd-2/address/street",
        "Afdelinger › Afdelingens adresse › Vej og husnummer",
    )
    assert (change.row.path, change.row.label) == ("/departments/afd-2", "Afdeling Syd")


@pytest.mark.parametrize(
    ("step", "rows", "label"),
    [
        ("methods", [KRAP], "KRAP"),
        ("methods", [{"description": "Uden metode."}], "Metoder 1"),
        ("staffing", [{"staff_group": "social-educator", "hours_per_week": 37}], "Pædagog"),
        ("target-groups", [{"id": "voksne", "age_from": 18}], "Målgruppepakker 1"),
        (
            "target-groups",
            [{"id": "voksne", "age_from": 18, "age_to": 65, "target_groups": ["autism", "anxiety"]}],
            "18-65 år, Autismespektrum, Angst",
        ),
    ],
)
def test_people_read_which_row_it_is(step: str, rows: Rows, label: str) -> None:
    name = next(each.id for each in FORM.step(step).fields if each.type == "list")
    found = changes(FORM, step, None, {name: rows})
    assert {each.row.label for each in found if each.row} == {label}


def test_that_there_are_no_rows_is_an_answer_and_told_only_beside_no_rows(report: ExampleReport) -> None:
    some, none = report.steps["departments"], {"departments": list[Row]()}
    assert seen("departments", None, none) == [("", "/departments", None, [])]
    assert seen("departments", none, None) == [("", "/departments", [], None)]
    assert {status for status, *_ in seen("departments", some, none)} == {"removed"}
    assert {status for status, *_ in seen("departments", none, some)} == {"added"}


def test_whoever_decides_may_see_personal_answers_also_of_moved_rows(report: ExampleReport) -> None:
    leader = {**report.steps["contact"]["leader"], "name": "Ny Leder"}
    new = report.edited("contact", leader=leader)
    [shown] = changes(FORM, "contact", report.steps["contact"], new, show_personal=True)
    assert (shown.old, shown.new, shown.personal) == ("Karen Eksempel", "Ny Leder", True)


def test_a_group_with_answers_inside_is_told_by_these(report: ExampleReport) -> None:
    bare = {key: value for key, value in report.steps["contact"].items() if key != "address"}
    found = seen("contact", bare, report.steps["contact"])
    assert [path for _, path, _, _ in found] == [
        "/address/street",
        "/address/postcode",
        "/address/city",
        "/address/municipality",
    ]
    assert all(new is not None for *_, new in found)


def _nested(**inner: Any) -> Field:
    text = {"help": "h", "type": "text", "purpose": "tilsyn", "audience": "public", "legal_source": "l"}
    flat = [{"id": name, "label": name, **text} for name in ("name", "note")]
    rooms = {"id": "rooms", "label": "Rum", **text, "type": "list", "identity": ["name"], "fields": flat}
    houses = {"id": "houses", "label": "Huse", **text, "type": "list", "identity": ["name"], "fields": [flat[0], rooms]}
    return Field.model_validate(houses | inner)


def test_rows_within_rows_are_matched_within_their_own() -> None:
    old = [{"name": "A", "rooms": [{"name": "1", "note": "x"}]}, {"name": "B", "rooms": [{"name": "1", "note": "y"}]}]
    new = [{"name": "B", "rooms": [{"name": "0"}, {"name": "1", "note": "z"}]}, old[0]]
    definition = FORM.model_copy(update={"steps": (FORM.step("methods").model_copy(update={"fields": (_nested(),)}),)})
    found = changes(definition, "methods", {"houses": old}, {"houses": new})
    assert [(each.path, each.row and each.row.status.value, each.old, each.new) for each in found] == [
        ("/houses/0/rooms/0/name", "added", None, "0"),
        ("/houses/0/rooms/1/note", "kept", "y", "z"),
    ]
    gone = changes(definition, "methods", {"houses": old}, {"houses": old[:1]})
    assert {(each.row.path, each.row.status.value) for each in gone if each.row} == {
        ("/houses/1", "removed"),
        ("/houses/1/rooms/0", "removed"),
    }


def test_every_list_says_what_its_rows_are_recognised_by() -> None:
    lists = [field for step in steps_of("tilbud") for field in step.fields if field.type == "list"]
    assert lists
    assert all(field.identity or any(each.id == "id" for each in field.fields) for field in lists)


@pytest.mark.parametrize(
    ("order", "moved"),
    [("abcd", ""), ("bcda", "a"), ("dabc", "d"), ("ab", ""), ("xabcd", ""), ("acbd", "c"), ("badc", "bd"), ("", "")],
)
def test_a_row_is_moved_when_the_others_keep_their_order_without_it(order: str, moved: str) -> None:
    field = FORM.step("methods").field("methods")
    old, new = ([{"method": "other", "name": each} for each in names] for names in ("abcd", order))
    pairs = match_rows(field, old, new)
    assert "".join(sorted(pair.latest["name"] for pair in pairs if pair.moved)) == moved
    assert [pair.index for pair in pairs if pair.new] == list(range(len(new)))


@pytest.mark.parametrize("wrong", [{"row_title": "{colour}"}, {"type": "group", "row_title": "{name}", "identity": []}])
def test_the_title_of_a_row_names_fields_of_a_list(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="row_title"):
        _nested(**wrong)


@pytest.mark.parametrize("wrong", [{"identity": ["colour"]}, {"type": "group"}])
def test_identity_names_fields_of_a_list(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="identity"):
        _nested(**wrong)


def test_what_rows_are_recognised_by_is_no_part_of_the_form_that_others_see() -> None:
    assert not {"identity", "row_title"} & set(re.findall(r"\w+", FORM.model_dump_json()))


ROWS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "method": st.sampled_from(["krap", "motivational-interviewing"]),
            "description": st.sampled_from(["a", "b", ""]),
            "evidence": st.sampled_from(["documented", None]),
        },
    ),
    max_size=5,
)


@given(ROWS, ROWS, st.randoms())
@settings(max_examples=200)
def test_every_row_stands_in_exactly_one_pair_and_order_alone_is_no_change(old: Rows, new: Rows, random: Any) -> None:
    field = FORM.step("methods").field("methods")
    pairs = match_rows(field, old, new)
    assert [pair.new for pair in pairs if pair.new is not None] == new
    assert sorted(json.dumps(pair.old) for pair in pairs if pair.old is not None) == sorted(map(json.dumps, old))
    shuffled = random.sample(new, len(new))
    assert changes(FORM, "methods", methods(*new), methods(*shuffled)) == []
