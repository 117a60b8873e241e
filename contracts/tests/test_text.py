"""The gate for text: what is stored, what is refused, and that no text costs more than its length."""

import time
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from contracts.characters import name_of
from contracts.cpr import holds_cpr, holds_dashed_cpr, id_holds_cpr
from contracts.text import City, Line, LongText, OptionalLongText, RefusedText, clean, cleaned

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Blomstervej\u00a012,\u20071.\u202ftv", "Blomstervej 12, 1. tv"),
        ("Cafe\u0301", "Café"),
        ("Bo\u00adfællesskabet Ege\u200bly\ufeff", "Bofællesskabet Egely"),
        ("\u202a98000000\u202c", "98000000"),
        ("\u2068Sol\u2069\u200e", "Sol"),
        ("Sol\r\nsikken\x0bto", "Sol sikken to"),
        ("a\tb", "a b"),
        (f"Familien {FAMILY}", f"Familien {FAMILY}"),
        ("1\ufe0f\u20e3 og 1\ufe0f2", "1\ufe0f\u20e3 og 12"),
        ("Mo\u200dr", "Mor"),
        ("\uf0b7 Ro", "\u2022 Ro"),
        ("Ⅷ ½ ﬁ", "Ⅷ ½ ﬁ"),
        ("", ""),
    ],
)
def test_a_line_is_stored_as_it_looks(typed: str, stored: str) -> None:
    assert clean(typed) == stored


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_every_line_break_is_one_where_lines_are_allowed(line_break: str) -> None:
    assert clean(f"Et{line_break}to", several_lines=True) == "Et\nto"
    assert clean(f"Et{line_break}to") == "Et to"


@pytest.mark.parametrize(
    "blank", ["", " ", "\n\n", "\u200b", "\u3164", "\u2800", "\u00ad", "\ufeff", "\u200e", "\u115f", "\ufe0f", "\u0301"]
)
def test_a_text_of_which_nothing_is_seen_is_no_answer(blank: str) -> None:
    assert clean(blank) == ""
    assert TypeAdapter(OptionalLongText).validate_python(blank) is None
    with pytest.raises(RefusedText) as refused:
        cleaned(blank, 10)
    assert refused.value.code == "missing"


@pytest.mark.parametrize(
    ("typed", "place", "name"),
    [
        ("Hej\x00", "Tegn nummer 4 ", "NULL (U+0000)"),
        ("\x1b[1m", "Tegn nummer 1 ", "ESCAPE (U+001B)"),
        ("Et\r\nto\x9f", "Tegn nummer 3 i linje 2 ", "APPLICATION PROGRAM COMMAND (U+009F)"),
        ("a\ud83d", "Tegn nummer 2 ", "SURROGATE (U+D83D)"),
        ("a\uffff", "Tegn nummer 2 ", "NONCHARACTER (U+FFFF)"),
        ("a\ue123", "Tegn nummer 2 ", "PRIVATE USE (U+E123)"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_its_place_and_name(typed: str, place: str, name: str) -> None:
    with pytest.raises(RefusedText) as refused:
        clean(typed, several_lines=True)
    assert refused.value.code == "control-character"
    assert refused.value.detail.startswith(place)
    assert name in refused.value.detail


def test_every_control_character_has_a_name() -> None:
    controls = [chr(code) for code in range(0xA0) if unicodedata.category(chr(code)) == "Cc"]
    names = {name_of(each).split(" (")[0] for each in controls}
    assert len(names) == len(controls) == 65
    assert all(unicodedata.lookup(name) for name in names - {"PRIVATE USE ONE"})


def test_a_length_is_counted_after_cleaning() -> None:
    assert cleaned("a" * 10 + "\u200b" * 10, 10) == "a" * 10
    assert cleaned("e\u0301" * 10, 10) == "é" * 10
    with pytest.raises(RefusedText) as refused:
        cleaned("a" * 11, 10)
    assert (refused.value.code, refused.value.detail) == ("too-long", "Teksten må højst være 10 tegn.")


def test_a_model_answers_with_the_code_and_the_sentence() -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(City).validate_python("Sol\x07")
    [error] = refused.value.errors()
    assert error["type"] == "control-character"
    assert "ALERT (U+0007)" in error["msg"]
    assert TypeAdapter(Line).json_schema() == {"type": "string", "minLength": 1, "maxLength": 200}


@pytest.mark.parametrize("several_lines", [True, False])
@given(text=st.text(st.characters()))
def test_what_is_stored_is_stored_the_same_again(text: str, *, several_lines: bool) -> None:
    try:
        stored = clean(text, several_lines=several_lines)
    except RefusedText:
        return
    assert clean(stored, several_lines=several_lines) == stored
    assert unicodedata.is_normalized("NFC", stored)
    assert stored == stored.strip()
    assert several_lines or "\n" not in stored


HOSTILE = [
    "a" + "\u0345" * 9_990 + "\u0334" * 9_990,
    "a" + "\u0f73" * 20_000,
    "01 " * 7_000,
    "konto 0101801234 " * 1_000,
    "\U0001f469\u200d" * 10_000,
    "0\ufe0f" * 10_000,
    "01.01.90" * 2_500,
    " " * 20_000,
    "\u034f" * 20_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_costs_no_more_than_its_length(text: str) -> None:
    def cost(repeated: str) -> float:
        start = time.process_time()
        for check in (holds_cpr, holds_dashed_cpr, id_holds_cpr, TypeAdapter(LongText).validate_python):
            with suppress(ValidationError):
                check(repeated)
        return time.process_time() - start

    assert cost(text * 10) < 1.5
