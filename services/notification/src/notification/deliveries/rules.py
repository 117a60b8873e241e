"""What becomes of a mail that the mail server refused. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from notification.deliveries.retry_policy import RetryPolicy

PERMANENT = 500


@dataclass(frozen=True)
class Refused:
    """The mail's ``state`` from now on; one that is still owed is tried again after ``pause``."""

    state: Literal["owed", "bounced", "failed"]
    pause: timedelta = timedelta()


def after_refusal(attempts: int, code: int | None, policy: RetryPolicy) -> Refused:
    """Return what the n-th refusal means: a 5xx answer is final, anything else is tried again for a while."""
    if code is not None and code >= PERMANENT:
        return Refused("bounced")
    if attempts >= policy.attempts:
        return Refused("failed")
    return Refused("owed", policy.pause_after(attempts))
