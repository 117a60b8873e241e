"""The read side: what a user wants to be told, how often, and where."""

from sqlalchemy.ext.asyncio import AsyncSession

from notification.email_address import address_key
from notification.mail_types import CHOOSABLE, Frequency
from notification.preferences.schemas import PreferencesBody, StoppedBody
from notification.users.models import StoppedAddress, User
from web.auth import Principal
from web.etags import etag


async def preferences_of(session: AsyncSession, principal: Principal) -> tuple[PreferencesBody, User | None]:
    """Return the user's preferences; everything is wanted until the user says otherwise."""
    user = await session.get(User, principal.sub)
    return await preferences_body(session, principal, user), user


async def preferences_body(session: AsyncSession, principal: Principal, user: User | None) -> PreferencesBody:
    """Return the preferences as the API shows them."""
    confirmed = user.own_email if user else None
    wanted = user.wanted_email if user else None
    chosen = user.mails if user else {}
    frequency = user.frequency if user else {}
    in_use = confirmed or principal.email
    stopped = await session.get(StoppedAddress, address_key(in_use)) if in_use else None
    return PreferencesBody(
        email=in_use,
        own_email=wanted or confirmed,
        own_email_confirmed=confirmed is not None and wanted is None,
        mails={mail_type: bool(chosen.get(mail_type, True)) for mail_type in CHOOSABLE},
        frequency={mail_type: Frequency(frequency.get(mail_type, Frequency.AT_ONCE)) for mail_type in CHOOSABLE},
        paused=user is not None and user.paused_at is not None,
        stopped=StoppedBody(since=stopped.stopped_at) if stopped else None,
    )


def preferences_etag(sub: str, user: User | None) -> str:
    """Return the ETag of a user's preferences, also of those who never had any."""
    return etag("preferences", sub, user.version if user else 0)
