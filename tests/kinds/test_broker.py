"""A report on a lighthouse reaches the officers over a real broker: the services' own relays and consumers carry it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from chassis.database import Database
from chassis.worker import Worker
from contracts.testing.lighthouse import LIGHTHOUSE_TOPICS
from devstack import topics
from devstack.testing import TestKafka
from tests.chaos.ordering.system import OFFICER, InProcessSystem
from tests.e2e.scenario import NORD
from tests.kinds.actions import LighthouseActions
from tests.kinds.system import SystemWithLighthouses
from tests.support.services import subscriptions_of

NAMES = {topic.name for topic in LIGHTHOUSE_TOPICS}
SECONDS = 60


class SystemOnBroker(InProcessSystem):
    """The services while their workers run."""

    async def deliver_all(self) -> None:
        """Leave it to the workers."""


@asynccontextmanager
async def working(running: InProcessSystem, name: str, kafka: TestKafka) -> AsyncIterator[None]:
    """Run a service's worker with what it subscribes to of lighthouses; that service itself only publishes here."""
    settings = running.apps[name].state.settings.model_copy(update={"kafka_bootstrap": kafka.bootstrap})
    groups = [] if name == "lighthouses" else subscriptions_of(name)
    own = Database(running.services[name].database.url, source=f"/services/{name}")
    wanted = [group for group in groups if NAMES & set(group.topic_names)]
    worker, stop = Worker(settings, subscriptions=wanted, database=own), asyncio.Event()
    task = asyncio.create_task(worker.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def listed_case(running: InProcessSystem, case_id: str) -> dict[str, Any]:
    """Return what the portal's lists have of a case, as soon as its authority has it."""
    statement = "SELECT kind, tilbud_id, state, authority FROM cases WHERE id = :id AND authority IS NOT NULL"
    async with asyncio.timeout(SECONDS):
        while not (rows := await running.services["portal"].rows(statement, id=case_id)):
            await asyncio.sleep(0.1)
    return rows[0]


async def test_a_report_reaches_the_officers(system: SystemWithLighthouses, kafka: TestKafka) -> None:
    topics.ensure_topics(topics.client(kafka.bootstrap), LIGHTHOUSE_TOPICS)
    of = system.running
    running = SystemOnBroker(of.services, of.identity, of.apps, of.clients)
    lighthouse = LighthouseActions(running)
    async with (
        working(running, "lighthouses", kafka),
        working(running, "jurisdiction", kafka),
        working(running, "approval", kafka),
        working(running, "portal", kafka),
    ):
        await lighthouse.create(f"F-{uuid4().hex[:8]}")
        await lighthouse.fill()
        await lighthouse.send("first")
        case_id = lighthouse.cases["first"]
        found = await listed_case(running, case_id)
    assert found == {"kind": "fyrtaarn", "tilbud_id": lighthouse.subject_id, "state": "awaiting", "authority": NORD}
    case = (await running.call(OFFICER, "GET", "approval", f"/v1/cases/{case_id}")).json()
    assert (case["fyrtaarn_id"], case["state"]) == (lighthouse.subject_id, "awaiting")
    assert await running.no_dead_letters()
