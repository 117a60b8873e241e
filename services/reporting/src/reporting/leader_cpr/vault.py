"""The vault of the leaders' CPR numbers: encrypted at rest, shown masked, every unmasked view logged."""

import base64
import secrets
from datetime import datetime
from typing import Annotated

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fastapi import Depends, Request

from reporting.leader_cpr.models import LeaderCpr

NONCE_BYTES = 12
BIRTHDAY_DIGITS = 6


class CprVault:
    """Encrypts with AES-256-GCM under ``key``, 32 bytes in base64.

    The tilbuds-id is bound to the ciphertext, so that rows cannot be exchanged.
    """

    def __init__(self, key: str) -> None:
        self._cipher = AESGCM(base64.b64decode(key))

    def row(self, tilbud_id: str, number: str, at: datetime) -> LeaderCpr:
        """Return the row that holds ``number`` for the tilbud."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        ciphertext = self._cipher.encrypt(nonce, number.encode(), tilbud_id.encode())
        return LeaderCpr(tilbud_id=tilbud_id, nonce=nonce, ciphertext=ciphertext, set_at=at)

    def number(self, row: LeaderCpr) -> str:
        """Return the CPR number in ``row`` as ``ddmmyy-nnnn``."""
        digits = self._cipher.decrypt(row.nonce, row.ciphertext, row.tilbud_id.encode()).decode()
        return f"{digits[:BIRTHDAY_DIGITS]}-{digits[BIRTHDAY_DIGITS:]}"

    def masked(self, row: LeaderCpr) -> str:
        """Return the CPR number in ``row`` as ``ddmmyy-****``."""
        return f"{self.number(row)[:BIRTHDAY_DIGITS]}-****"


# A plain function would be run in another thread, which costs more than the rest of what is around a route.
async def _vault(request: Request) -> CprVault:
    vault: CprVault = request.app.state.vault
    return vault


Vault = Annotated[CprVault, Depends(_vault)]
"""The vault, as a parameter of a route."""
