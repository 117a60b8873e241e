"""An address of a user's own is asked by mail first: whoever reads it there says that it is right.

The link in the mail works once and for three days. Nobody can have others written to at will: a user may ask five
times a day, and an address is asked three times a day whoever wants it.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from chassis.database import lock, lock_name
from chassis.errors import NotFound
from notification.dependencies import SignedLink
from notification.email_address import address_key
from notification.kinds import TILBUD
from notification.mail_types import MailType, Role
from notification.mails.models import OWED, Mail
from notification.preferences.schemas import ConfirmationBody
from notification.saved_searches import commands as searches
from notification.saved_searches.models import SavedSearch
from notification.signed_links import Purpose
from notification.users.models import User
from web.errors import TooMany

VALID_FOR = timedelta(days=3)
WITHIN = timedelta(days=1)
MOST_BY_USER = 5
MOST_TO_ADDRESS = 3


async def ask(session: AsyncSession, user: User, email: str) -> None:
    """Owe the mail that asks whether ``email`` is the address of the locked ``user``; TooMany after several."""
    moment = now()
    await lock_name(session, f"asked {address_key(email)}")
    await _refuse_too_many(session, user, email, moment)
    user.wanted_email, user.wanted_key = email, secrets.token_urlsafe(12)
    session.add(
        Mail(
            subject_kind=TILBUD.id,
            subject_id="",
            fact=f"address/{user.wanted_key}",
            mail_type=MailType.ADDRESS_CONFIRMATION,
            role=Role.FOLLOWER,
            email=address_key(email),
            sub=user.sub,
            organisation="",
            data={"parts": [user.sub, email, user.wanted_key, (moment + VALID_FOR).isoformat()]},
            state=OWED,
            next_at=moment,
            created_at=moment,
        )
    )


async def _refuse_too_many(session: AsyncSession, user: User, email: str, moment: datetime) -> None:
    to_address = Mail.email == address_key(email)
    statement = select(
        func.count().filter(to_address).label("to_address"), func.count().filter(Mail.sub == user.sub).label("by_user")
    ).where(
        Mail.mail_type == MailType.ADDRESS_CONFIRMATION,
        Mail.subject_id == "",
        Mail.created_at > moment - WITHIN,
        or_(to_address, Mail.sub == user.sub),
    )
    asked = (await session.execute(statement)).one()
    if asked.to_address >= MOST_TO_ADDRESS or asked.by_user >= MOST_BY_USER:
        raise TooMany("Der er sendt for mange mails om at bekræfte adressen. Prøv igen i morgen.")


async def confirmation_of(session: AsyncSession, link: SignedLink) -> ConfirmationBody:
    """Return what the link is about; NotFound when it is not valid any more."""
    if link.purpose is Purpose.CONFIRM_SEARCH:
        search_id, _ = link.parts
        return _search(await searches.search_of(session, search_id))
    sub, *_ = _parts(link)
    return _body(await session.get(User, sub), link)


async def confirm(session: AsyncSession, link: SignedLink) -> ConfirmationBody:
    """Use the address from now on; NotFound when the link is not valid any more."""
    if link.purpose is Purpose.CONFIRM_SEARCH:
        search_id, valid_until = link.parts
        return _search(await searches.confirm(session, search_id, datetime.fromisoformat(valid_until)))
    sub, *_ = _parts(link)
    user = await lock(session, User, User.sub == sub)
    found = _body(user, link)
    if user is not None and not found.confirmed:
        user.own_email, user.wanted_email, user.wanted_key = user.wanted_email, None, None
        user.version += 1
    return found.model_copy(update={"confirmed": True})


def _parts(link: SignedLink) -> tuple[str, str, str, datetime]:
    """Return the user, what stands for the address, the key of the mail, and until when it counts."""
    if link.purpose is not Purpose.CONFIRM_ADDRESS:
        raise NotFound
    sub, address, key, until = link.parts
    return sub, address, key, datetime.fromisoformat(until)


def _search(search: SavedSearch) -> ConfirmationBody:
    return ConfirmationBody(email=search.email, query=search.query, confirmed=search.confirmed_at is not None)


def _body(user: User | None, link: SignedLink) -> ConfirmationBody:
    """Return what a link is about: it was used by now, or still can be."""
    _, address, key, until = _parts(link)
    if user is not None and user.wanted_email and user.wanted_key == key and now() <= until:
        return ConfirmationBody(email=user.wanted_email, confirmed=False)
    if user is not None and user.wanted_key is None and user.own_email and link.stands_for(address, user.own_email):
        return ConfirmationBody(email=user.own_email, confirmed=True)
    raise NotFound("Linket gælder ikke længere. Skriv adressen igen på siden Mails og adresse.")
