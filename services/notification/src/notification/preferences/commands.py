"""What each user wants to be told, how often, and where."""

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from chassis.database import lock
from chassis.errors import NotFound
from notification.email_address import address_key
from notification.preferences.confirmations import ask
from notification.preferences.queries import preferences_etag
from notification.preferences.schemas import PreferencesChange
from notification.users.commands import save_token_address
from notification.users.models import StoppedAddress, User
from web.auth import Principal
from web.etags import require_match


async def change_preferences(
    session: AsyncSession, principal: Principal, if_match: str | None, change: PreferencesChange
) -> User:
    """Set which mails are wanted and how often, and the user's own address (None: the token's).

    An address that is new is used once the user has answered the mail to it. TooMany when there were too many of those.
    """
    await save_token_address(session, principal)
    user = await lock(session, User, User.sub == principal.sub)
    require_match(if_match, preferences_etag(principal.sub, user))
    if user is None:
        raise NotFound
    user.mails = {str(mail_type): wanted for mail_type, wanted in change.mails.items()}
    user.frequency = {str(mail_type): str(frequency) for mail_type, frequency in change.frequency.items()}
    user.paused_at = (user.paused_at or now()) if change.paused else None
    user.version += 1
    if change.own_email is None or change.own_email == user.own_email:
        user.own_email, user.wanted_email, user.wanted_key = change.own_email, None, None
    elif change.own_email != user.wanted_email:
        await ask(session, user, change.own_email)
    if change.retry:
        in_use = address_key(user.own_email or user.email or "")
        await session.execute(delete(StoppedAddress).where(StoppedAddress.email == in_use))
    await session.flush()
    return user
