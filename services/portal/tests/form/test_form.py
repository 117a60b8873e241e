"""The generic form: data to fields and back for every step, rows, Danish numbers, and whatever a browser may send."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.errors import FieldError
from contracts.form import Context, Field, FieldType, validate, writable
from contracts.form.definition import INTEGER_TYPES, MANY_TYPES, NUMBER_TYPES
from contracts.reference import known_municipalities
from portal.form.comparison import side_by_side
from portal.form.controls import ControlBuilder, StepContext, StepPart, error_summary, flat
from portal.form.form_data import FormData
from portal.form.reading import read_step
from portal.form.rows import row_count, with_row, with_row_copied, with_row_moved, without_blank_rows, without_row
from portal.form.values import MalformedValue, from_texts, to_texts
from portal.form.writing import to_form_data
from services.portal.tests.factories import example_step
from services.portal.tests.form.report_form import AT, DEPARTMENTS, FORM

STEPS = FORM.step_ids


def answered(value: Any) -> Any:
    """The value without what stands for no answer."""
    if isinstance(value, dict):
        kept = {key: answered(each) for key, each in value.items()}
        return {key: each for key, each in kept.items() if each is not None and each not in ({}, [])}
    return [answered(each) for each in value] if isinstance(value, list) else value


def step_context(**changes: Any) -> StepContext:
    others = {"target-groups": example_step("target-groups")}
    return StepContext(
        **{"at": AT, "legal_bases": FORM.legal_bases, "operator_kind": "private", "others": others, **changes}
    )


@pytest.mark.parametrize("step", STEPS)
def test_round_trip_of_every_step(step: str) -> None:
    data = example_step(step)
    definition = FORM.step(step)
    form_data = to_form_data(definition, data, DEPARTMENTS)
    result = read_step(definition, without_blank_rows(form_data, definition, DEPARTMENTS), DEPARTMENTS)
    assert answered(result) == answered(_writable(step, data))


def _writable(step: str, data: dict[str, Any]) -> dict[str, Any]:
    if "departments" in data and isinstance(data["departments"], dict):
        return {"departments": {key: writable(FORM, step, part) for key, part in data["departments"].items()}}
    return dict(writable(FORM, step, data))


@pytest.mark.parametrize("step", STEPS)
def test_every_field_of_every_step_is_on_the_page(step: str) -> None:
    definition = FORM.step(step)
    data = example_step(step)
    builder = ControlBuilder(definition, to_form_data(definition, data, DEPARTMENTS), step_context(), [])
    department = "afd-1" if definition.per_department else None
    names = {control.field.id for control in flat(builder.part(data, department))}
    assert {field.id for field in definition.fields} <= names
    ids = [control.id for control in flat(builder.part(data, department))]
    assert len(ids) == len(set(ids))


def _texts(field: Field) -> st.SearchStrategy[Any]:
    if field.type in MANY_TYPES:
        return st.lists(st.sampled_from(["a", "b", "c"]), unique=True, min_size=1)
    if field.type is FieldType.BOOLEAN:
        return st.booleans()
    if field.type is FieldType.MUNICIPALITY:
        return st.sampled_from([each.code for each in known_municipalities()])
    if field.type in INTEGER_TYPES:
        return st.integers(min_value=-(10**15), max_value=10**15)
    if field.type in NUMBER_TYPES:
        return st.decimals(min_value=-(10**6), max_value=10**6, places=3).map(float)
    plain = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp"))
    return st.text(plain, min_size=1, max_size=30)


ALL_FIELDS = [
    each
    for step in FORM.steps
    for field in step.fields
    for each in (field, *field.fields)
    if each.type not in {FieldType.GROUP, FieldType.LIST}
]


@pytest.mark.parametrize("field_type", sorted({each.type for each in ALL_FIELDS}))
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_round_trip_of_every_type(field_type: FieldType, data: st.DataObject) -> None:
    field = next(each for each in ALL_FIELDS if each.type is field_type)
    value = data.draw(_texts(field))
    back = from_texts(field, to_texts(field, value))
    assert back == value


@pytest.mark.parametrize(
    ("text", "oere"),
    [
        ("1.250", 125_000),
        ("1250", 125_000),
        ("1.250,50", 125_050),
        ("1250,5", 125_050),
        ("24.600.000", 2_460_000_000),
        ("-3", -300),
        ("12.50", 1_250),
        ("0", 0),
        ("1 250 kr.", 125_000),
        ("kr. 1.250,50", 125_050),
        ("1.250,-", 125_000),
        ("DKK 1.250,- kr", 125_000),
    ],
)
def test_danish_amounts(text: str, oere: int) -> None:
    assert from_texts(FORM.step("budget").field("rate_income_oere"), [text]) == oere


@pytest.mark.parametrize("text", ["x", "1,2,3", "1,234", "١٢", "1e5", "--1", "9" * 40, "1.25.00"])
def test_text_that_is_no_amount_is_an_error(text: str) -> None:
    with pytest.raises(MalformedValue, match="beløb"):
        from_texts(FORM.step("budget").field("rate_income_oere"), [text])


def test_unreadable_numbers_are_kept_as_they_were_typed() -> None:
    typed = FormData.of([("/year", "næste år"), ("/other_income_oere", "1,234"), ("/rate_income_oere", "9" * 20)])
    data = read_step(FORM.step("budget"), typed, ())
    assert data == {"year": "næste år", "other_income_oere": "1,234", "rate_income_oere": "9" * 20}
    shown = to_form_data(FORM.step("budget"), data, ())
    assert [shown.typed(name) for name in typed] == [typed.typed(name) for name in typed]


def test_what_is_cleared_is_taken_back_from_what_is_set_aside() -> None:
    step, aside = FORM.step("supplementary"), {"pets_details": "En kat"}
    field = next(each.id for each in step.fields if each.when)
    kept = read_step(step, FormData.of([("/pets", "false"), (f"/{field}", "En kat")]), (), set_aside={field: "En kat"})
    assert kept[field] == "En kat"
    cleared = read_step(step, FormData.of([("/pets", "false"), (f"/{field}", "")]), (), set_aside={field: "En kat"})
    assert cleared[field] is None
    assert field not in read_step(step, FormData.of([("/pets", "false")]), (), set_aside={"other": aside})


def test_fields_that_wait_for_an_answer_say_for_which() -> None:
    step = FORM.step("annual-report")
    for answer, is_met in (("true", True), ("false", False)):
        form_data = FormData.of([("/has_report", answer)])
        controls = ControlBuilder(step, form_data, step_context(), []).part({}, None)
        waiting = [each.waits_for for each in controls if each.waits_for]
        assert waiting
        assert {(each.name, each.values, each.is_met) for each in waiting} == {("/has_report", ("true",), is_met)}
        assert "vises, når du svarer »Ja« til »Har tilbuddet aflagt regnskab" in waiting[0].sentence


def test_rows_are_copied_and_moved() -> None:
    step = FORM.step("departments")
    field = step.field("departments")
    fields = to_form_data(step, example_step("departments"), ())
    names = [fields.text("/departments/0/name"), fields.text("/departments/1/name")]
    moved = with_row_moved(fields, "/departments", field, 0, 1)
    assert [moved.text(f"/departments/{row}/name") for row in (0, 1)] == names[::-1]
    assert with_row_moved(fields, "/departments", field, 0, -1) is fields
    copied = with_row_copied(fields, "/departments", field, 0)
    assert row_count(copied, "/departments", 100) == 3
    assert [copied.text(f"/departments/{row}/name") for row in (0, 1, 2)] == [names[0], *names]
    assert copied.text("/departments/1/id") == ""
    assert with_row_copied(fields, "/departments", field, 7) is fields


def test_ids_of_rows_are_made_and_not_shown() -> None:
    step = FORM.step("departments")
    controls = ControlBuilder(step, FormData.of([("/departments#", "2")]), step_context(), []).part({}, None)
    ids = [each for each in flat(controls) if each.field.id == "id"]
    assert {each.kind for each in ids} == {"hidden"}
    assert len({each.value for each in ids}) == 2
    assert all(each.value.isalpha() for each in ids)
    blank = FormData.of([("/departments#", "1"), ("/departments/0/id", ids[0].value)])
    assert row_count(without_blank_rows(blank, step, ()), "/departments", 100) == 0


def test_staff_is_offered_by_the_groups_that_are_employed() -> None:
    others = {"staff-groups": {"staff_groups": ["social-worker"]}}
    builder = ControlBuilder(FORM.step("staffing"), FormData.of([]), step_context(others=others), [])
    offered = next(each for each in flat(builder.part({}, None)) if each.field.id == "staff_group").options
    assert [each.id for each in offered] == ["social-worker"]


names = st.one_of(
    st.sampled_from([f"/{field.id}" for step in FORM.steps for field in step.fields]),
    st.builds("{}/{}/{}".format, st.just("/departments"), st.text(max_size=3), st.text(max_size=8)),
    st.sampled_from(["/departments#", "/departments/afd-1/packages#", "/departments/0/address/street", "#", "", "/"]),
    st.text(max_size=12),
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(step=st.sampled_from(STEPS), pairs=st.lists(st.tuples(names, st.text(max_size=20)), max_size=12))
def test_nothing_that_a_browser_sends_breaks_the_form(step: str, pairs: list[tuple[str, str]]) -> None:
    definition = FORM.step(step)
    for departments in ((), DEPARTMENTS):
        form_data = without_blank_rows(FormData.of(pairs), definition, departments)
        data = read_step(definition, form_data, departments)
        json.dumps(data)
        validate(FORM, step, data, Context({"departments": example_step("departments")}))
        part = departments[0] if departments and definition.per_department else None
        assert ControlBuilder(definition, form_data, step_context(), []).part(data, part)


def test_rows_are_added_and_removed() -> None:
    step = FORM.step("departments")
    field = step.field("departments")
    form_data = to_form_data(step, example_step("departments"), ())
    more = with_row(form_data, "/departments", field)
    assert row_count(more, "/departments", 100) == 3
    less = without_row(more, "/departments", field, 0)
    assert row_count(less, "/departments", 100) == 2
    assert less.text("/departments/0/id") == "afd-2"
    rows = read_step(step, without_blank_rows(less, step, ()), ())["departments"]
    assert [row["id"] for row in rows] == ["afd-2"]


def test_a_full_list_takes_no_more_rows() -> None:
    field = FORM.step("departments").field("departments")
    full = FormData.of([("/departments#", "100")])
    assert row_count(with_row(full, "/departments", field), "/departments", 100) == 100
    assert row_count(FormData.of([("/departments#", "999999")]), "/departments", 100) == 101


def test_locked_departments_are_taken_as_they_are() -> None:
    data = example_step("places")
    form_data = to_form_data(FORM.step("places"), {"departments": {"afd-2": data["departments"]["afd-2"]}}, DEPARTMENTS)
    result = read_step(FORM.step("places"), form_data, DEPARTMENTS, {"afd-1": data["departments"]["afd-1"]})
    assert answered(result) == answered(data)


def test_errors_lead_to_the_nearest_field() -> None:
    step = FORM.step("target-groups")
    data = example_step("target-groups")
    errors = [
        FieldError("/departments/afd-1/packages/0/target_groups/1", "unknown-value", "Værdien står ikke på listen."),
        FieldError("/departments/afd-9", "unknown-department", "Afdelingen findes ikke."),
    ]
    parts = [
        StepPart(
            each,
            each,
            ControlBuilder(step, to_form_data(step, data, DEPARTMENTS), step_context(), errors).part(data, each),
        )
        for each in DEPARTMENTS
    ]
    lines = error_summary(errors, parts)
    assert lines[0].href == "#f.departments.afd-1.packages.0.target_groups"
    assert lines[1].href is None
    hit = next(control for control in flat(parts[0].controls) if control.name.endswith("/target_groups"))
    assert hit.errors == ["Værdien står ikke på listen."]


def test_options_of_a_reference_are_the_rows_of_the_other_step() -> None:
    step = FORM.step("interventions")
    data = example_step("interventions")
    controls = ControlBuilder(step, to_form_data(step, data, DEPARTMENTS), step_context(), []).part(data, "afd-1")
    packages = next(control for control in flat(controls) if control.field.id == "packages")
    wanted = [row["id"] for row in example_step("target-groups")["departments"]["afd-1"]["packages"]]
    assert [option.id for option in packages.options] == wanted


def test_fields_for_private_operators_are_asked_of_them_only() -> None:
    step = FORM.step("budget")
    asked = {
        kind: {
            c.field.id for c in ControlBuilder(step, FormData({}), step_context(operator_kind=kind), []).part({}, None)
        }
        for kind in ("private", "municipal")
    }
    assert "board_fees_oere" in asked["private"]
    assert "board_fees_oere" not in asked["municipal"]


def test_what_is_not_answered_says_whether_it_had_to_be() -> None:
    pairs = {pair.label: pair for pair in side_by_side(FORM, "contact", None, {"name": "Solsikken"})}
    assert pairs["Tilbuddets navn"].new == "Solsikken"
    assert pairs["Telefon"].unanswered == "Ikke besvaret"
    assert pairs["Hjemmeside"].unanswered == "Frivilligt, ikke besvaret"


def test_decimals_are_written_with_a_comma() -> None:
    field = FORM.step("staffing").field("positions").field("hours_per_week")
    assert to_texts(field, 37.5) == ["37,5"]
    assert from_texts(field, ["37,5"]) == float(Decimal("37.5"))


@pytest.mark.parametrize("text", ["1.234", "1,234", "12.000", "-1,250"])
def test_a_number_that_could_be_two_is_asked_about(text: str) -> None:
    field = next(each for each in ALL_FIELDS if each.type is FieldType.DECIMAL)
    with pytest.raises(MalformedValue, match="to måder") as asked:
        from_texts(field, [text])
    assert asked.value.code == "ambiguous-number"


def test_what_the_page_shows_of_a_number_is_never_asked_about() -> None:
    field = next(each for each in ALL_FIELDS if each.type is FieldType.DECIMAL)
    for value in (1.234, 12.5, -999.999, 0.125, 1234.5, 1_000_000.0):
        assert from_texts(field, to_texts(field, value)) == value
