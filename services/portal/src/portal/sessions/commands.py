"""Sessions begin and end: the browser holds a random id, the database its digest and the encrypted tokens."""

import secrets
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.auth import Principal
from chassis.clock import now
from chassis.database import Database
from chassis.periodic import PeriodicJob, try_advisory_lock
from portal.sessions.models import Session
from portal.sessions.sealing import Seal, digest_of

LONGEST = timedelta(hours=8)


async def begin_session(
    session: AsyncSession, seal: Seal, principal: Principal, access_token: str, id_token: str, lasts: timedelta
) -> str:
    """Store a new session and return the cookie's value: always a new random one (no session fixation)."""
    cookie = secrets.token_urlsafe(32)
    session.add(
        Session(
            id_hash=digest_of(cookie),
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


async def end_session(session: AsyncSession, cookie: str) -> None:
    """Delete the session that ``cookie`` names, if there is one."""
    await session.execute(delete(Session).where(Session.id_hash == digest_of(cookie)))


async def forget_expired(database: Database) -> None:
    """Delete the sessions whose time is over."""
    async with database.begin() as session:
        if await try_advisory_lock(session, "sessions"):
            await session.execute(delete(Session).where(Session.expires_at <= now()))


FORGET_EXPIRED = PeriodicJob("forget-sessions", 300, forget_expired)
