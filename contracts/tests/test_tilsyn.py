"""The status of a tilbud by its tilsyn."""

from datetime import date
from typing import Any, get_args

import pytest

from contracts.events.approval import TilsynDecision, TilsynKind
from contracts.tilsyn import Status, TilsynOutcome, status_of
from contracts.vocabularies import vocabulary

TODAY = date(2026, 11, 22)
LAST_DAY = date(2026, 11, 10)


def assessed(day: int, number: int, decision: str, period: Any = None, kind: str = "announced") -> TilsynOutcome:
    return TilsynOutcome(date(2026, 11, day), number, TilsynDecision(decision), TilsynKind(kind), period)


@pytest.mark.parametrize(
    ("tilsyn", "status"),
    [
        ([], "under-approval"),
        ([assessed(1, 1, "no-decision")], "under-approval"),
        ([assessed(1, 1, "approved")], "approved"),
        ([assessed(2, 1, "approved"), assessed(1, 2, "not-approved")], "approved"),
        ([assessed(1, 1, "approved"), assessed(1, 2, "not-approved")], "not-approved"),
        ([assessed(1, 1, "not-approved"), assessed(2, 2, "no-decision")], "not-approved"),
        ([assessed(1, 1, "approved-with-conditions")], "approved-with-conditions"),
        ([assessed(1, 1, "approved", (date(2026, 11, 1), date(2026, 12, 1)))], "intensified"),
        ([assessed(1, 1, "approved", (date(2026, 11, 1), TODAY))], "intensified"),
        ([assessed(1, 1, "approved", (date(2026, 5, 1), date(2026, 11, 1)))], "approved"),
        ([assessed(1, 1, "approved", (date(2026, 12, 1), date(2026, 12, 9)))], "approved"),
        ([assessed(1, 1, "not-approved", (date(2026, 11, 1), date(2026, 12, 1)))], "not-approved"),
    ],
)
def test_the_status_follows_from_the_latest_deciding_tilsyn(tilsyn: list[TilsynOutcome], status: str) -> None:
    assert status_of(tilsyn, ceased_on=None, today=TODAY) == status


@pytest.mark.parametrize(
    ("tilsyn", "status"),
    [
        ([], "ceased"),
        ([assessed(1, 1, "approved")], "ceased"),
        ([assessed(11, 1, "approved")], "ceased"),
        ([assessed(10, 1, "approved", kind="approval")], "ceased"),
        ([assessed(11, 1, "not-approved", kind="approval")], "ceased"),
        ([assessed(11, 1, "approved", kind="approval")], "approved"),
    ],
)
def test_what_has_ceased_is_opened_by_a_new_approval_only(tilsyn: list[TilsynOutcome], status: str) -> None:
    assert status_of(tilsyn, ceased_on=LAST_DAY, today=TODAY) == status


def test_every_status_has_a_name_for_people() -> None:
    assert {term.id for term in vocabulary("tilsyn-statuses").terms} == set(get_args(Status))
