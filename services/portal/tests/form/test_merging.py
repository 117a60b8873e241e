"""What two people made of one step, put together: only what both changed in another way is asked."""

from typing import Any

import pytest

from portal.form.merging import Clash, merge, packed, unpacked

A, B = {"id": "a", "name": "A"}, {"id": "b", "name": "B"}
ROWS, NEW_B = [A, B], {"id": "b", "name": "Ny"}
X = {"r": [{"id": "a", "name": "X"}]}
Y = {"r": [{"id": "a", "name": "Y"}]}
ONES = [{"x": 1}, {"x": 1}]


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "both"),
    [
        ({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 2}),
        ({"a": 1}, {"a": 2}, {"a": 2}, {"a": 2}),
        ({"a": 1, "b": 1}, {"b": 1}, {"a": 1, "b": 2}, {"b": 2}),
        ({"a": 1}, {"a": 1}, {}, {}),
        ({"g": {"x": 1, "y": 1}}, {"g": {"x": 2, "y": 1}}, {"g": {"x": 1, "y": 2}}, {"g": {"x": 2, "y": 2}}),
        ({"r": ONES}, {"r": [{"x": 2}, {"x": 1}]}, {"r": [{"x": 1}, {"x": 3}]}, {"r": [{"x": 2}, {"x": 3}]}),
        ({"r": ROWS}, {"r": ROWS[::-1]}, {"r": [*ROWS, {"id": "c"}]}, {"r": [*ROWS[::-1], {"id": "c"}]}),
        ({"r": ROWS}, {"r": ROWS[:1]}, {"r": [{"id": "a", "name": "Ny"}, ROWS[1]]}, {"r": [{"id": "a", "name": "Ny"}]}),
        ({"r": ROWS}, {"r": [A]}, {"r": [A, NEW_B]}, {"r": [A, NEW_B]}),
        ({"departments": {"x": {"n": 1}, "y": {"n": 1}}}, {"departments": {"x": {"n": 2}, "y": {"n": 1}}},
         {"departments": {"x": {"n": 1}, "y": {"n": 2}}}, {"departments": {"x": {"n": 2}, "y": {"n": 2}}}),
    ],
)  # fmt: skip
def test_both_count_where_they_changed_different_things(base: Any, mine: Any, theirs: Any, both: Any) -> None:
    assert merge(base, mine, theirs) == (both, [])


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "clash"),
    [
        ({"a": 1}, {"a": 2}, {"a": 3}, Clash("/a", 2, 3)),
        ({"a": 1}, {"a": None}, {"a": 3}, Clash("/a", None, 3)),
        ({}, {"a": 2}, {"a": 3}, Clash("/a", 2, 3)),
        ({"r": ROWS}, X, Y, Clash("/r/0/name", "X", "Y")),
        ({"l": ["a"]}, {"l": ["a", "b"]}, {"l": ["a", "c"]}, Clash("/l", ["a", "b"], ["a", "c"])),
        ({"r": [{"x": 1}]}, {"r": []}, {"r": [{"x": 2}]}, Clash("/r", [], [{"x": 2}])),
    ],
)  # fmt: skip
def test_what_both_changed_is_asked(base: Any, mine: Any, theirs: Any, clash: Clash) -> None:
    assert merge(base, mine, theirs)[1] == [clash]


def test_a_base_goes_through_a_page() -> None:
    assert unpacked(packed({"æ": [1, None]})) == {"æ": [1, None]}
    assert [unpacked(each) for each in ("", "x", "AAAA", packed([1]), packed("x" * 3_000_000))] == [{}] * 5
