"""The read side: what a user wants to be told, and where."""

from sqlalchemy.ext.asyncio import AsyncSession

from notification.mail_types import CHOOSABLE
from notification.preferences.models import User
from notification.preferences.schemas import PreferencesBody
from web.auth import Principal
from web.etags import etag


async def preferences_of(session: AsyncSession, principal: Principal) -> tuple[PreferencesBody, User | None]:
    """Return the user's preferences; everything is wanted until the user says otherwise."""
    user = await session.get(User, principal.sub)
    return preferences_body(principal, user), user


def preferences_body(principal: Principal, user: User | None) -> PreferencesBody:
    """Return the preferences as the API shows them."""
    own = user.own_email if user else None
    chosen = user.mails if user else {}
    wanted = {mail_type: bool(chosen.get(mail_type, True)) for mail_type in CHOOSABLE}
    return PreferencesBody(email=own or principal.email, own_email=own, mails=wanted)


def preferences_etag(sub: str, user: User | None) -> str:
    """Return the ETag of a user's preferences, also of those who never had any."""
    return etag("preferences", sub, user.version if user else 0)
