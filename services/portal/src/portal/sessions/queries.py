"""Who a cookie stands for."""

from chassis.clock import now
from chassis.database import Database
from portal.sessions.form_tokens import new_token, owner_of
from portal.sessions.models import Session
from portal.sessions.sealing import Seal, digest_of
from portal.sessions.visitor import Visitor
from web.auth import Principal, Right

COOKIE_LENGTH = 43


async def find_visitor(database: Database, seal: Seal, cookie: str) -> Visitor | None:
    """Return the visitor whose session ``cookie`` names; None when there is none or it has expired."""
    if len(cookie) != COOKIE_LENGTH:
        return None
    async with database.read() as session:
        row = await session.get(Session, digest_of(cookie))
    if row is None or row.expires_at <= now():
        return None
    access_token, principal = seal.open(row.access_token), _principal(row)
    if access_token is None:
        return None
    owner = owner_of(seal, principal)
    renewable = row.renew_at is not None and row.renew_at <= now()
    return Visitor(principal, access_token, owner, csrf=new_token(seal, owner), is_renewable=renewable)


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
