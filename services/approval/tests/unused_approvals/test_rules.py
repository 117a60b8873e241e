"""When an approval is unused, and how long it has before it lapses."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.unused_approvals.rules import WARNING, Turn, course, is_unused, lapse_day

SINCE = date(2024, 2, 29)


@pytest.mark.parametrize(
    ("places", "unused"),
    [
        ([], False),
        ([{"approved_places": 4, "vacancies": 4}], True),
        ([{"approved_places": 4, "vacancies": 3}], False),
        ([{"approved_places": 4, "vacancies": 4}, {"approved_places": 2, "vacancies": 0}], False),
        ([{"approved_places": 4, "vacancies": 4}, {"approved_places": 0, "vacancies": 0}], True),
        ([{"approved_places": 0, "vacancies": 0}], False),
        ([{"approved_places": 4}], False),
    ],
)
def test_an_approval_is_unused_when_every_place_stands_empty(places: list[dict[str, Any]], *, unused: bool) -> None:
    assert is_unused(places) is unused


def test_two_years_after_a_leap_day() -> None:
    assert lapse_day(SINCE) == date(2026, 3, 1)


@given(st.lists(st.integers(0, 2_000), min_size=1, max_size=40))
def test_nothing_lapses_that_was_not_warned_of_long_before(days: list[int]) -> None:
    """Whatever the days on which the worker looks, in order or not."""
    lapses_on = warned_on = None
    for each in days:
        today = SINCE + timedelta(days=each)
        found = course(SINCE, lapses_on, today)
        lapses_on = found.lapses_on
        assert found.next_on > today
        if found.turn is Turn.WARN:
            assert warned_on is None
            warned_on = today
        if found.turn is Turn.DUE:
            assert warned_on is not None
            assert today >= warned_on + WARNING
            assert today >= lapse_day(SINCE)
