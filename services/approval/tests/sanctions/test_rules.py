"""When a deadline is near, and when a subject is looked at again."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.sanctions.rules import AT_LEAST_EVERY, NEVER_DUE, is_near, next_look, notice_day

DAYS = st.dates(date(2014, 1, 1), date(2050, 1, 1))
GIVEN = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("due_on", "day"),
    [
        (date(2027, 1, 15), date(2027, 1, 1)),
        (date(2026, 11, 21), date(2026, 11, 11)),
        (date(2026, 11, 2), date(2026, 11, 2)),
        (date(2026, 11, 1), date(2026, 11, 1)),
        (date(2026, 10, 1), date(2026, 10, 1)),
    ],
)
def test_a_deadline_is_near_two_weeks_before_it_or_halfway(due_on: date, day: date) -> None:
    assert notice_day(due_on, GIVEN) == day


@given(DAYS, DAYS, DAYS)
def test_whoever_looks_on_the_days_that_are_stored_tells_every_deadline_once(
    due_on: date, given_on: date, began: date
) -> None:
    day, told, looks = began, False, 0
    while day <= due_on and looks < 1000:
        if not told and is_near(due_on, given_on, day):
            assert day == max(began, notice_day(due_on, given_on))
            told = True
        day, before = next_look([(due_on, given_on, told)], day), day
        assert before < day <= before + AT_LEAST_EVERY
        looks += 1
    assert told == (began <= due_on)


def test_what_is_never_due_is_never_near() -> None:
    assert not is_near(NEVER_DUE, GIVEN, GIVEN)
    assert next_look([(NEVER_DUE, GIVEN, False)], GIVEN) == GIVEN + timedelta(days=30)
