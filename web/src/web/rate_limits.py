"""How often one caller may ask: a bucket of tokens for each, that fills again with time."""

import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from math import ceil

MAX_CALLERS = 50_000
# What one household or machine is given of IPv6.
IPV6_PREFIX = 64

Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Allowance:
    """What a caller has left: ``remaining`` of ``limit`` requests, and the seconds until all of it is back."""

    limit: int
    remaining: int
    reset: int
    exceeded: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers that tell the caller."""
        told = {"Limit": self.limit, "Remaining": self.remaining, "Reset": self.reset}
        return {f"RateLimit-{name}": str(number) for name, number in told.items()}


class RateLimiter:
    """Token buckets by caller: ``per_second`` tokens come in, up to ``burst`` are kept.

    It remembers the callers that it saw last, a bounded number of them: one that is forgotten has a full bucket again.
    """

    def __init__(self, per_second: float, burst: int) -> None:
        self._rate = per_second
        self._burst = burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> Allowance:
        """Take one token of ``caller`` and return what is left; ``exceeded`` when there was none."""
        now = time.monotonic()
        tokens, since = self._buckets.pop(caller, (float(self._burst), now))
        tokens = min(self._burst, tokens + (now - since) * self._rate)
        exceeded = tokens < 1
        tokens -= 0 if exceeded else 1
        self._buckets[caller] = (tokens, now)
        if len(self._buckets) > MAX_CALLERS:
            self._buckets.popitem(last=False)
        reset = ceil((self._burst - tokens) / self._rate)
        return Allowance(self._burst, int(tokens), reset, exceeded)

    @property
    def retry_after(self) -> int:
        """Return the seconds after which an empty bucket has a token again."""
        return max(1, ceil(1 / self._rate))


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Return the networks that ``texts`` name; ValueError when one names none."""
    return tuple(ip_network(text.strip()) for text in texts if text.strip())


def is_among(address: str, known: Sequence[Network]) -> bool:
    """Return whether ``address`` belongs to one of the networks; what is no address belongs to none."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in known)


def origin_of(address: str) -> str:
    """Return what counts as one caller: an address, or the whole network that one holder of IPv6 has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:  # noqa: PLR2004
        return address
    return str(ip_network((parsed, IPV6_PREFIX), strict=False))
