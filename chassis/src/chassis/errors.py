"""Errors that a caller is told about. Pure: rules raise them, and ``problems`` answers them as RFC 9457.

An error is a class beside the rule that raises it: ``slug`` names its problem type, ``detail`` says in Danish what is
wrong. Those of the protocol itself, which every service has, stand here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class FieldError:
    """One thing that is wrong: where, a stable code, and a sentence in Danish that shows no input.

    ``pointer`` is a JSON pointer into the body. What is wrong outside of it is named ``#query/name``, ``#path/name``
    or ``#header/name``. ``allowed`` are the values that would be right, where they can be listed.
    """

    pointer: str
    code: str
    detail: str
    allowed: tuple[str, ...] = ()

    @property
    def parameter(self) -> str | None:
        """Return the name of the parameter that is wrong; None where it is a member of the body."""
        place, _, name = self.pointer.partition("/")
        return name.partition("/")[0] or None if place.startswith("#") else None

    def document(self) -> dict[str, Any]:
        """Return it as an answer and a receipt show it."""
        found: dict[str, Any] = {"pointer": self.pointer, "code": self.code, "detail": self.detail}
        if self.parameter:
            found["parameter"] = self.parameter
        if self.allowed:
            found["allowed"] = list(self.allowed)
        return found


class DomainError(Exception):
    """An error with a stable type: ``slug`` names a row of the table that the service gave to its app.

    ``errors`` say what is wrong where; ``headers`` go with the answer.
    """

    slug: ClassVar[str]
    default_detail: ClassVar[str] = ""

    def __init__(
        self, detail: str = "", errors: Sequence[FieldError] = (), *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(self.slug)
        self.detail = detail or self.default_detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})


class BadRequest(DomainError):
    """The request cannot be read."""

    slug = "bad-request"


class Unauthenticated(DomainError):
    """Nobody vouches for the caller."""

    slug = "unauthenticated"

    def __init__(self, detail: str, *, fault: str = "") -> None:
        """``fault`` is the error code of RFC 6750 for a token that was sent and is not good."""
        challenge = f'Bearer error="{fault}"' if fault else "Bearer"
        super().__init__(detail, headers={"WWW-Authenticate": challenge})


class Forbidden(DomainError):
    """The caller has no right to this, and may know that it exists."""

    slug = "forbidden"


class NotFound(DomainError):
    """There is nothing here for this caller, whether it exists or not."""

    slug = "not-found"
    default_detail = "Det findes ikke, eller du har ikke adgang til det."


class Conflict(DomainError):
    """It contradicts how things are now."""

    slug = "conflict"


class Stale(DomainError):
    """Somebody else has changed it in the meantime."""

    slug = "stale"
    default_detail = "Hent de nyeste oplysninger, og gentag ændringen."


class TooSlow(DomainError):
    """It has not come in the time that one waits for it."""

    slug = "request-timeout"


class TooMany(DomainError):
    """The caller asks more often than its share; ``Retry-After`` says when to come back."""

    slug = "too-many-requests"
    default_detail = "Du har sendt for mange forespørgsler. Prøv igen om lidt."


class TooLarge(DomainError):
    """There is too much of it."""

    slug = "too-large"


class UnsupportedMediaType(DomainError):
    """It is of a type that is not understood here."""

    slug = "unsupported-media-type"


class Invalid(DomainError):
    """What was sent can be read and is not acceptable; ``errors`` say where."""

    slug = "invalid"
    default_detail = "Et eller flere felter er ikke gyldige."


class IdempotencyMismatch(DomainError):
    """The key of a command came again with another content."""

    slug = "idempotency-mismatch"
    default_detail = "Nøglen hører til en kommando med et andet indhold."


class PreconditionRequired(DomainError):
    """The caller has not shown which state the change builds on."""

    slug = "precondition-required"
    default_detail = "Angiv den ETag, som ændringen bygger på, i If-Match."


class Unavailable(DomainError):
    """It cannot be done right now."""

    slug = "unavailable"
    default_detail = "Prøv igen om lidt."


class InternalFault(DomainError):
    """A fault of ours, of which the caller is told nothing more."""

    slug = "internal"
