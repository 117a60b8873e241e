"""What registers give on the page of a step: P-numbers to choose among, and what is not looked up."""

import pytest

from contracts.form import Option
from portal.form.comparison import side_by_side
from portal.form.controls import ControlBuilder, flat
from portal.form.form_data import FormData
from portal.form.values import MalformedValue, from_texts, to_texts
from portal.formats import municipality_names
from services.portal.tests.form.report_form import FORM
from services.portal.tests.form.test_form import step_context

UNITS = (Option(id="1099000015", label="1099000015, Blomsterengen"),)
COMPANY = FORM.step("company")


def test_p_numbers_are_chosen_from_the_list_and_typed_while_there_is_none() -> None:
    typed = FormData({"/p_number": ["1003456789"]})
    listed = ControlBuilder(COMPANY, typed, step_context(units=UNITS), []).part({}, None)
    control = next(each for each in flat(listed) if each.field.id == "p_number")
    assert control.kind == "select"
    assert [each.id for each in control.options] == ["1099000015", "1003456789"]
    free = ControlBuilder(COMPANY, typed, step_context(), []).part({}, None)
    control = next(each for each in flat(free) if each.field.id == "p_number")
    assert (control.kind, control.value) == ("text", "1003456789")


def _shown(step: str, data: dict[str, str]) -> dict[str, str]:
    return {each.label: each.new_shown for each in side_by_side(FORM, step, None, data)}


def test_what_no_register_has_answered_is_not_said_to_be_left_open_by_anybody() -> None:
    lines = _shown("company", {"cvr": "24256790"})
    assert lines["Virksomhedens navn"] == "Ikke slået op"
    assert lines["CVR-nummer"] == "24256790"
    lines = _shown("agreements", {"ean": "5798003652085"})
    assert lines["Navn og CVR-nummer for EAN-nummeret"] == "Ikke slået op"


def test_a_kommune_is_typed_by_its_name_or_its_code_and_shown_by_its_name() -> None:
    field = FORM.step("company").field("group_head_municipality")
    for typed in ("Aalborg", " ålborg kommune", "0851", "851", "851 Aalborg", "Aalborgs"):
        assert from_texts(field, [typed.strip()]) == "0851"
    assert to_texts(field, "0851") == ["Aalborg"]
    assert to_texts(field, "Ålborgg") == ["Ålborgg"]
    with pytest.raises(MalformedValue) as unknown:
        from_texts(field, ["Ålborgg"])
    assert (unknown.value.code, "Mente du Aalborg" in unknown.value.detail) == ("unknown-value", True)
    with pytest.raises(MalformedValue) as ambiguous:
        from_texts(field, ["Frederiks"])
    assert "Mente du Frederiksberg eller Frederikssund eller Frederikshavn?" in ambiguous.value.detail


def test_kommuner_are_suggested_in_the_order_of_the_alphabet() -> None:
    names = municipality_names()
    assert names.index("Aabenraa") < names.index("Odense") < names.index("Vejle") < names.index("Ærø")
