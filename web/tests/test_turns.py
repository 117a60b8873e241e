"""One caller's work takes turns, and rests between them; cancelled or failed, it gives its turn back."""

import asyncio
from time import perf_counter

import pytest

from web.turns import REST, Metered, Turns

BUSY_SECONDS = 0.02


async def _work() -> None:
    await asyncio.sleep(0)
    end = perf_counter() + BUSY_SECONDS
    while perf_counter() < end:
        pass
    await asyncio.sleep(0)


async def test_a_caller_rests_after_its_turn_and_others_do_not() -> None:
    turns, begun = Turns(), dict[str, float]()

    async def take(caller: str, name: str) -> None:
        async def work() -> None:
            begun[name] = perf_counter()
            await _work()

        await turns.take(caller, work)

    await asyncio.gather(take("one", "first"), take("one", "second"), take("other", "beside"))
    assert begun["second"] - begun["first"] >= BUSY_SECONDS * (REST + 1)
    assert begun["beside"] < begun["second"]


async def test_only_what_keeps_the_loop_busy_is_counted() -> None:
    async def work() -> None:
        await asyncio.sleep(BUSY_SECONDS * 20)
        await _work()

    metered = Metered(work())
    await metered
    assert BUSY_SECONDS <= metered.seconds < BUSY_SECONDS * 20


async def test_work_that_fails_or_is_cancelled_gives_its_turn_back() -> None:
    turns = Turns()

    async def fails() -> None:
        raise LookupError

    async def never_ends() -> None:
        await asyncio.Event().wait()

    with pytest.raises(LookupError):
        await turns.take("one", fails)
    task = asyncio.create_task(turns.take("one", never_ends))
    waiting = asyncio.create_task(turns.take("one", _work))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(waiting, 10)
