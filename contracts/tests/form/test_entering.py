"""What is typed is stored in one form, and a step is checked on what is stored."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from contracts.contact_details import Email, Phone, Website
from contracts.examples import ExampleReport
from contracts.form import entered
from contracts.testing.nasty_texts import ADDRESSES, NASTY_TEXTS, PHONES
from contracts.text import RefusedText, TilbudName, clean


@pytest.mark.parametrize(
    ("step", "typed", "stored"),
    [
        ("contact", {"name": " Elm\u00a0&\u00a0Ask "}, {"name": "Elm & Ask"}),
        ("contact", {"name": "Bo\u00adfælles\nskab"}, {"name": "Bofælles skab"}),
        ("contact", {"phone": "\u202a98000000\u202c"}, {"phone": "98000000"}),
        ("contact", {"email": "Post@BLÅBÆR.example\u200b"}, {"email": "Post@blåbær.example"}),
        ("contact", {"email": "ikke\u00a0en adresse"}, {"email": "ikke en adresse"}),
        ("contact", {"leader": {"phone": "98\u00a000\u00a000\u00a000"}}, {"leader": {"phone": "98000000"}}),
        ("contact", {"name": "\u3164", "leader": 7}, {"name": "", "leader": 7}),
        ("company", {"p_number": "1003 456 789"}, {"p_number": "1003456789"}),
        ("values", {"values": "Et\x0bto\u2028tre"}, {"values": "Et\nto\ntre"}),
        ("departments", {"departments": [{"name": "A\u200b"}, 7]}, {"departments": [{"name": "A"}, 7]}),
        ("values", {"values": "a\x00", "andet": "\u200b"}, {"values": "a\x00", "andet": "\u200b"}),
    ],
)
def test_a_step_is_stored_as_it_looks(
    report: ExampleReport, step: str, typed: dict[str, Any], stored: dict[str, Any]
) -> None:
    assert entered(report.form.step(step), typed) == stored


def test_each_department_is_stored_as_it_looks(report: ExampleReport) -> None:
    typed = {"departments": {"afd-1": {"distribution_note": "a\u200b", "remark": "b\u00a0"}, "afd-2": None}}
    assert entered(report.form.step("places"), typed)["departments"]["afd-2"] is None


@given(st.data())
def test_what_is_stored_is_stored_the_same_again(report: ExampleReport, data: st.DataObject) -> None:
    step = report.form.step("contact")
    typed = {field: data.draw(st.text()) for field in ("name", "email", "phone", "website")}
    stored = entered(step, typed)
    assert entered(step, stored) == stored


PIECES = st.sampled_from([*NASTY_TEXTS, *ADDRESSES, *PHONES, "https://x.example/", "@", ".", "-", "æ", "\u00df", "7"])


@pytest.mark.parametrize(
    ("field", "of"), [("name", TilbudName), ("email", Email), ("phone", Phone), ("website", Website)]
)
@given(pieces=st.lists(PIECES | st.text(max_size=5), min_size=1, max_size=4))
def test_the_form_and_the_type_of_a_request_agree(
    report: ExampleReport, field: str, of: Any, pieces: list[str]
) -> None:
    text = "".join(pieces)
    if not is_blank(text):
        data = entered(report.form.step("contact"), report.edited("contact", **{field: text}))
        refused = {each.pointer for each in report.check("contact", data).findings}
        try:
            stored = TypeAdapter(of).validate_python(text)
        except ValidationError:
            assert refused == {f"/{field}"}
        else:
            assert (refused, data[field]) == (set(), stored)


def is_blank(text: str) -> bool:
    """A blank text is refused where an answer is asked for, and is none where it is not."""
    try:
        return not clean(text)
    except RefusedText:
        return False


@pytest.mark.parametrize("blank", ["\u200b", "\u3164", "\u2800", "\u00ad", "\ufeff", "\u200e", " \n"])
def test_what_nobody_sees_is_no_answer(report: ExampleReport, blank: str) -> None:
    assert ("/values", "missing") in report.found("values", {"values": blank})


@pytest.mark.parametrize(
    ("step", "fields", "pointer", "code"),
    [
        ("contact", {"email": "karen..k@x.example"}, "/email", "invalid-format"),
        ("contact", {"email": "jørgen@x.example"}, "/email", "invalid-format"),
        ("contact", {"website": "https://tilbudsportalen.dk@ond.example/"}, "/website", "invalid-format"),
    ],
)
def test_a_value_that_reaches_nobody_keeps_the_step_open(
    report: ExampleReport, step: str, fields: dict[str, Any], pointer: str, code: str
) -> None:
    check = report.check(step, report.edited(step, **fields))
    assert check.shape_errors == ()
    assert (pointer, code) in {(each.pointer, each.code) for each in check.errors}


@pytest.mark.parametrize(
    ("changes", "pointer", "code", "right"),
    [
        ({"municipality": "0101"}, "/address/municipality", "mismatch", "Aalborg (0851)"),
        ({"city": "Aarhus"}, "/address/city", "mismatch", "Aalborg"),
        ({"postcode": "0001"}, "/address/postcode", "unknown-value", "findes ikke"),
    ],
)
def test_an_address_whose_parts_do_not_fit_is_answered_with_what_fits(
    report: ExampleReport, changes: dict[str, str], pointer: str, code: str, right: str
) -> None:
    address = {**report.steps["contact"]["address"], **changes}
    found = report.check("contact", report.edited("contact", address=address)).errors
    assert [(each.pointer, each.code.value) for each in found] == [(pointer, code)]
    assert right in found[0].detail


@pytest.mark.parametrize("day", ["0027-01-15", "1999-12-31", "2050-01-01"])
def test_a_date_of_another_century_keeps_the_step_open(report: ExampleReport, day: str) -> None:
    row = {**report.steps["accreditation"]["accreditations"][0], "valid_until": day}
    found = report.found("accreditation", report.edited("accreditation", accreditations=[row]))
    assert ("/accreditations/0/valid_until", "out-of-range") in found
