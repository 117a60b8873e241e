"""What is kept of a user at each call."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from notification.users.models import User
from web.auth import Principal


async def save_token_address(session: AsyncSession, principal: Principal) -> None:
    """Keep the address in the user's token: it is where mails go until the user chooses another."""
    values = {"sub": principal.sub, "email": principal.email}
    statement = insert(User).values(values)
    changed = User.email.is_distinct_from(statement.excluded.email)
    await session.execute(
        statement.on_conflict_do_update(index_elements=[User.sub], set_={"email": principal.email}, where=changed)
    )
