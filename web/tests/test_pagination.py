"""Cursors: whatever was given out is taken back, and what somebody made up is refused."""

import base64
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.errors import Invalid
from web.pagination import MAX_CURSOR_LENGTH, decode_cursor, encode_cursor

NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200)
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(NAMES, st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False), st.booleans())
@settings(max_examples=200, deadline=None)
def test_what_was_given_out_is_taken_back(name: str, number: int, score: float, flag: bool) -> None:  # noqa: FBT001
    place = [name, number, score, flag]
    cursor = encode_cursor(*place)
    assert decode_cursor(cursor, str, int, float, bool) == place
    assert len(cursor) <= MAX_CURSOR_LENGTH


@given(MOMENTS, st.dates())
@settings(max_examples=100, deadline=None)
def test_moments_and_days_come_back_as_they_were(moment: datetime, day: date) -> None:
    assert decode_cursor(encode_cursor(moment, day), datetime, date) == [moment, day]


@pytest.mark.parametrize("name", ["Elm\u00a0&\u00a0Ask", "🏡" * 200, 'a"\\b', "\u202e", "Åben Å", "\u2028", "a\x01b"])
def test_names_of_any_characters_come_back(name: str) -> None:
    cursor = encode_cursor(name, name, "CRV-6324", "x" * 40)
    assert decode_cursor(cursor, str, str, str, str)[0] == name
    assert len(cursor) <= MAX_CURSOR_LENGTH


def made_up(text: str | bytes) -> str:
    return base64.urlsafe_b64encode(text if isinstance(text, bytes) else text.encode()).decode().rstrip("=")


REFUSED: list[tuple[str, tuple[type, ...]]] = [
    (made_up('["a\\u0000"]'), (str,)),
    (made_up('["\\ud800"]'), (str,)),
    (made_up(b'["\xff"]'), (str,)),
    (made_up("[9223372036854775808]"), (int,)),
    (made_up("[true]"), (int,)),
    (made_up("[false]"), (float,)),
    (made_up("[1.5]"), (int,)),
    (made_up("[1e999]"), (float,)),
    (made_up("[NaN]"), (float,)),
    (made_up("[1]"), (bool,)),
    (made_up('["0001-01-01T00:00:00+14:00"]'), (datetime,)),
    (made_up('["9999-12-31T23:59:59-14:00"]'), (datetime,)),
    (made_up('["0001-01-01T00:00:00"]'), (datetime,)),
    (made_up('["2026-13-01"]'), (date,)),
    (made_up("[20261101]"), (date,)),
    (made_up("[1, 2]"), (int,)),
    (made_up("[]"), (int,)),
    (made_up('{"a": 1}'), (int,)),
    (made_up('"1"'), (str,)),
    (made_up("[[1]]"), (int,)),
    (made_up("[null]"), (str,)),
    (made_up("[" * 900), (str,)),
    ("", (str,)),
    ("%%%", (str,)),
    ("W3RydWVd\n", (bool,)),
    ("å", (str,)),
    ("A" * (MAX_CURSOR_LENGTH + 1), (str,)),
]


@pytest.mark.parametrize(("cursor", "kinds"), REFUSED)
def test_what_somebody_made_up_is_refused(cursor: str, kinds: tuple[type, ...]) -> None:
    with pytest.raises(Invalid) as refused:
        decode_cursor(cursor, *kinds)
    assert [error.pointer for error in refused.value.errors] == ["#query/cursor"]


@given(
    st.text(max_size=60)
    | st.binary(max_size=60).map(made_up)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=["Cs"])),
        st.lists,
        max_leaves=5,
    ).map(lambda value: made_up(json.dumps(value)))
)
@settings(max_examples=300, deadline=None)
def test_nothing_else_happens(cursor: Any) -> None:
    for kinds in ((str,), (int,), (float, str), (datetime,), (date,), (bool,)):
        try:
            found = decode_cursor(cursor, *kinds)
        except Invalid:
            continue
        assert [type(value) for value in found] == list(kinds)
