"""The way to PostgreSQL: sessions that write, sessions that only read, and what their failures mean."""

import asyncio
import random
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar

import asyncpg
from pydantic_core import from_json, to_json
from sqlalchemy import ColumnElement, Executable, func, inspect, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, mapped_column

from chassis.settings import Settings

SERVER_SETTINGS = {
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
}
DEADLOCK_DETECTED = "40P01"
SERIALIZATION_FAILURE = "40001"
LOCK_NOT_AVAILABLE = "55P03"
# Class 08 is the connection, 53 resources, 57P0x the server going away, 58 the system under it.
UNAVAILABLE_CLASSES = ("08", "53", "57P0", "58")
# A wait of ten seconds for a lock may follow: who asks has to wait for longer than both, as the portal does.
RETRY_SECONDS = 15.0
MAX_DEFERRED_BYTES = 16 * 1024 * 1024
BACK_OFF_SECONDS = 0.2

Result = TypeVar("Result")


class ReadSession(AsyncSession):
    """A session that can only read: every statement sees what is committed when it starts."""


class Sequenced:
    """A row that hands out the sequence numbers of the events about its entity.

    Lock the row, then emit with it: so the order of numbers, of outbox rows and of commits is one order.
    """

    sequence: Mapped[int] = mapped_column(default=0, server_default="0")


class Database:
    """One service's database.

    ``run_in_transaction()`` is the way of a request that writes; ``begin()`` is a transaction that commits at the end
    of its block and is not tried again; ``read()`` only reads.
    """

    def __init__(
        self,
        url: str,
        *,
        source: str,
        pool_size: int = 10,
        digest_key: bytes | None = None,
        statement_seconds: float = 60,
        wait_seconds: float = 10,
    ) -> None:
        """``wait_seconds`` is how long somebody waits for a connection, ``statement_seconds`` for one statement."""
        self.url = url
        self.engine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=wait_seconds,
            hide_parameters=True,
            json_serializer=lambda value: to_json(value).decode(),
            json_deserializer=from_json,
            connect_args={
                "server_settings": {**SERVER_SETTINGS, "statement_timeout": f"{round(statement_seconds * 1000)}ms"},
                "timeout": 5,
            },
        )
        info = {"source": source, "digest_key": digest_key or url.encode()}
        self._writing = async_sessionmaker(self.engine, expire_on_commit=False, info=info)
        reading = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._reading = async_sessionmaker(reading, class_=ReadSession, expire_on_commit=False, info=info)

    @classmethod
    def of(cls, settings: Settings, **limits: float) -> "Database":
        """Return the database that ``settings`` name; ``limits`` are the seconds that ``Database`` takes."""
        url = settings.database_url.get_secret_value()
        key = settings.secret_of_digests
        return cls(url, source=settings.source, pool_size=settings.database_pool_size, digest_key=key, **limits)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction: committed when the block ends, rolled back when it raises."""
        async with self._writing.begin() as session:
            yield session
            if session.in_transaction():
                await flush_deferred_inserts(session)

    async def run_in_transaction(self, work: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
        """Run ``work`` in a transaction and return its result; after a deadlock it runs again in a new one.

        What it did is rolled back by then. After fifteen seconds the conflict is the caller's.
        """

        async def attempt() -> Result:
            async with self.begin() as session:
                return await work(session)

        return await retry_conflicts(attempt, RETRY_SECONDS)

    def read(self) -> AbstractAsyncContextManager[ReadSession]:
        """Open a session that only reads."""
        return self._reading()

    async def ping(self) -> None:
        """Raise when the database cannot answer within two seconds."""
        async with asyncio.timeout(2), self.read() as session:
            await session.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()

    @asynccontextmanager
    async def listen(self, channel: str, wake: asyncio.Event) -> AsyncIterator[asyncpg.Connection]:
        """Set ``wake`` at each notification on ``channel`` while the block runs, and when its connection is lost.

        A lost connection tells nothing any more: who listens for long asks it ``is_closed()`` and listens anew.
        """
        connection = await asyncpg.connect(self.url.replace("+asyncpg", ""), timeout=5)
        try:
            connection.add_termination_listener(lambda _: wake.set())
            await connection.add_listener(channel, lambda *_: wake.set())
            yield connection
        finally:
            await connection.close(timeout=2)


async def retry_conflicts(attempt: Callable[[], Awaitable[Result]], seconds: float) -> Result:
    """Return what ``attempt``, a whole transaction, returns; it is made again for ``seconds`` while it meets others.

    Those who met once come back at moments of their own, or they would meet again.
    """
    end = time.monotonic() + seconds
    while True:
        try:
            return await attempt()
        except Exception as error:
            if not is_conflict(error) or time.monotonic() > end:
                raise
            await asyncio.sleep(random.uniform(0, BACK_OFF_SECONDS))  # noqa: S311  No secret depends on it.


def defer_insert(session: AsyncSession, statement: Executable, *rows: Mapping[str, Any]) -> None:
    """Execute ``statement`` with ``rows`` just before the commit, in one go with its other rows and in their order.

    So a batch of messages costs one statement where each message would cost one. ``statement`` is a constant. Different
    statements are executed in the order in which they were first named: where one has to come before another, name it
    first, also when it has no rows.
    """
    session.info.setdefault("deferred_inserts", {}).setdefault(statement, []).extend(rows)
    size = sum(len(value) for row in rows for value in row.values() if isinstance(value, bytes))
    session.info["deferred_bytes"] = session.info.get("deferred_bytes", 0) + size


async def flush_large_inserts(session: AsyncSession) -> None:
    """Write what waits for the end of the transaction now when it takes much memory."""
    if session.info.get("deferred_bytes", 0) > MAX_DEFERRED_BYTES:
        await flush_deferred_inserts(session)


async def flush_deferred_inserts(session: AsyncSession) -> None:
    """Write everything that waits for the end of the transaction now."""
    await session.flush()
    session.info["deferred_bytes"] = 0
    waiting: dict[Executable, list[Mapping[str, Any]]] = session.info.pop("deferred_inserts", {})
    for statement, rows in waiting.items():
        if rows:
            await session.execute(statement, rows)


@asynccontextmanager
async def savepoint(session: AsyncSession) -> AsyncIterator[None]:
    """Take back everything of the block when it fails, also what would wait for the end of the transaction."""
    await flush_deferred_inserts(session)
    try:
        async with session.begin_nested():
            yield
            await flush_deferred_inserts(session)
    except BaseException:
        session.info.pop("deferred_inserts", None)
        raise


Row = TypeVar("Row", bound=DeclarativeBase)


async def lock(session: AsyncSession, model: type[Row], *criteria: ColumnElement[bool]) -> Row | None:
    """Load one row and hold it until the transaction ends; None when there is none."""
    statement = select(model).where(*criteria).with_for_update().execution_options(populate_existing=True)
    return (await session.execute(statement)).scalar_one_or_none()


async def lock_all(
    session: AsyncSession, key: InstrumentedAttribute[str], values: Sequence[str], **others: Any
) -> dict[str, Any]:
    """Lock the rows whose ``key`` is among ``values``, always in the order of the key, and return them by key.

    ``others`` are columns that all of them share, where the key alone is not unique. Two transactions that take their
    rows in the same order cannot deadlock. The session remembers the rows until it ends: ``session.get`` finds them
    without asking the database.
    """
    statement = (
        select(key.class_)
        .where(key.in_(sorted(set(values))))
        .filter_by(**others)
        .order_by(key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    rows = (await session.execute(statement)).scalars().all()
    # A session holds its rows only as long as somebody else does.
    session.info.setdefault("locked", {}).update({inspect(row).identity_key: row for row in rows})
    return {getattr(row, key.key): row for row in rows}


async def lock_once(session: AsyncSession, model: type[Row], **identity: Any) -> Row | None:
    """Return the row with this whole primary key: the one that ``lock_all`` has locked already, or locked now."""
    mapper = inspect(model)
    values = tuple(identity[mapper.get_property_by_column(column).key] for column in mapper.primary_key)
    key = mapper.identity_key_from_primary_key(values)
    row: Row | None = session.info.get("locked", {}).get(key)
    return row or await lock(session, model, *(getattr(model, name) == value for name, value in identity.items()))


async def lock_or_create(
    session: AsyncSession, key: InstrumentedAttribute[str], values: Sequence[str], **others: Any
) -> dict[str, Any]:
    """Lock the rows whose ``key`` is among ``values`` like ``lock_all``; one that is not there yet is made first."""
    rows = [{key.key: value, **others} for value in sorted(set(values))]
    if rows:
        await session.execute(insert(key.class_).on_conflict_do_nothing(), rows)
    return await lock_all(session, key, values, **others)


def sqlstate(error: BaseException) -> str:
    """Return PostgreSQL's five-character code of ``error``, or an empty string when it has none."""
    origin = getattr(error, "orig", None) or error
    return str(getattr(origin, "sqlstate", None) or getattr(error, "sqlstate", None) or "")


def is_conflict(error: BaseException) -> bool:
    """Return whether the same work is likely to succeed when it is tried again at once."""
    return sqlstate(error) in {DEADLOCK_DETECTED, SERIALIZATION_FAILURE, LOCK_NOT_AVAILABLE}


async def lock_name(session: AsyncSession, name: str) -> None:
    """Wait until this transaction holds the lock called ``name``: what is counted under it is not counted twice."""
    await session.execute(select(func.pg_advisory_xact_lock(zlib.crc32(name.encode()))))


def is_unavailable(error: BaseException) -> bool:
    """Return whether ``error`` says that the database is away, and nothing about the work itself."""
    if isinstance(error, (OSError, TimeoutError, PoolTimeoutError, InterfaceError)):
        return True
    if isinstance(error, asyncpg.InterfaceError):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return sqlstate(error).startswith(UNAVAILABLE_CLASSES)
