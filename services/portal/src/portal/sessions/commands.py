"""Sessions begin, are renewed and end: the browser holds a random id, the database its digest and encrypted tokens."""

import logging
import secrets
from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from chassis.database import Database
from chassis.periodic import PeriodicJob, try_advisory_lock
from portal.sessions.kept_forms import forget_old_forms
from portal.sessions.models import Session
from portal.sessions.oidc import IdentityProvider, SignInFailed, Tokens
from portal.sessions.sealing import Seal, digest_of
from web.auth import Principal, TokenVerifier
from web.errors import Unauthenticated, Unavailable

log = logging.getLogger(__name__)

LONGEST = timedelta(hours=12)
RENEW_AFTER = timedelta(minutes=5)
TRY_AGAIN_AFTER = timedelta(minutes=1)


async def begin_session(session: AsyncSession, seal: Seal, principal: Principal, tokens: Tokens) -> str:
    """Store a new session and return the cookie's value: always a new random one (no session fixation)."""
    cookie = secrets.token_urlsafe(32)
    row = Session(id_hash=digest_of(cookie), created_at=now(), id_token=seal.seal(""))
    _enter(row, seal, principal, tokens)
    session.add(row)
    await session.flush()
    return cookie


def _enter(row: Session, seal: Seal, principal: Principal, tokens: Tokens) -> None:
    row.sub, row.name, row.org_name, row.cvr = principal.sub, principal.name, principal.org_name, principal.cvr
    row.rights = sorted(f"{right.privilege}:{right.scope}" for right in principal.rights)
    row.access_token = seal.seal(tokens.access_token)
    row.refresh_token = seal.seal(tokens.refresh_token) if tokens.refresh_token else None
    row.expires_at = min(now() + tokens.lasts, row.created_at + LONGEST)
    row.renew_at = now() + min(RENEW_AFTER, tokens.lasts / 3) if tokens.refresh_token else None


async def renew_session(
    database: Database, seal: Seal, provider: IdentityProvider, verifier: TokenVerifier, cookie: str
) -> bool:
    """Return whether the session that ``cookie`` names has new tokens, and ends later, now.

    One of the requests that come at the same time asks the provider; the others go on with what there is. A session
    that cannot be renewed lasts as long as its tokens.
    """
    refresh_token = seal.open(await _claim_renewal(database, cookie) or b"")
    if refresh_token is None:
        return False
    try:
        tokens = await provider.renew(refresh_token)
        principal = await verifier.verify(tokens.access_token)
    except Unavailable:
        return False
    except (SignInFailed, Unauthenticated) as error:
        log.info("session not renewed", extra={"error": type(error).__name__})
        await database.run_in_transaction(lambda session: _stop_renewing(session, cookie))
        return False
    return await database.run_in_transaction(lambda session: _renew(session, seal, cookie, principal, tokens))


async def _claim_renewal(database: Database, cookie: str) -> bytes | None:
    due = update(Session).where(Session.id_hash == digest_of(cookie), Session.renew_at <= now())
    async with database.begin() as session:
        claimed = due.values(renew_at=now() + TRY_AGAIN_AFTER).returning(Session.refresh_token)
        return (await session.execute(claimed)).scalar_one_or_none()


async def _renew(session: AsyncSession, seal: Seal, cookie: str, principal: Principal, tokens: Tokens) -> bool:
    row = await session.get(Session, digest_of(cookie), with_for_update=True)
    if row is None or (row.sub, row.cvr) != (principal.sub, principal.cvr):
        return False
    _enter(row, seal, principal, tokens)
    return True


async def _stop_renewing(session: AsyncSession, cookie: str) -> None:
    ended = update(Session).where(Session.id_hash == digest_of(cookie))
    await session.execute(ended.values(refresh_token=None, renew_at=None))


async def end_session(session: AsyncSession, cookie: str) -> None:
    """Delete the session that ``cookie`` names, if there is one."""
    await session.execute(delete(Session).where(Session.id_hash == digest_of(cookie)))


async def forget_expired(database: Database) -> None:
    """Delete the sessions whose time is over, and the forms that nobody came back for."""
    async with database.begin() as session:
        if await try_advisory_lock(session, "sessions"):
            await session.execute(delete(Session).where(Session.expires_at <= now()))
            await forget_old_forms(session)


FORGET_EXPIRED = PeriodicJob("forget-sessions", 300, forget_expired)
