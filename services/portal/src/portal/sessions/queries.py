"""Who a cookie stands for."""

from chassis.auth import Principal, Right
from chassis.clock import now
from chassis.database import Database
from portal.sessions.models import Session
from portal.sessions.sealing import Seal, digest_of
from portal.sessions.visitor import Visitor

COOKIE_LENGTH = 43


async def find_visitor(database: Database, seal: Seal, cookie: str) -> Visitor | None:
    """Return the visitor whose session ``cookie`` names; None when there is none or it has expired."""
    if len(cookie) != COOKIE_LENGTH:
        return None
    async with database.read() as session:
        row = await session.get(Session, digest_of(cookie))
    if row is None or row.expires_at <= now():
        return None
    access_token, id_token = seal.open(row.access_token), seal.open(row.id_token)
    if access_token is None or id_token is None:
        return None
    return Visitor(_principal(row), access_token, id_token, csrf=seal.sign("csrf", cookie))


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
