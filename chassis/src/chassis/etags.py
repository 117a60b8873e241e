"""Conditional requests: strong ETags, and the callers who must show that they saw the current state."""

import hashlib
from typing import Annotated

from fastapi import Header

from chassis.errors import PreconditionRequired, Stale

IfMatch = Annotated[str | None, Header(alias="If-Match", max_length=2_000)]


def etag(*parts: object) -> str:
    """Return the strong ETag of a state that ``parts`` identify."""
    text = "\x1f".join(str(part) for part in parts)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def require_match(if_match: str | None, current: str) -> None:
    """Raise ``precondition-required`` (428) without a condition and ``stale`` (412) when the state has moved on."""
    if if_match is None:
        raise PreconditionRequired
    if current not in {candidate.strip() for candidate in if_match.split(",")}:
        raise Stale
