"""What may follow what in a control sample, by when, and what is told on the days that are stored."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.control_samples.rules import (
    OVER,
    WITHOUT_DEADLINE,
    ActDoesNotFollow,
    Awaits,
    NobodyAsked,
    Standing,
    TilbudHasTimeLeft,
    answered,
    awaits,
    closed,
    first_look,
    kept_marked,
    listed_on,
    look,
    moved_on,
    next_acts,
    outcomes,
)
from chassis.errors import Conflict, Invalid
from contracts.events.samples import SampleAct, SampleOutcome, SampleState

TODAY = date(2026, 12, 1)
DAY = timedelta(days=1)
LAST = date(2026, 12, 15)
ASKED = Standing(SampleState.DOCUMENTATION, LAST, answered=False)
MARKED = Standing(SampleState.MARKED, None, answered=False)


def test_the_way_to_a_marking_takes_the_time_that_the_law_gives() -> None:
    corrected = moved_on(ASKED, SampleAct.CORRECTION, LAST + DAY, date(2027, 1, 10))
    assert corrected == Standing(SampleState.CORRECTION, date(2027, 1, 10), answered=False)
    ordered = moved_on(corrected, SampleAct.ORDER, date(2027, 1, 11))
    assert ordered == Standing(SampleState.ORDER, date(2027, 2, 8), answered=False)
    heard = moved_on(ordered, SampleAct.HEARING, date(2027, 2, 9))
    assert heard == Standing(SampleState.HEARING, date(2027, 2, 23), answered=False)
    assert moved_on(heard, SampleAct.MARKING, date(2027, 2, 24)) == MARKED


def test_who_has_answered_need_not_be_waited_for_but_an_order_and_a_hearing_have_their_whole_time() -> None:
    for state, act in ((SampleState.DOCUMENTATION, SampleAct.CORRECTION), (SampleState.CORRECTION, SampleAct.ORDER)):
        standing = Standing(state, LAST, answered=False)
        with pytest.raises(TilbudHasTimeLeft):
            moved_on(standing, act, LAST, LAST + DAY)
        assert moved_on(answered(standing), act, TODAY, LAST).answered is False
    for state, act in ((SampleState.ORDER, SampleAct.HEARING), (SampleState.HEARING, SampleAct.MARKING)):
        standing = answered(Standing(state, LAST, answered=False))
        with pytest.raises(TilbudHasTimeLeft):
            moved_on(standing, act, LAST)
        assert awaits(standing, LAST) is Awaits.PROVIDER
        assert moved_on(standing, act, LAST + DAY).state is not state


@pytest.mark.parametrize("state", SampleState)
@pytest.mark.parametrize("act", [SampleAct.CORRECTION, SampleAct.ORDER, SampleAct.HEARING, SampleAct.MARKING])
def test_an_act_follows_on_one_step_only_and_what_may_follow_is_told(state: SampleState, act: SampleAct) -> None:
    standing = Standing(state, LAST, answered=True)
    try:
        moved_on(standing, act, LAST + DAY)
    except ActDoesNotFollow:
        assert act not in next_acts(standing, LAST + DAY)
    else:
        assert next_acts(standing, LAST + DAY)[0] is act


@pytest.mark.parametrize("state", SampleState)
@pytest.mark.parametrize("outcome", SampleOutcome)
def test_a_sample_ends_as_its_step_allows(state: SampleState, outcome: SampleOutcome) -> None:
    standing = Standing(state, None, answered=True)
    try:
        assert closed(standing, outcome) == (SampleState.CLOSED, None, False)
    except Conflict:
        assert outcome not in outcomes(standing)
    else:
        assert outcome in outcomes(standing)


def test_a_marking_is_removed_or_stays_on_request() -> None:
    with pytest.raises(NobodyAsked):
        closed(MARKED, SampleOutcome.REMOVED)
    with pytest.raises(NobodyAsked):
        kept_marked(MARKED)
    asked = answered(MARKED)
    assert (awaits(MARKED, TODAY), awaits(asked, TODAY)) == (None, Awaits.OPERATOR)
    assert closed(asked, SampleOutcome.REMOVED).state is SampleState.CLOSED
    assert kept_marked(asked) == MARKED
    assert next_acts(asked, TODAY) == [SampleAct.REFUSAL, SampleAct.CLOSURE]
    with pytest.raises(ActDoesNotFollow):
        kept_marked(ASKED)
    with pytest.raises(ActDoesNotFollow):
        answered(closed(asked, SampleOutcome.REMOVED))


def test_a_deadline_lies_ahead_and_less_than_a_year() -> None:
    for wrong in (TODAY, TODAY - DAY, TODAY + 367 * DAY):
        with pytest.raises(Invalid):
            moved_on(answered(ASKED), SampleAct.CORRECTION, TODAY, wrong)


def test_lists_go_by_the_deadline_then_the_marked_then_what_is_over() -> None:
    over = closed(ASKED, SampleOutcome.DROPPED)
    days = [listed_on(each, TODAY) for each in (answered(MARKED), ASKED, MARKED, over)]
    assert days == [TODAY, LAST, WITHOUT_DEADLINE, OVER]
    assert awaits(over, TODAY) is None


@given(st.lists(st.integers(0, 40), min_size=1, max_size=60))
def test_each_turn_is_told_once_whenever_the_worker_looks(days: list[int]) -> None:
    """Days in any order: a clock may jump back."""
    due_on = first_look(ASKED, TODAY)
    near = passed = 0
    for each in days:
        today = TODAY + each * DAY
        if due_on is not None and due_on <= today:
            seen = look(due_on, ASKED, TODAY, today)
            near, passed, due_on = near + seen.is_near, passed + seen.has_passed, seen.next_on
    assert near <= 1
    assert passed == any(TODAY + each * DAY > LAST for each in days)


def test_nothing_is_told_of_what_is_answered() -> None:
    assert first_look(ASKED, TODAY) == date(2026, 12, 8)
    assert first_look(ASKED, LAST - 2 * DAY) == LAST - DAY
    assert first_look(answered(ASKED), TODAY) is None
    assert look(TODAY, answered(ASKED), TODAY, LAST + DAY) == (False, False, None)
