"""The read side: what is saved with the addresses of a user."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from notification.email_address import address_key
from notification.saved_searches.models import SavedSearch
from notification.users.models import User
from web.auth import Principal


async def searches_of(session: AsyncSession, principal: Principal) -> Sequence[SavedSearch]:
    """Return the searches that go on and go to an address of the user, the newest first."""
    user = await session.get(User, principal.sub)
    addresses = {address_key(each) for each in (principal.email, user and user.own_email) if each}
    own = select(SavedSearch).where(SavedSearch.email.in_(addresses), SavedSearch.ended_at.is_(None))
    return (await session.scalars(own.order_by(SavedSearch.created_at.desc()))).all()
