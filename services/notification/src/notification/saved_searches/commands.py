"""Saving a search: its address is asked first, and nobody can have others written to at will.

An address is asked three times a day; beyond that nothing is sent, and the answer is the same, so that it tells nothing
about an address. All of them together are asked six hundred times an hour: then it is said that it cannot be done now.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from chassis.database import lock, lock_name
from chassis.errors import NotFound
from chassis.ids import uuid7
from notification.email_address import address_key
from notification.kinds import TILBUD
from notification.mail_types import Frequency, MailType, Role
from notification.mails.commands import drop_waiting
from notification.mails.models import OWED, Mail
from notification.mails.queries import stopped_among
from notification.saved_searches.models import SavedSearch
from notification.saved_searches.rules import next_run
from notification.saved_searches.schemas import SavedSearchChange
from web.errors import Unavailable

VALID_FOR = timedelta(days=3)
MOST_TO_ADDRESS = 3
MOST_IN_AN_HOUR = 600
MOST_SEARCHES = 20
TOO_MANY_NOW = "Der gemmes for mange søgninger lige nu. Prøv igen om en time."
COMES_BACK_WITHIN = timedelta(days=30)


async def save(session: AsyncSession, query: str, change: SavedSearchChange) -> None:
    """Keep a search and owe the mail that asks its address, where that one may be written to."""
    moment = now()
    email = address_key(change.email)
    await lock_name(session, f"asked {email}")
    if await _may_not_be_asked(session, email, moment):
        return
    search = SavedSearch(
        id=uuid7(), query=query, email=email, frequency=change.frequency, created_at=moment, next_at=moment
    )
    session.add(search)
    until = (moment + VALID_FOR).isoformat()
    session.add(mail_about(search, MailType.SEARCH_CONFIRMATION, moment, parts=[search.id, until]))


def mail_about(search: SavedSearch, mail_type: MailType, moment: datetime, **data: object) -> Mail:
    """Return a mail owed to the address of a search; there is one of its type for each time that it tells something."""
    return Mail(
        subject_kind=TILBUD.id,
        subject_id="",
        fact=f"search/{search.id}/{search.runs or 0}",
        mail_type=mail_type,
        role=Role.FOLLOWER,
        email=search.email,
        organisation="",
        data={"search": search.id, "query": search.query, **data},
        state=OWED,
        next_at=moment,
        created_at=moment,
    )


async def _may_not_be_asked(session: AsyncSession, email: str, moment: datetime) -> bool:
    day, hour = moment - timedelta(days=1), moment - timedelta(hours=1)
    to_address, recent = (Mail.email == email) & (Mail.created_at > day), Mail.created_at > hour
    asked = select(
        func.count().filter(to_address).label("to_address"), func.count().filter(recent).label("recent")
    ).where(Mail.mail_type == MailType.SEARCH_CONFIRMATION, Mail.subject_id == "", or_(to_address, recent))
    sent = (await session.execute(asked)).one()
    own = select(func.count()).where(SavedSearch.email == email, SavedSearch.ended_at.is_(None))
    if sent.recent >= MOST_IN_AN_HOUR:
        raise Unavailable(TOO_MANY_NOW, headers={"Retry-After": "3600"})
    return (
        sent.to_address >= MOST_TO_ADDRESS
        or (await session.scalar(own) or 0) >= MOST_SEARCHES
        or bool(await stopped_among(session, [email]))
    )


async def search_of(session: AsyncSession, search_id: str) -> SavedSearch:
    """Return a search; NotFound when it is not there any more."""
    found = await session.get(SavedSearch, search_id)
    if found is None:
        raise NotFound
    return found


async def confirm(session: AsyncSession, search_id: str, until: datetime) -> SavedSearch:
    """Tell of a search from now on; NotFound when the link that says so is too old, or the search was ended."""
    search = await lock(session, SavedSearch, SavedSearch.id == search_id)
    if search is None or search.ended_at is not None or (search.confirmed_at is None and now() > until):
        raise NotFound("Linket gælder ikke længere. Søg igen, og gem søgningen på ny.")
    if search.confirmed_at is None:
        search.confirmed_at = search.next_at = now()
    return search


async def end(session: AsyncSession, search_id: str, *, is_ended: bool) -> SavedSearch:
    """End a search, or bring it back."""
    search = await lock(session, SavedSearch, SavedSearch.id == search_id)
    if search is None:
        raise NotFound
    if is_ended:
        search.ended_at = search.ended_at or now()
        await drop_waiting(session, Mail.data["search"].astext == search_id)
    elif search.ended_at is not None:
        # What came meanwhile is no news any more.
        search.ended_at, search.seen, search.next_at = None, None, next_run(now(), Frequency(search.frequency))
    return search


async def forget_searches(session: AsyncSession) -> None:
    """Delete what was never confirmed, and what was ended for good, with its address and its mails."""
    moment = now()
    unconfirmed = SavedSearch.confirmed_at.is_(None) & (SavedSearch.created_at < moment - VALID_FOR)
    ended = SavedSearch.ended_at < moment - COMES_BACK_WITHIN
    forgotten = delete(SavedSearch).where(or_(unconfirmed, ended)).returning(SavedSearch.id)
    ids = (await session.scalars(forgotten)).all()
    await session.execute(delete(Mail).where(Mail.subject_id == "", Mail.data["search"].astext.in_(ids)))
