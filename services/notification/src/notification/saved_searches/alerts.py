"""Asks saved searches again and owes the mails about what is new.

What was found is kept in the transaction that owes the mail: it is told once, whenever the worker stops. While the
search cannot be asked, nothing is lost: it is asked again.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from chassis.database import Database, lock
from chassis.errors import Invalid
from notification.mail_types import Frequency, MailType
from notification.mails.queries import stopped_among
from notification.saved_searches.commands import mail_about
from notification.saved_searches.models import SavedSearch
from notification.saved_searches.rules import MOST_FOUND, new_ones, next_run
from notification.saved_searches.search_client import Found, SearchClient
from web.errors import Unavailable

log = logging.getLogger(__name__)

AT_ONCE = 50
# When so many in a row cannot be asked, it is the search that is away.
AWAY_AFTER = 5
MOST_NAMES = 50
# While the search is upgraded, a process of before may refuse what the next one knows.
PATIENCE = timedelta(days=1)
# Another worker leaves a search alone for so long.
LEASE = timedelta(minutes=2)


class SearchAlerts:
    """The asking of one worker."""

    def __init__(self, client: SearchClient) -> None:
        self._client = client

    async def run(self, database: Database) -> None:
        """Ask every search that is due; Unavailable, after all others, where one could not be asked."""
        failures, failure = 0, None
        while due := await _claim(database):
            for search_id, query, lease in due:
                try:
                    found, failures = await self._client.find(query), 0
                except Invalid:
                    # It was understood when it was saved: it finds too much by now, or a code is gone.
                    found = None
                    log.warning("saved search is not understood", extra={"row": search_id})
                except Unavailable as error:
                    # It may be this one only: it waits for its lease, and the others are asked.
                    failures, failure = failures + 1, error
                    if failures >= AWAY_AFTER:
                        raise
                    continue
                async with database.begin() as session:
                    await tell(session, search_id, found, lease)
        if failure is not None:
            raise failure


async def _claim(database: Database) -> list[tuple[str, str, datetime]]:
    """Return searches that are due, each with when another worker may take it."""
    moment = now()
    statement = (
        select(SavedSearch)
        .where(SavedSearch.confirmed_at.is_not(None), SavedSearch.ended_at.is_(None), SavedSearch.next_at <= moment)
        .order_by(SavedSearch.next_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    async with database.begin() as session:
        rows = (await session.scalars(statement)).all()
        for row in rows:
            row.next_at = moment + LEASE
        return [(row.id, row.query, row.next_at) for row in rows]


async def tell(session: AsyncSession, search_id: str, found: Found | None, lease: datetime) -> None:
    """Keep what a search found, and owe the mail about what is new in it; nothing once another worker has taken it.

    One that cannot be asked for a day is ended, and its reader told.
    """
    search = await lock(session, SavedSearch, SavedSearch.id == search_id)
    if search is None or search.ended_at is not None or search.next_at != lease:
        return
    moment = now()
    search.next_at = next_run(moment, Frequency(search.frequency))
    if found is None:
        search.refused_since = search.refused_since or moment
        if moment - search.refused_since < PATIENCE:
            return
        search.ended_at = moment
        search.runs += 1
        session.add(mail_about(search, MailType.SEARCH_ENDED, moment, most=MOST_FOUND))
        return
    search.refused_since = None
    new = new_ones(list(found.names), search.seen)
    search.seen = list(found.names)
    if new and not await stopped_among(session, [search.email]):
        search.runs += 1
        names = [found.names[each] for each in new]
        more = max(len(names) - MOST_NAMES, 0)
        session.add(
            mail_about(search, MailType.SAVED_SEARCH, moment, count=len(new), lines=names[:MOST_NAMES], more=more)
        )
