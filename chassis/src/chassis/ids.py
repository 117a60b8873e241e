"""Identifiers that sort by the time they were made."""

import uuid_utils.compat


def uuid7() -> str:
    """Return a new UUIDv7 in its canonical text form."""
    return str(uuid_utils.compat.uuid7())
