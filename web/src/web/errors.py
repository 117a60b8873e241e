"""Errors of the protocol itself, which every API has. Pure."""

from chassis.errors import DomainError


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
