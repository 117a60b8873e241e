"""Turns for work that keeps a process busy: who brings much of it waits for itself, and not the others."""

import asyncio
from collections.abc import Callable, Coroutine, Generator
from time import perf_counter
from typing import Any
from weakref import WeakValueDictionary

# After its turn a caller rests so many times as long as it kept the process busy: it has at most a fifth of it.
REST = 4


async def one_at_a_time() -> None:
    """Declare that each caller has one request of this route at work at a time; not who is never counted."""


class Turns:
    """Gives each caller one turn at a time, and a rest after it; where nobody else asks, that is all it waits for."""

    def __init__(self) -> None:
        # A lock that nobody waits for or holds is forgotten.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def take(self, caller: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do ``work`` in the turn of ``caller``. The rest is nobody's wait but that of the next turn."""
        lock: asyncio.Lock = self._locks.setdefault(caller, asyncio.Lock())
        await lock.acquire()
        metered = Metered(work())
        try:
            await metered
        finally:
            asyncio.get_running_loop().call_later(metered.seconds * REST, lock.release)


class Metered(Generator[Any, Any, None]):
    """A coroutine to be awaited, and for how many ``seconds`` its steps have kept the event loop busy."""

    def __init__(self, work: Coroutine[Any, Any, None]) -> None:
        self.seconds = 0.0
        self._steps = work.__await__()

    def __await__(self) -> Generator[Any, Any, None]:
        return self

    def send(self, value: Any, /) -> Any:
        """Take the next step."""
        began = perf_counter()
        try:
            return self._steps.send(value)
        finally:
            self.seconds += perf_counter() - began

    def throw(self, *error: Any) -> Any:
        """Take the next step with an error, such as that the work is cancelled."""
        began = perf_counter()
        try:
            return self._steps.throw(*error)
        finally:
            self.seconds += perf_counter() - began
