"""The passwords of the development stack: made once at random and kept in ``.local/credentials.json``."""

import base64
import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

KEYS = "keys"
Passwords = dict[str, dict[str, str]]


def load(path: Path) -> Passwords:
    """Return all passwords by group and name; empty when there is no file yet."""
    if not path.exists():
        return {}
    groups: Passwords = json.loads(path.read_text())
    return groups


def ensure(path: Path, wanted: dict[str, Iterable[str]]) -> Passwords:
    """Return passwords for all ``wanted`` names by group, making those that are missing and saving them."""
    groups = load(path)
    before = json.dumps(groups)
    for group, names in wanted.items():
        known = groups.setdefault(group, {})
        known.update({name: _new(group) for name in names if name not in known})
    if json.dumps(groups) != before:
        _save(path, groups)
    return groups


def _new(group: str) -> str:
    # A key for encryption has 32 bytes in base64; everything else is a password that fits into an address.
    return base64.b64encode(os.urandom(32)).decode() if group == KEYS else secrets.token_urlsafe(18)


def _save(path: Path, groups: Passwords) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(groups, file, indent=1)
    partial.replace(path)
