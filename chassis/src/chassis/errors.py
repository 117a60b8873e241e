"""Errors that a caller is told about. Pure: rules raise them, and ``problems`` answers them as RFC 9457.

An error is a class beside the rule that raises it: ``slug`` names its problem type, ``detail`` says in Danish what is
wrong. Those of the protocol itself stand in ``web.errors``.
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

    ``errors`` say what is wrong where; ``headers`` go with the answer. ``members`` are further members of the problem
    document, which RFC 9457 calls extensions: their names are those that the type of the problem promises.
    """

    slug: ClassVar[str]
    default_detail: ClassVar[str] = ""

    def __init__(
        self,
        detail: str = "",
        errors: Sequence[FieldError] = (),
        *,
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(self.slug)
        self.detail = detail or self.default_detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.members = dict(members or {})


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


class Invalid(DomainError):
    """What was sent can be read and is not acceptable; ``errors`` say where."""

    slug = "invalid"
    default_detail = "Et eller flere felter er ikke gyldige."
