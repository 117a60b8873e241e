"""Calls to the other services, with the user's own token: the portal has no rights of its own."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

import httpx2

from chassis.errors import DomainError, FieldError
from chassis.telemetry import current_traceparent
from contracts.problems import PROBLEMS, TYPE_BASE
from portal.sessions.visitor import Visitor
from portal.settings import PortalSettings
from web.errors import IdempotencyMismatch, Unavailable

Service = Literal["reporting", "jurisdiction", "approval", "publication", "notification"]
# A service tries again for fifteen seconds where requests stand in each other's way, and may wait ten for a lock.
TIMEOUT_SECONDS = 30
SERVER_ERROR = 500
# What a problem says beside the usual, and a page repeats: why a tilbud is not public any more, who is the right one.
MEMBERS = ("removed", "authority")
ETAG = re.compile(r'"[\x21\x23-\x7e]{1,200}"')
SLUGS = {404: "not-found", 403: "forbidden", 401: "unauthenticated", 409: "conflict", 410: "gone", 412: "stale"}


MAY_BE_SAVED = "Det, du sendte før, kan være gemt. Se efter, om det er der, før du sender igen."

# A service answers so where there is nothing for this user to see.
NOTHING_TO_SEE = frozenset({"not-found", "forbidden", "wrong-state", "decided-elsewhere"})


class Refused(DomainError):
    """A service has refused; the answer says with which ``slug``, and all else is what the service gave."""

    def __init__(
        self, slug: str, detail: str, errors: Sequence[FieldError], members: Mapping[str, Any] | None = None
    ) -> None:
        self.slug = slug  # type: ignore[misc]
        super().__init__(detail, errors, members=members)

    @property
    def reasons(self) -> list[FieldError]:
        """Return what to show on the page of the form: at least one error."""
        if self.slug == IdempotencyMismatch.slug:
            return [FieldError("", self.slug, MAY_BE_SAVED)]
        return list(self.errors) or [FieldError("", self.slug, self.detail)]


@dataclass(frozen=True)
class Reply:
    """What a service answered: its JSON and the ETag of the state that it describes."""

    status: int
    body: Any
    etag: str


class Backends:
    """The way to the other services; one pool of connections for the whole process."""

    def __init__(self, settings: PortalSettings, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self._addresses: dict[Service, str] = {
            "reporting": settings.reporting_url,
            "jurisdiction": settings.jurisdiction_url,
            "approval": settings.approval_url,
            "publication": settings.publication_url,
            "notification": settings.notification_url,
        }
        self._client = httpx2.AsyncClient(timeout=TIMEOUT_SECONDS, transport=transport)

    async def call(
        self,
        service: Service,
        method: str,
        path: str,
        *,
        visitor: Visitor | None = None,
        params: Any = None,
        body: Any = None,
        etag: str | None = None,
        command: str | None = None,
    ) -> Reply:
        """Call a service and return its answer.

        Refused when it refuses, Unavailable when it cannot be reached or fails itself.
        """
        headers = _headers(visitor, etag, command)
        try:
            answer = await self._client.request(
                method, self._addresses[service] + path, params=params, json=body, headers=headers
            )
        except httpx2.HTTPError as error:
            raise _unavailable() from error
        _raise_unless_answered(answer)
        return Reply(answer.status_code, _json(answer), answer.headers.get("etag", ""))

    async def upload(
        self,
        service: Service,
        path: str,
        content: bytes,
        media_type: str,
        *,
        visitor: Visitor | None,
        command: str | None = None,
        etag: str | None = None,
        method: str = "POST",
    ) -> Reply:
        """Send a file and return the service's answer; Refused and Unavailable as ``call``."""
        headers = {**_headers(visitor, etag, command), "Content-Type": media_type}
        url = self._addresses[service] + path
        try:
            answer = await self._client.request(method, url, content=content, headers=headers)
        except httpx2.HTTPError as error:
            raise _unavailable() from error
        _raise_unless_answered(answer)
        return Reply(answer.status_code, _json(answer), answer.headers.get("etag", ""))

    async def download(self, service: Service, path: str, media_type: str, *, visitor: Visitor | None) -> bytes:
        """Return a file that a service makes; Refused and Unavailable as ``call``."""
        headers = {**_headers(visitor, None, None), "Accept": f"{media_type}, application/problem+json;q=0.5"}
        try:
            answer = await self._client.request("GET", self._addresses[service] + path, headers=headers)
        except httpx2.HTTPError as error:
            raise _unavailable() from error
        _raise_unless_answered(answer)
        return answer.content

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()


@dataclass(frozen=True)
class ServiceClient:
    """The backends as one visitor sees them."""

    backends: Backends
    visitor: Visitor | None

    async def get(self, service: Service, path: str, params: Any = None) -> Reply:
        """Read."""
        return await self.backends.call(service, "GET", path, visitor=self.visitor, params=params)

    async def find(self, service: Service, path: str, params: Any = None) -> Reply | None:
        """Read what may not be there for this visitor; None when it is not."""
        try:
            return await self.get(service, path, params)
        except Refused as refusal:
            if refusal.slug in NOTHING_TO_SEE:
                return None
            raise

    async def download(self, service: Service, path: str, media_type: str) -> bytes:
        """Read a file of a format."""
        return await self.backends.download(service, path, media_type, visitor=self.visitor)

    async def upload(self, service: Service, path: str, content: bytes, media_type: str, *, command: str) -> Reply:
        """Send a file; the same ``command`` key again has no second effect."""
        return await self.backends.upload(service, path, content, media_type, visitor=self.visitor, command=command)

    async def put_file(self, service: Service, path: str, content: bytes, media_type: str, etag: str) -> Reply:
        """Let a file take its place in the state that ``etag`` describes."""
        return await self.backends.upload(
            service, path, content, media_type, visitor=self.visitor, etag=etag, method="PUT"
        )

    async def put(self, service: Service, path: str, body: Any, etag: str | None = None) -> Reply:
        """Replace the state that ``etag`` describes."""
        return await self.backends.call(service, "PUT", path, visitor=self.visitor, body=body, etag=etag)

    async def post(
        self, service: Service, path: str, body: Any = None, *, command: str, etag: str | None = None
    ) -> Reply:
        """Give a command; the same ``command`` key again has no second effect."""
        return await self.backends.call(
            service, "POST", path, visitor=self.visitor, body=body, command=command, etag=etag
        )

    async def delete(self, service: Service, path: str, etag: str | None = None) -> Reply:
        """Remove, where an ``etag`` is given only the state that it describes."""
        return await self.backends.call(service, "DELETE", path, visitor=self.visitor, etag=etag)


def segment(text: str) -> str:
    """Return ``text`` as one segment of a path."""
    return quote(text, safe="")


def _headers(visitor: Visitor | None, etag: str | None, command: str | None) -> Mapping[str, str]:
    headers = {
        "Authorization": f"Bearer {visitor.access_token}" if visitor else "",
        "If-Match": _condition(etag),
        "Idempotency-Key": command or "",
        "traceparent": current_traceparent(),
        "Accept": "application/json, application/problem+json",
    }
    return {name: value for name, value in headers.items() if value}


def _condition(etag: str | None) -> str:
    """Return the condition; a form can send anything as its ETag, and what is none never matches."""
    return etag if etag and ETAG.fullmatch(etag) else '"none"' if etag else ""


def _raise_unless_answered(answer: httpx2.Response) -> None:
    if answer.status_code >= SERVER_ERROR:
        raise _unavailable()
    if answer.is_error:
        raise _refusal(answer)


def _json(answer: httpx2.Response) -> Any:
    if not answer.content:
        return None
    try:
        return answer.json()
    except ValueError as error:
        raise _unavailable() from error


def _refusal(answer: httpx2.Response) -> Refused:
    members: dict[str, Any] = {}
    try:
        document = answer.json()
        slug = str(document["type"]).removeprefix(TYPE_BASE)
        errors = [_field_error(each) for each in document["errors"]]
        detail = str(document.get("detail", ""))
        members = {name: document[name] for name in MEMBERS if name in document}
    except (ValueError, KeyError, TypeError):
        slug, detail, errors = "", "", []
    if slug not in PROBLEMS:
        slug = SLUGS.get(answer.status_code, "bad-request")
    return Refused(slug, detail, errors, members)


def _field_error(error: Mapping[str, Any]) -> FieldError:
    allowed = tuple(str(each) for each in error.get("allowed") or ())
    return FieldError(str(error["pointer"]), str(error.get("code", "")), str(error["detail"]), allowed)


def _unavailable() -> Unavailable:
    detail = "En del af Tilbudsportalen svarer ikke lige nu. Prøv igen om lidt."
    return Unavailable(detail, headers={"Retry-After": "5"})
