"""The index of this process, kept true: each search first asks the database what has changed since the last one.

So nothing is shown that was removed before it was asked for, and a process that missed a message misses nothing. While
the database is away, or while more has changed than can be read at once, the index answers as it is, for a minute.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from sqlalchemy import Select, Text, cast, func, literal_column, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database
from publication.feed.models import FeedHead
from publication.feed.queries import FEED_STATE, FeedState
from publication.search.criteria import SearchCriteria
from publication.search.index import IndexedRow, SearchIndex
from publication.search.models import SearchChange, SearchRow
from publication.search.presentation import search_page
from publication.search.searching import search
from web.errors import Unavailable

# Nobody waits longer for what is new.
WAIT_SECONDS = 1.5
# A process gets requests only when it is ready, so this is for who asks it before.
WAIT_AT_START_SECONDS = 10.0
# So long the database may be away before this process says that it is not ready.
PATIENCE_SECONDS = 30.0
# What is older is not shown: it may have been withdrawn since.
MOST_LATE_SECONDS = 60.0
# An answer of the database can be lost on its way; then its connection never says anything again.
LOOK_SECONDS = 5.0
FILL_SECONDS = 600.0
CHUNK = 500
# After so many tilbud others have their turn.
TURN = 20
MAX_ANSWERS = 500
MAX_ANSWER_BYTES = 20_000_000
NOT_FILLED = "Søgningen er ved at starte. Prøv igen om lidt."
TOO_OLD = "Søgningen kan ikke se, hvad der er nyt. Prøv igen om lidt."
_LONG_READ = text("SET LOCAL statement_timeout = '600s'")
_OLDEST_OPEN = func.pg_snapshot_xmin(func.pg_current_snapshot()).op("::")(text("text::bigint"))
# A table of changes that was emptied or put back tells of none: the row that is always there is gone or another one.
_MARK_ROW: Select[Any] = (
    select(literal_column("xmin::text")).select_from(SearchChange).where(SearchChange.tilbud_id == "")
)
_MARK = _MARK_ROW.scalar_subquery()
# Another history than before: numbers of changes may have been given twice.
_EPOCH = select(FeedHead.epoch).scalar_subquery()
_COLUMNS = (
    *(SearchRow.tilbud_id, SearchRow.department_id, SearchRow.sort_name, SearchRow.title, SearchRow.words),
    *(SearchRow.facets, SearchRow.ages, SearchRow.group_ages, SearchRow.vacancies, SearchRow.quality),
    *(SearchRow.rates, SearchRow.latitude, SearchRow.longitude, SearchRow.identifiers, cast(SearchRow.item, Text)),
)
_ROWS = select(*_COLUMNS).where(SearchRow.valid_to.is_(None))

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Current:
    """The index, and the state of everything public that it shows. ``late``: it may lack what is new.

    ``answers`` are those that were given from the index as it is, by what was asked for.
    """

    index: SearchIndex
    state: FeedState
    late: bool
    answers: dict[str, bytes]


def answer_now(current: Current, criteria: SearchCriteria, query: str) -> bytes:
    """Return the answer to ``query``, which asks for ``criteria``: one that many ask for is made once."""
    answer = current.answers.get(query)
    if answer is None:
        answer = search_page(*search(current.index, criteria, query, current.state))
        kept = sum(map(len, current.answers.values()))
        if len(current.answers) >= MAX_ANSWERS or kept + len(answer) > MAX_ANSWER_BYTES:
            current.answers.clear()
        current.answers[query] = answer
    return answer


class LiveIndex:
    """The index of a process. It is filled when it is first asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._index: SearchIndex | None = None
        self._state: FeedState = (0, 0, 0)
        # Not so while a change is being taken in: a fault there is mended by filling the index anew.
        self._whole = False
        self._since = 0
        self._mark: tuple[str | None, str | None] = (None, None)
        self._taken: dict[str, int] = {}
        self._answers: dict[str, bytes] = {}
        self._running: asyncio.Task[None] | None = None
        self._asked: asyncio.Task[None] | None = None
        # The next index while it is filled, with the number of the first change that it may lack.
        self._refill: tuple[asyncio.Task[SearchIndex], int] | None = None
        self._seen_at = self._true_at = monotonic()

    async def current(self) -> Current:
        """Return the index with everything that was committed before, or as it is.

        Unavailable where it is not filled, or lacks what has changed for a minute.
        """
        task = self._next_look()
        done, _ = await asyncio.wait([task], timeout=WAIT_SECONDS if self._index else WAIT_AT_START_SECONDS)
        failure = task.exception() if done else None
        if self._index is None:
            if failure:
                raise failure
            raise Unavailable(NOT_FILLED, headers={"Retry-After": "5"})
        if monotonic() - self._true_at > MOST_LATE_SECONDS:
            raise Unavailable(TOO_OLD, headers={"Retry-After": "5"})
        return Current(self._index, self._state, not done or failure is not None, self._answers)

    async def reasons_not_ready(self) -> list[str]:
        """Return what keeps this process from searching; asked at the start, it lets the index be filled."""
        task = self._next_look()
        await asyncio.wait([task], timeout=WAIT_SECONDS)
        if self._index is None:
            return ["search index"]
        return ["database"] if monotonic() - self._seen_at > PATIENCE_SECONDS else []

    def _next_look(self) -> asyncio.Task[None]:
        """Return a look at the database that begins after now; all who ask meanwhile share it."""
        if self._asked is None:
            self._asked = asyncio.create_task(self._look_after(self._running))
            self._asked.add_done_callback(_retrieve)
        return self._asked

    async def _look_after(self, before: asyncio.Task[None] | None) -> None:
        if before is not None and not before.done():
            await asyncio.wait([before])
        self._running, self._asked = self._asked, None
        began = monotonic()
        async with self._database.read() as session:
            await self._look(session)
        self._true_at = began

    async def _look(self, session: AsyncSession) -> None:
        index, since, taken = self._newest_index()
        changed = select(func.array_agg(func.row(SearchChange.tilbud_id, SearchChange.changed_in)))
        changed = changed.where(SearchChange.changed_in >= since)
        statement = select(*FEED_STATE, _OLDEST_OPEN, _MARK, _EPOCH, changed.scalar_subquery())
        async with asyncio.timeout(LOOK_SECONDS):
            found = (await session.execute(statement)).one()
        sequence, last_pending, pending, oldest_open, mark, epoch, rows = found
        self._seen_at = monotonic()
        if mark is None or (mark, epoch) != self._mark:
            self._whole, self._mark = False, (mark, epoch)
        if index is None or not self._whole or oldest_open < since:
            index, taken, self._whole = await self._filled(), {}, True
        new = [tilbud_id for tilbud_id, number in rows or () if taken.get(tilbud_id) != number]
        for start in range(0, len(new), CHUNK):
            await self._take(session, index, new[start : start + CHUNK])
        if index is not self._index:
            self._index, self._answers = index, {}
        self._taken = {tilbud_id: number for tilbud_id, number in rows or () if number >= oldest_open}
        self._since, self._state = oldest_open, (sequence, last_pending, pending)
        if index.is_worn and self._refill is None:
            self._refill = asyncio.create_task(self._filled()), oldest_open
            self._refill[0].add_done_callback(_retrieve)

    def _newest_index(self) -> tuple[SearchIndex | None, int, dict[str, int]]:
        """Return what takes in the next changes, the number of the first one, and which of them it has.

        An index that was filled beside a worn one is shown when it has all that changed meanwhile.
        """
        if self._refill is not None and self._refill[0].done():
            (task, since), self._refill = self._refill, None
            if self._whole and not task.cancelled() and task.exception() is None:
                return task.result(), since, {}
        return self._index, self._since, self._taken

    async def _take(self, session: AsyncSession, index: SearchIndex, tilbud_ids: Sequence[str]) -> None:
        rows: dict[str, list[IndexedRow]] = {tilbud_id: [] for tilbud_id in tilbud_ids}
        async with asyncio.timeout(LOOK_SECONDS):
            for row in await session.execute(_ROWS.where(SearchRow.tilbud_id.in_(tilbud_ids))):
                rows[row.tilbud_id].append(IndexedRow(*row))
        self._whole = False
        for number, (tilbud_id, shown) in enumerate(rows.items(), 1):
            index.replace(tilbud_id, shown)
            self._answers = {}
            if not number % TURN:
                await asyncio.sleep(0)
        self._whole = True

    async def _filled(self) -> SearchIndex:
        """Return a new index with everything that is public; the one before answers until then."""
        start, index = monotonic(), SearchIndex()
        async with asyncio.timeout(FILL_SECONDS), self._database.begin() as session:
            await session.execute(_LONG_READ)
            async for rows in _all_rows(session):
                index.fill(rows)
                await asyncio.sleep(0)
        index.settle()
        logger.info("search index filled: %s rows in %.1f s", len(index.live), monotonic() - start)
        return index


async def _all_rows(session: AsyncSession) -> AsyncIterator[list[IndexedRow]]:
    result = await session.stream(_ROWS.execution_options(yield_per=CHUNK))
    async for rows in result.partitions(CHUNK):
        yield [IndexedRow(*row) for row in rows]


def _retrieve(task: asyncio.Task[Any]) -> None:
    """Whoever waited looked at its exception; without anybody it was a look that failed, and the next one follows."""
    if not task.cancelled() and (failure := task.exception()):
        logger.warning("the search could not look for what is new", exc_info=failure)
