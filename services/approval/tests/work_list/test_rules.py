"""How urgent a case is, and which may be approved together."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from approval.work_list.rules import (
    ChangedMeanwhile,
    NotTrivial,
    StepRejected,
    assess,
    next_assessment,
    require_trivial,
    require_unchanged,
)
from contracts.form import ChangeRisk
from contracts.sanctions import SanctionKind, StandingSanction
from contracts.testing.factories import tilsyn_published
from contracts.vocabularies import vocabulary


@dataclass(frozen=True)
class Changed:
    risk: ChangeRisk
    label: str = "Felt"


def standing(kind: str = "order", **fields: Any) -> StandingSanction:
    return StandingSanction(SanctionKind(kind), tilsyn_published(), "Medicin", **fields)


TRIVIAL, ORDINARY, MONEY, LEADER = (Changed(ChangeRisk(each)) for each in ("trivial", "ordinary", "money", "leader"))


@pytest.mark.parametrize(
    ("changes", "sanctions", "initial", "reasons", "risk", "trivial"),
    [
        ([], [], False, (), -1, True),
        ([TRIVIAL, TRIVIAL], [], False, (), -1, True),
        ([TRIVIAL, ORDINARY], [], False, (), 0, False),
        ([LEADER, MONEY, MONEY, TRIVIAL], [], False, ("money", "leader"), 2, False),
        ([TRIVIAL], [standing(), standing("intensified")], False, ("intensified", "order"), 2, False),
        ([MONEY], [], True, ("first-report",), 1, False),
    ],
)
def test_a_case_is_as_urgent_as_it_has_reasons(
    changes: Any, sanctions: Any, *, initial: bool, reasons: Any, risk: int, trivial: bool
) -> None:
    found = assess(changes, sanctions, initial=initial)
    assert (found.reasons, found.risk, found.is_trivial) == (reasons, risk, trivial)


def test_a_field_is_named_once_and_nothing_of_a_first_report_is() -> None:
    changes = [
        Changed(ChangeRisk.MONEY, "Takst"),
        Changed(ChangeRisk.MONEY, "Takst"),
        Changed(ChangeRisk.PLACES, "Antal"),
    ]
    assert assess(changes, [], initial=False).changed == ("Takst", "Antal")
    assert assess(changes, [], initial=True).changed == ()


def test_every_reason_has_a_label() -> None:
    policies = {each.value for each in ChangeRisk if each.is_high}
    assert policies | {each.value for each in SanctionKind} | {"first-report"} == set(vocabulary("case-risks").ids)


def test_an_assessment_holds_until_an_intensified_tilsyn_begins_or_is_over() -> None:
    running = standing("intensified", start=date(2026, 11, 1), until=date(2027, 4, 30))
    announced = standing("intensified", start=date(2026, 12, 15), until=date(2027, 1, 15))
    today = date(2026, 11, 30)
    assert next_assessment([standing()], today) is None
    assert next_assessment([running], today) == date(2027, 5, 1)
    assert next_assessment([running, announced], today) == date(2026, 12, 15)


def test_what_must_be_seen_is_not_approved_together() -> None:
    plain, costly = assess([TRIVIAL], [], initial=False), assess([MONEY], [], initial=False)
    require_trivial(plain, [None, "approve"])
    with pytest.raises(StepRejected):
        require_trivial(plain, [None, "reject"])
    with pytest.raises(NotTrivial):
        require_trivial(costly, [None])


def test_who_was_faster_is_named() -> None:
    require_unchanged('"a"', '"a"', None)
    for last_choice, said in (({"by": {"name": "Rasmus Holm"}}, "Rasmus Holm har truffet et valg"), (None, "ændret")):
        with pytest.raises(ChangedMeanwhile) as refused:
            require_unchanged('"a"', '"b"', last_choice)
        assert said in refused.value.detail
