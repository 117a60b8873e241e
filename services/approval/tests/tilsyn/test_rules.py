"""What is refused in a tilsyn."""

from contextlib import nullcontext
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.tilsyn import rules
from approval.tilsyn.rules import (
    TilsynCorrectedMeanwhile,
    TilsynIsFromElsewhere,
    TilsynNotValid,
    check_ended,
    check_tilsyn,
    is_correction,
    require_correctable,
)
from contracts.events.external import InboundIntensified, TilsynCompleted
from contracts.testing import factories

DAY = date(2026, 11, 22)
DAYS = st.dates(date(2014, 1, 1), date(2100, 12, 31))


@given(DAYS, DAYS)
def test_intensified_tilsyn_is_measured_without_ever_failing(start: date, until: date) -> None:
    period = InboundIntensified.model_validate({"from": start, "until": until})
    found = {error.code for error in rules._too_intensified(period)}
    assert ("backwards" in found) == (until < start)
    if (until - start).days > 184:
        assert "too-long" in found
    if 0 <= (until - start).days <= 181:
        assert found == set()


def completed(**fields: Any) -> TilsynCompleted:
    return TilsynCompleted.model_validate(factories.tilsyn_completed(**fields))


ORDER = {"text": "Ret op.", "deadline": "2026-01-01"}


def test_orders_and_conditions_of_a_tilsyn_share_their_ids() -> None:
    orders, conditions = [ORDER | {"id": "1"}, ORDER], [{"text": "Højst fire.", "id": "2"}]
    decision = "approved-with-conditions"
    check_tilsyn(completed(decision=decision, orders=orders, conditions=conditions), DAY)
    twice: dict[str, Any] = {"orders": [*orders, ORDER | {"id": "1"}], "conditions": [conditions[0] | {"id": "1"}]}
    with pytest.raises(TilsynNotValid) as refused:
        check_tilsyn(completed(decision=decision, **twice), DAY)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [
        ("/orders/2/id", "used"),
        ("/conditions/0/id", "used"),
    ]


@pytest.mark.parametrize(
    ("newest", "new", "external", "error"),
    [
        (1, 2, True, TilsynIsFromElsewhere),
        (1, 3, False, TilsynCorrectedMeanwhile),
        (2, 2, False, TilsynCorrectedMeanwhile),
        (1, 2, False, None),
    ],
)
def test_an_own_tilsyn_is_corrected_by_its_next_version(
    newest: int, new: int, *, external: bool, error: type[Exception] | None
) -> None:
    with pytest.raises(error) if error else nullcontext():
        require_correctable(newest, new, external=external)


def test_only_sanctions_that_were_given_are_ended() -> None:
    ended = completed(ended=[{"tilsyn_id": each, "id": "1"} for each in ("T-1", "T-2", "T-3")]).ended
    with pytest.raises(TilsynNotValid) as refused:
        check_ended(ended, {"T-1": {"1"}, "T-2": {"2"}})
    assert [(error.pointer, error.code) for error in refused.value.errors] == [
        ("/ended/1/id", "unknown"),
        ("/ended/2/tilsyn_id", "unknown"),
    ]


@pytest.mark.parametrize("change", [{"ended": [{"tilsyn_id": "T-0", "id": "1"}]}, {"orders": [ORDER]}])
def test_the_same_version_cannot_say_more_or_less(change: dict[str, Any]) -> None:
    less, more = ({**completed(**each).model_dump(mode="json"), "accepted_number": 1} for each in ({}, change))
    assert not is_correction(less, dict(less), id_field="tilbud_id")
    assert is_correction(less, more | {"version": 2}, id_field="tilbud_id")
    for known, new in ((less, more), (more, less)):
        with pytest.raises(TilsynNotValid):
            is_correction(known, new, id_field="tilbud_id")
