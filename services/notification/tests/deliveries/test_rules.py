"""What a refusal means for a mail, and how long it and a server that is away are waited for."""

from datetime import timedelta

import pytest

from notification.deliveries.retry_policy import RetryPolicy
from notification.deliveries.rules import RefusalOutcome, outcome_of_refusal
from notification.mail_types import Failure

POLICY = RetryPolicy(first=timedelta(seconds=30), longest=timedelta(minutes=5), attempts=6, outage=1, longest_outage=20)


@pytest.mark.parametrize(
    ("attempts", "code", "outcome"),
    [
        (1, 550, RefusalOutcome("bounced", Failure.REFUSED)),
        (6, 550, RefusalOutcome("bounced", Failure.REFUSED)),
        (1, 451, RefusalOutcome("owed", pause=timedelta(seconds=30))),
        (2, None, RefusalOutcome("owed", pause=timedelta(seconds=60))),
        (5, 451, RefusalOutcome("owed", pause=timedelta(minutes=5))),
        (6, 451, RefusalOutcome("failed", Failure.GIVEN_UP)),
        (7, None, RefusalOutcome("failed", Failure.GIVEN_UP)),
    ],
)
def test_a_final_answer_bounces_and_others_are_tried_again_for_a_while(
    attempts: int, code: int | None, outcome: RefusalOutcome
) -> None:
    assert outcome_of_refusal(attempts, code, POLICY) == outcome


def test_a_server_that_is_away_is_asked_more_and_more_seldom() -> None:
    pauses = [0.0]
    for _ in range(7):
        pauses.append(POLICY.next_outage_pause(pauses[-1]))
    assert pauses[1:] == [1, 2, 4, 8, 16, 20, 20]


def test_many_refusals_never_make_a_pause_that_is_too_long_to_count() -> None:
    assert POLICY.pause_after(10_000) == timedelta(minutes=5)
