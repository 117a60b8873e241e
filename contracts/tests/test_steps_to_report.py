"""What an operator's employee may report: everything, or the steps that were given to it (P4, R8)."""

from typing import NamedTuple

import pytest

from contracts.access import Privilege, authority_of, may_send_report, steps_to_report


class Right(NamedTuple):
    privilege: str
    scope: str


BUDGET = Right(Privilege.REPORT_STEP, "budget")
ACCOUNTS = Right(Privilege.REPORT_STEP, "annual-report")
EVERY = Right(Privilege.REPORT_STEP, "*")
SEND = Right(Privilege.SEND_REPORT, "*")
OFFICER = Right(Privilege.APPROVE_TILBUD, "socialtilsyn-nord")


@pytest.mark.parametrize(
    ("rights", "steps", "sends"),
    [
        ((), None, True),
        ((OFFICER,), None, True),
        ((SEND,), None, True),
        ((BUDGET,), {"budget"}, False),
        ((BUDGET, ACCOUNTS), {"budget", "annual-report"}, False),
        ((BUDGET, SEND), {"budget"}, True),
        ((BUDGET, EVERY), None, True),
    ],
)
def test_p4_single_steps_are_all_that_one_has_who_was_given_some(
    rights: tuple[Right, ...], steps: set[str] | None, *, sends: bool
) -> None:
    assert steps_to_report(rights) == steps
    assert may_send_report(rights) is sends
    assert authority_of(set(rights) - {OFFICER}) is None
