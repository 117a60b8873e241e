"""Conditional requests: strong ETags, and the callers who must show that they saw the current state."""

import hashlib
from typing import Annotated

from fastapi import Header

from web.errors import PreconditionRequired, Stale

IfMatch = Annotated[str | None, Header(alias="If-Match", max_length=2_000)]

ANY = "*"
CHANGED_ON_THE_WAY = (
    "Oplysningerne er ikke ændret, men ETagen er: en proxy undervejs har gjort den svag (W/) eller føjet noget til. "
    "Send den stærke ETag, som tjenesten gav."
)
WEAK = (
    "If-Match kræver en stærk ETag, og den, der kom, er svag (W/): en proxy undervejs kan have ændret den. "
    "Send den stærke ETag, som tjenesten gav."
)


def etag(*parts: object) -> str:
    """Return the strong ETag of a state that ``parts`` identify."""
    text = "\x1f".join(str(part) for part in parts)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def require_match(if_match: str | None, current: str) -> None:
    """Raise ``precondition-required`` (428) without a condition and ``stale`` (412) when the state has moved on.

    ``*`` holds for whatever there is. The comparison is the strong one of RFC 9110: an ETag that a proxy made weak, or
    to which it added the name of a coding, never matches, and the error says so.
    """
    if if_match is None:
        raise PreconditionRequired
    candidates = _listed(if_match)
    if ANY in candidates or current in candidates:
        return
    if any(_as_it_was_given(candidate) == current for candidate in candidates):
        raise Stale(CHANGED_ON_THE_WAY)
    raise Stale(WEAK if any(candidate.startswith("W/") for candidate in candidates) else "")


def still_fresh(if_none_match: str, current: str) -> bool:
    """Return whether a reader already has the state ``current``, by the weak comparison of RFC 9110."""
    candidates = _listed(if_none_match)
    return ANY in candidates or current.removeprefix("W/") in {each.removeprefix("W/") for each in candidates}


def _listed(header: str) -> list[str]:
    return [candidate.strip() for candidate in header.split(",")]


def _as_it_was_given(candidate: str) -> str:
    """Undo what proxies that compress do to an ETag."""
    strong = candidate.removeprefix("W/")
    for coding in ("gzip", "br", "zstd"):
        for joint in "-;:":
            strong = strong.removesuffix(f'{joint}{coding}"') + '"' if strong.endswith(f'{joint}{coding}"') else strong
    return strong
