"""What each user wants to be told, and where."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import lock
from chassis.errors import NotFound
from notification.preferences.models import User
from notification.preferences.queries import preferences_etag
from web.auth import Principal
from web.etags import require_match


async def save_token_address(session: AsyncSession, principal: Principal) -> None:
    """Keep the address in the user's token: it is where mails go until the user chooses another."""
    values = {"sub": principal.sub, "email": principal.email}
    statement = insert(User).values(values)
    changed = User.email.is_distinct_from(statement.excluded.email)
    await session.execute(
        statement.on_conflict_do_update(index_elements=[User.sub], set_={"email": principal.email}, where=changed)
    )


async def change_preferences(
    session: AsyncSession, principal: Principal, if_match: str | None, email: str | None, mails: dict[str, Any]
) -> User:
    """Set the user's own address (None: the token's) and which mails are wanted."""
    await save_token_address(session, principal)
    user = await lock(session, User, User.sub == principal.sub)
    require_match(if_match, preferences_etag(principal.sub, user))
    if user is None:
        raise NotFound
    user.own_email, user.mails = email, mails
    user.version += 1
    await session.flush()
    return user
