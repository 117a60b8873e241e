"""What becomes of a mail that the mail server refused. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from notification.deliveries.retry_policy import RetryPolicy
from notification.mail_types import Failure

PERMANENT = 500


@dataclass(frozen=True)
class RefusalOutcome:
    """The mail's ``state`` from now on; one that is still owed is tried again after ``pause``, others have failed."""

    state: Literal["owed", "bounced", "failed"]
    failure: Failure | None = None
    pause: timedelta = timedelta()


def outcome_of_refusal(attempts: int, code: int | None, policy: RetryPolicy) -> RefusalOutcome:
    """Return what the n-th refusal means: a 5xx answer is final, anything else is tried again for a while."""
    if code is not None and code >= PERMANENT:
        return RefusalOutcome("bounced", Failure.REFUSED)
    if attempts >= policy.attempts:
        return RefusalOutcome("failed", Failure.GIVEN_UP)
    return RefusalOutcome("owed", pause=policy.pause_after(attempts))
