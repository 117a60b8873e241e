"""How long a mail is tried, and how long a mail server is waited for. Pure."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class RetryPolicy:
    """``attempts`` refusals are taken, with ``first`` to ``longest`` between them; outages count for nothing.

    ``lease`` is how long a worker has for the mails that it claims, ``timeout`` what one exchange with the server may
    take in seconds, ``outage`` to ``longest_outage`` the seconds until a server that is away is tried again.
    """

    lease: timedelta = timedelta(seconds=150)
    timeout: float = 5.0
    first: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(hours=2)
    attempts: int = 14
    outage: float = 1.0
    longest_outage: float = 20.0

    def pause_after(self, attempts: int) -> timedelta:
        """Return how long a mail waits after its n-th refusal: twice as long each time, up to ``longest``."""
        doublings: int = 2 ** min(max(attempts - 1, 0), 20)
        return min(self.first * doublings, self.longest)

    def next_outage_pause(self, last: float) -> float:
        """Return how many seconds to wait for a server that is still away after ``last`` seconds."""
        return min(2 * last or self.outage, self.longest_outage)
