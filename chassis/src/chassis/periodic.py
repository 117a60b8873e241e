"""Work that no message starts: it runs in the worker, at intervals, on one replica at a time where it matters."""

import asyncio
import logging
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis import metrics
from chassis.database import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PeriodicJob:
    """``run`` is called ``every`` so many seconds; it opens its own transactions."""

    name: str
    every: float
    run: Callable[[Database], Awaitable[None]]


async def try_advisory_lock(session: AsyncSession, name: str) -> bool:
    """Return whether this transaction now holds the lock called ``name``; False while another one holds it."""
    lock_id = zlib.crc32(name.encode())
    return bool(await session.scalar(select(func.pg_try_advisory_xact_lock(lock_id))))


async def run_periodically(job: PeriodicJob, database: Database, stop: asyncio.Event) -> None:
    """Run ``job`` until ``stop`` is set; a failure is counted, logged and tried again at the next turn."""
    while not stop.is_set():
        try:
            await job.run(database)
        except Exception as error:  # noqa: BLE001  A job that dies would be missed by nobody until it is too late.
            metrics.timer_failures.labels(job.name).inc()
            log.warning("periodic job failed", extra={"job": job.name, "error": type(error).__name__})
        await pause(job.every, stop)


async def pause(seconds: float, until: asyncio.Event) -> None:
    """Wait ``seconds``, or shorter when ``until`` is set."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await until.wait()
