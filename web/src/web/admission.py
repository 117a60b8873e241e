"""Who is let in to a route: the holder of a good token where one is needed, and nobody more often than its share."""

from ipaddress import ip_address

from fastapi import Request

from chassis.errors import DomainError
from chassis.settings import Settings
from web.auth import caller
from web.errors import TooMany
from web.rate_limits import RateLimiter, is_among, networks, origin_of
from web.routes import OfferedRoute

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
        """
        address = request.client.host if request.client else ""
        refused: DomainError | None = None
        name = origin_of(address)
        if route and route.needs_token:
            try:
                name = f"sub:{(await caller(request)).sub}"
            except DomainError as error:
                refused = error
        told = self._count(request, address, name)
        if refused:
            raise refused
        return told

    def _count(self, request: Request, address: str, name: str) -> dict[str, str]:
        if self._limiter is None or request.url.path.startswith(UNLIMITED) or self._is_exempt(address):
            return {}
        allowance = self._limiter.take(name)
        if allowance.exceeded:
            raise TooMany(headers={**allowance.headers, "Retry-After": str(self._limiter.retry_after)})
        return allowance.headers

    def _is_exempt(self, address: str) -> bool:
        if is_among(address, self._exempt):
            return True
        try:
            return self._exempt_loopback and ip_address(address).is_loopback
        except ValueError:
            return False
