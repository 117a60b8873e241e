"""The vault of the leaders' CPR numbers: encrypted at rest, shown masked, every unmasked view logged."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from cryptography.exceptions import InvalidTag
from fastapi import Depends, Request
from prometheus_client import Counter

from chassis.errors import DomainError
from reporting.leader_cpr.keys import Key, KeySource
from reporting.leader_cpr.models import LeaderCpr

NONCE_BYTES = 12
BIRTHDAY_DIGITS = 6

unreadable_total = Counter("leader_cpr_unreadable", "Attempts to read a leader's CPR number that no key opens.")


class LeaderCprUnreadable(DomainError):
    """No key that this process has opens the number; nothing else of the tilbud depends on it."""

    slug = "leader-cpr-unreadable"
    default_detail = "Nummeret kan ikke læses lige nu. Portalens drift har fået besked."


@dataclass(frozen=True)
class Opened:
    """A number of ten digits, and the id of the key that it was encrypted under."""

    digits: str
    key_id: str

    @property
    def full(self) -> str:
        """Return the number as ``ddmmyy-nnnn``."""
        return f"{self.digits[:BIRTHDAY_DIGITS]}-{self.digits[BIRTHDAY_DIGITS:]}"

    @property
    def masked(self) -> str:
        """Return the number as ``ddmmyy-****``."""
        return f"{self.digits[:BIRTHDAY_DIGITS]}-****"


class CprVault:
    """Encrypts with AES-256-GCM under the first key of ``source``, and decrypts under any of them.

    The tilbuds-id is bound to the ciphertext, so that rows cannot be exchanged.
    """

    def __init__(self, source: KeySource) -> None:
        self._source = source

    @property
    def current_key(self) -> Key:
        """Return the key that encrypts now."""
        return self._source.ring()[0]

    def row(self, tilbud_id: str, number: str, at: datetime) -> LeaderCpr:
        """Return the row that holds ``number``, ten digits, for the tilbud."""
        row = LeaderCpr(tilbud_id=tilbud_id, set_at=at)
        self.seal(row, number)
        return row

    def seal(self, row: LeaderCpr, number: str) -> None:
        """Put ``number``, ten digits, into ``row`` under the current key."""
        key = self.current_key
        row.nonce = secrets.token_bytes(NONCE_BYTES)
        row.ciphertext = key.cipher.encrypt(row.nonce, number.encode(), row.tilbud_id.encode())
        row.key_id = key.id

    def open(self, row: LeaderCpr) -> Opened:
        """Return the number in ``row``; :class:`LeaderCprUnreadable` when no key opens it.

        The key that the row names is tried first. A process of the release before writes rows without naming one.
        """
        for key in sorted(self._source.ring(), key=lambda each: each.id != row.key_id):
            try:
                digits = key.cipher.decrypt(row.nonce, row.ciphertext, row.tilbud_id.encode()).decode()
            except InvalidTag:
                continue
            return Opened(digits, key.id)
        unreadable_total.inc()
        raise LeaderCprUnreadable


# A plain function would be run in another thread, which costs more than the rest of what is around a route.
async def _vault(request: Request) -> CprVault:
    vault: CprVault = request.app.state.vault
    return vault


Vault = Annotated[CprVault, Depends(_vault)]
"""The vault, as a parameter of a route."""
