"""The token in every form: it says that a page of ours made the form, for whom, and when (CSRF).

It is bound to the person and not to one session, so that a form goes on working for who signs out and in again in
another tab; and it can be told from a forged one after the session has ended, so that what was typed can be kept.
"""

import secrets
from datetime import timedelta

from chassis.clock import now
from portal.sessions.sealing import Seal
from web.auth import Principal

LASTS = timedelta(days=1)
# A form may stay open over a holiday: it counts no longer, and what was typed into it is still its writer's.
KNOWN_FOR = timedelta(days=30)
_OWNER_LENGTH = 32
_PARTS = 4


def owner_of(seal: Seal, principal: Principal) -> str:
    """Return who a form belongs to, as a text that tells nobody who it is."""
    return seal.sign("owner", principal.sub, principal.cvr)[:_OWNER_LENGTH]


def new_token(seal: Seal, owner: str) -> str:
    """Return the token of a form that ``owner`` gets now; no two are alike, so that compression betrays none."""
    time, salt = str(int(now().timestamp())), secrets.token_hex(8)
    return f"{owner}.{time}.{salt}.{seal.sign('form', owner, time, salt)}"


def owner_in(seal: Seal, token: str, lasts: timedelta = LASTS) -> str | None:
    """Return whose form the token came with; None when it is not ours or too old."""
    parts = token.split(".")
    if len(parts) != _PARTS or not seal.is_signed(parts[3], "form", *parts[:3]):
        return None
    owner, time, _, _ = parts
    return owner if int(time) > (now() - lasts).timestamp() else None
