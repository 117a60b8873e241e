"""How long a use may last, and what is told of it on the days that are stored."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.emergency_uses.rules import (
    EmergencyUseIsOver,
    EmergencyUseState,
    ExtendedAlready,
    OnlyForKommuner,
    extended,
    first_look,
    kommuner_among,
    last_day_of,
    look,
    state_on,
)

FIRST = date(2026, 11, 2)
LAST = date(2026, 11, 22)
DAY = timedelta(days=1)


def test_three_weeks_have_twenty_one_days_and_three_more_as_many() -> None:
    assert last_day_of(FIRST) == LAST
    assert extended(LAST, None, LAST, is_extended=False) == date(2026, 12, 13)


def test_a_use_is_extended_once_and_in_time() -> None:
    with pytest.raises(EmergencyUseIsOver):
        extended(LAST, None, LAST + DAY, is_extended=False)
    with pytest.raises(EmergencyUseIsOver):
        extended(LAST, FIRST, FIRST, is_extended=False)
    with pytest.raises(ExtendedAlready):
        extended(LAST, None, LAST, is_extended=True)


def test_a_use_runs_to_its_last_day() -> None:
    assert state_on(LAST, LAST, None) is EmergencyUseState.RUNNING
    assert state_on(LAST + DAY, LAST, None) is EmergencyUseState.EXCEEDED
    assert state_on(LAST + DAY, LAST, LAST) is EmergencyUseState.ENDED


@given(st.lists(st.integers(0, 40), min_size=1, max_size=60))
def test_each_turn_is_told_once_whenever_the_worker_looks(days: list[int]) -> None:
    """Days in any order: a clock may jump back."""
    due_on: date | None = first_look(LAST)
    near = passed = 0
    for each in days:
        today = FIRST + each * DAY
        if due_on is not None and due_on <= today:
            seen = look(due_on, LAST, today)
            near, passed, due_on = near + seen.is_near, passed + seen.has_passed, seen.next_on
    assert near <= 1
    assert passed == any(FIRST + each * DAY > LAST for each in days)


def test_only_a_kommune_registers() -> None:
    assert kommuner_among(["kommune-0851", "socialtilsyn-nord"]) == {"kommune-0851"}
    for scopes in ([], ["socialtilsyn-nord"], ["region-1081"], ["x"]):
        with pytest.raises(OnlyForKommuner):
            kommuner_among(scopes)
