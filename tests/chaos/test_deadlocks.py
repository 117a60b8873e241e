"""Transactions that take the same rows in opposite order: no deadlock reaches a user or a dead letter."""

import asyncio
import random

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from devstack.in_process import api_client
from tests.chaos.scale import Scale
from tests.chaos.worker_harness import WorkerHarness, raw_message
from tests.support import things
from web.app import create_app
from web.auth import public
from web.idempotency import Answer, CommandDependency

KEYS = [f"thing-{number}" for number in range(10)]
router = APIRouter(dependencies=[Depends(public)])


async def change_both(session: AsyncSession, both: str, request: Request) -> None:
    """Change two things, locked in the order in which they are named; another may take the second in between."""
    first, second = both.split(",")
    await things.change(session, first, "1")
    if barrier := request.app.state.barrier:
        await barrier()
    await things.change(session, second, "1")


@router.put("/both/{both}")
async def put_both(both: str, request: Request) -> Response:
    await request.app.state.database.run_in_transaction(lambda session: change_both(session, both, request))
    return Response(status_code=204)


@router.post("/both/{both}")
async def post_both(both: str, request: Request, command: CommandDependency) -> Response:
    async def use_case(session: AsyncSession) -> Answer:
        await change_both(session, both, request)
        return Answer({}, 201)

    return await command.run(use_case)


def app_of(harness: WorkerHarness) -> FastAPI:
    """Return an API on the database of the little service."""
    app = create_app(
        harness.settings, title="things", routers=[router], problems=things.PROBLEMS, database=harness.database
    )
    app.state.barrier = None
    return app


async def deadlocks(harness: WorkerHarness) -> int:
    """Return how many deadlocks the database has broken up; it counts them when their session is over."""
    await harness.database.close()
    return int(await harness.scalar("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))


async def test_two_requests_in_opposite_order_are_both_answered(harness: WorkerHarness) -> None:
    app = app_of(harness)
    for method, expected in (("PUT", 204), ("POST", 201)):
        both_hold_one = asyncio.Barrier(2)
        passes = 2

        async def barrier(meeting: asyncio.Barrier = both_hold_one) -> None:
            nonlocal passes
            passes -= 1
            if passes >= 0:
                await meeting.wait()

        app.state.barrier = barrier
        async with api_client(app) as client:
            answers = await asyncio.gather(*(client.request(method, f"/both/{both}") for both in ("a,b", "b,a")))
        assert [answer.status_code for answer in answers] == [expected, expected]
    assert await deadlocks(harness) == 2
    # Each request emitted one event about each thing: what was rolled back left nothing.
    assert await harness.scalar("SELECT count(*) FROM outbox") == 8


async def test_batches_beside_requests_leave_no_deadlock_to_anybody(harness: WorkerHarness, scale: Scale) -> None:
    chance = random.Random(scale.seed)
    app = app_of(harness)
    await harness.start()
    await harness.start()
    order = [raw_message(key, str(number), number) for number in range(1, scale.size // 10 + 1) for key in KEYS]
    chance.shuffle(order)
    few_at_once = asyncio.Semaphore(8)

    async def request() -> int:
        method = chance.choice(["PUT", "POST"])
        both = ",".join(chance.sample(KEYS, 2))
        async with few_at_once, api_client(app) as client:
            return (await client.request(method, f"/both/{both}")).status_code

    sending = asyncio.create_task(harness.send(order))
    answers = await asyncio.gather(*(request() for _ in range(scale.size // 3)))
    await sending
    assert set(answers) <= {201, 204}
    await harness.wait_for_empty_outbox()
    expected = len(order) + 2 * len(answers)
    await harness.wait_for_acknowledged(expected)
    assert await harness.scalar("SELECT sum(applied) FROM things") == expected
    assert await harness.scalar("SELECT count(*) FROM dead_letters") == 0
