"""Who is let in to a route: the holder of a good token where one is needed, and nobody more often than its share."""

import asyncio
from ipaddress import ip_address

from fastapi import Request

from chassis.errors import DomainError
from chassis.settings import Settings
from web.auth import caller
from web.errors import TooMany
from web.rate_limits import RateLimiter, is_among, networks, origin_of
from web.routes import OfferedRoute

REFUSAL_SECONDS = 0.5
UNLIMITED = ("/health/", "/metrics")


class Admission:
    """Admits the requests of one process."""

    def __init__(self, settings: Settings) -> None:
        self._limiter = None
        if settings.rate_limit_per_second > 0:
            self._limiter = RateLimiter(settings.rate_limit_per_second, settings.rate_limit_burst)
        self._exempt = networks(settings.rate_limit_exempt.split(","))
        # Whoever names networks names all of them.
        self._exempt_loopback = settings.environment == "development" and not self._exempt

    async def admit(self, request: Request, route: OfferedRoute | None) -> dict[str, str]:
        """Return the headers that tell the caller its limit; an error when it may not go on.

        A caller is a signed-in one, or else an address; who comes with a bad token is counted by its address.
        ``request.state.counted_as`` is its name, empty where it is not counted.
        """
        address = request.client.host if request.client else ""
        refused: DomainError | None = None
        name = origin_of(address)
        if route and route.needs_token:
            try:
                name = f"sub:{(await caller(request)).sub}"
            except DomainError as error:
                refused = error
        told: dict[str, str] = {}
        request.state.counted_as = ""
        if self._limiter and not request.url.path.startswith(UNLIMITED) and not self._is_exempt(address):
            request.state.counted_as = name
            told = await _counted(self._limiter, name)
        if refused:
            raise refused
        return told

    def _is_exempt(self, address: str) -> bool:
        if is_among(address, self._exempt):
            return True
        try:
            return self._exempt_loopback and ip_address(address).is_loopback
        except ValueError:
            return False


async def _counted(limiter: RateLimiter, name: str) -> dict[str, str]:
    allowance = limiter.take(name)
    if allowance.exceeded:
        # Who comes again at once, whatever it is told, comes no faster than this.
        await asyncio.sleep(REFUSAL_SECONDS)
        raise TooMany(headers={**allowance.headers, "Retry-After": str(limiter.retry_after)})
    return allowance.headers
