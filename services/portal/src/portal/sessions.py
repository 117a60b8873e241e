"""Server-side sessions: the browser holds a random id, the database its digest and the encrypted tokens."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from chassis.auth import Principal, Right
from chassis.clock import now
from chassis.database import Database
from chassis.periodic import PeriodicJob, try_advisory_lock
from portal.models import Session
from portal.sealing import Seal
from portal.settings import PortalSettings
from portal.visitors import Visitor

LONGEST = timedelta(hours=8)
COOKIE_LENGTH = 43


def cookie_name(settings: PortalSettings) -> str:
    """Return the name of the session cookie; the prefix makes browsers insist on TLS and on this host."""
    return "__Host-tp_session" if settings.secure else "tp_session"


async def begin(
    session: AsyncSession, seal: Seal, principal: Principal, access_token: str, id_token: str, lasts: timedelta
) -> str:
    """Store a new session and return the cookie's value: always a new random one (no session fixation)."""
    cookie = secrets.token_urlsafe(32)
    session.add(
        Session(
            id_hash=_digest(cookie),
            sub=principal.sub,
            name=principal.name,
            org_name=principal.org_name,
            cvr=principal.cvr,
            rights=sorted(f"{right.privilege}:{right.scope}" for right in principal.rights),
            access_token=seal.seal(access_token),
            id_token=seal.seal(id_token),
            created_at=now(),
            expires_at=now() + min(lasts, LONGEST),
        )
    )
    await session.flush()
    return cookie


async def find(database: Database, seal: Seal, cookie: str) -> Visitor | None:
    """Return the visitor whose session ``cookie`` names; None when there is none or it has expired."""
    if len(cookie) != COOKIE_LENGTH:
        return None
    async with database.read() as session:
        row = await session.get(Session, _digest(cookie))
    if row is None or row.expires_at <= now():
        return None
    access_token, id_token = seal.open(row.access_token), seal.open(row.id_token)
    if access_token is None or id_token is None:
        return None
    return Visitor(_principal(row), access_token, id_token, csrf=seal.sign("csrf", cookie))


async def end(session: AsyncSession, cookie: str) -> None:
    """Delete the session that ``cookie`` names, if there is one."""
    await session.execute(delete(Session).where(Session.id_hash == _digest(cookie)))


async def forget_expired(database: Database) -> None:
    """Delete the sessions whose time is over."""
    async with database.begin() as session:
        if await try_advisory_lock(session, "sessions"):
            await session.execute(delete(Session).where(Session.expires_at <= now()))


FORGET_EXPIRED = PeriodicJob("forget-sessions", 300, forget_expired)


def set_cookie(response: Response, settings: PortalSettings, cookie: str) -> None:
    """Give the browser its session id; it goes with the browser's window, and the database ends it earlier."""
    response.set_cookie(cookie_name(settings), cookie, httponly=True, samesite="lax", secure=settings.secure, path="/")


def clear_cookie(response: Response, settings: PortalSettings) -> None:
    """Take the session id back."""
    response.delete_cookie(cookie_name(settings), httponly=True, samesite="lax", secure=settings.secure, path="/")


def _digest(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode(errors="replace")).digest()


def _principal(row: Session) -> Principal:
    rights = (text.partition(":") for text in row.rights)
    return Principal(
        sub=row.sub,
        name=row.name,
        cvr=row.cvr,
        org_name=row.org_name,
        loa="",
        rights=frozenset(Right(privilege, scope) for privilege, _, scope in rights),
    )
