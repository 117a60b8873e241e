"""The fire: reports on their way all at once, while one worker after the other is killed -9 and started again.

The seed gives who is killed after which attempt, which client hangs up, and which report is corrected. No attempt is
made between the one that a kill is due after and the kill, so that the same seed kills at the same place again.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import httpx2
from clients import FOLLOWER, Clients, GaveUp
from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]
from judge import LEFT, Finding, World, judge
from ledger import Account, Ledger, accounts
from walk.way import NORD
from world import FEEDS, Addresses, feed_marks, known, left_over, look, read_feed, watch

from contracts.topics import SERVICES, TOPICS
from devstack.system import System
from reports import CORRECTED, Desk, Report, promised, walk_away

# What one report makes: creation, follow, sixteen steps, twenty decisions and the rest.
ATTEMPTS_EACH = 46
WALK_AWAY = 10
QUIET_LOOKS = 2


@dataclass(frozen=True)
class Kill:
    """One process that dies after so many attempts of all clients."""

    after: int
    process: str


def schedule(reports: int, rounds: int, seed: int) -> list[Kill]:
    """Return who dies when: in each round every worker once, and in the last of several rounds two APIs."""
    chance = Random(f"kills {seed}")
    names: list[str] = []
    for number in range(rounds):
        apis = ["reporting-api", "approval-api"] if rounds > 1 and number == rounds - 1 else []
        dying = [*(f"{name}-worker" for name in SERVICES), *apis]
        names += chance.sample(dying, len(dying))
    total = reports * ATTEMPTS_EACH
    places = sorted(chance.sample(range(total // 20, total * 19 // 20), len(names)))
    return [Kill(after, name) for after, name in zip(places, names, strict=True)]


class Pace:
    """Lets the clients go on, and holds them where a kill is due."""

    def __init__(self, system: System, kills: list[Kill], ledger: Ledger) -> None:
        self._system = system
        self._kills = list(kills)
        self._ledger = ledger
        self._turn = asyncio.Lock()
        self._rising: asyncio.Task[None] | None = None
        self.seconds = 0.0
        self.killed: list[Kill] = []

    async def __call__(self) -> None:
        """Return when the next attempt may be made."""
        async with self._turn:
            while self._kills and self._ledger.attempts >= self._kills[0].after:
                await self._strike(self._kills.pop(0))

    async def finish(self) -> None:
        """Make the kills that are still due and wait until everything runs again."""
        async with self._turn:
            while self._kills:
                await self._strike(self._kills.pop(0))
            await self._risen()

    async def _strike(self, kill: Kill) -> None:
        began = time.monotonic()
        # What is being started is no target: the start would fail, and not what is tested here.
        await self._risen()
        await asyncio.to_thread(self._system.kill, kill.process)
        self._rising = asyncio.create_task(asyncio.to_thread(self._system.up, only=kill.process.rpartition("-")[0]))
        self.killed.append(kill)
        self.seconds += time.monotonic() - began

    async def _risen(self) -> None:
        if self._rising is not None:
            await self._rising
            self._rising = None


@dataclass
class Outcome:
    """What a run leaves: the ledger, the world, what is wrong, who was killed, and where the time went."""

    seed: int
    told: list[Account]
    world: World
    findings: list[Finding]
    killed: list[Kill]
    seconds: dict[str, float]
    spent: dict[str, float]


class Fire:
    """One run of so many reports and rounds of kills."""

    def __init__(self, system: System, folder: Path, *, reports: int, rounds: int, seed: int, patience: float) -> None:
        self._system = system
        self._patience = patience
        self._seed = seed
        self._reports = reports
        self._mark = f"{time.time_ns() // 1_000_000 % 2**32:08x}"
        self.ledger = Ledger(folder / "ledger.jsonl", seed)
        self._pace = Pace(system, schedule(reports, rounds, seed), self.ledger)
        self._clients = Clients(system.endpoints, system.credentials["kafka"][NORD], self.ledger, self._pace, patience)
        self._addresses = Addresses.of(system)
        self.seconds: dict[str, float] = {}

    @contextmanager
    def _phase(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.seconds[name] = time.monotonic() - began

    async def burn(self) -> Outcome:
        """Do everything and return what came of it."""
        with self._phase("preparing"):
            follower = await self._prepare()
            ignored = await known(self._addresses)
        async with feed_reader(self._system.endpoints["publication"]) as entries:
            with self._phase("clients under fire"):
                problems = await self._let_clients_go()
            self.seconds["  of it held for kills and restarts"] = self._pace.seconds
            with self._phase("until all is quiet"):
                await quiet(self._addresses, self._patience)
        with self._phase("looking everywhere"):
            world = with_reader(await look(self._addresses, ignored), entries)
            world = replace(world, left={**world.left, **await lags(self._addresses.kafka)})
        with self._phase("judging"):
            told = accounts(self.ledger.path.read_text().splitlines())
            findings = judge(told, world, {each.operation.id: promised(each.operation, follower) for each in told})
        findings += [Finding(LEFT, "clients", problem) for problem in problems]
        return Outcome(self._seed, told, world, findings, self._pace.killed, self.seconds, self._clients.spent)

    async def _prepare(self) -> str:
        """Let all versions be watched and return the follower's address."""
        await self._clients.sign_in()
        await quiet(self._addresses, self._patience)
        await watch(self._addresses)

        async def preferences() -> Any:
            return await self._clients.read(FOLLOWER, "notification", "/v1/preferences")

        found = await self._clients.wait_for(preferences, "the follower's address")
        return str(found.json()["email"])

    async def _let_clients_go(self) -> list[str]:
        """Let every client go its way and return what stopped one."""
        desk = Desk(self._clients)
        beside = [asyncio.create_task(desk.watch()), asyncio.create_task(self._clients.stay_signed_in())]
        ways = [self._report(desk, number).run() for number in range(self._reports)]
        chance = Random(f"{self._seed} away")
        ways += [
            walk_away(self._clients, f"Ild {self._mark} gik {number:03}", chance)
            for number in range(self._reports // WALK_AWAY)
        ]
        ended = await asyncio.gather(*ways, return_exceptions=True)
        for task in beside:
            task.cancel()
        await self._pace.finish()
        await self._clients.http.aclose()
        self.ledger.close()
        for error in ended:
            if isinstance(error, BaseException) and not isinstance(error, GaveUp):
                raise error
        return [str(error) for error in ended if error is not None]

    def _report(self, desk: Desk, number: int) -> Report:
        chance = Random(f"{self._seed} {number}")
        subject = f"Ild {self._mark} {number:03}"
        return Report(self._clients, desk, subject, chance, corrected=number % CORRECTED == 0)


@asynccontextmanager
async def feed_reader(publication: str) -> AsyncIterator[list[Any]]:
    """Read the feed by long polls while the block runs; what was read is in the list."""
    entries: list[Any] = []
    async with httpx2.AsyncClient(base_url=publication, timeout=40) as http:
        entries += await read_feed(http)

        async def follow() -> None:
            while True:
                place = {"lastEventId": entries[-1]["id"] if entries else "0", "timeout": 5, "limit": 1000}
                try:
                    entries.extend((await http.get("/v1/feed", params=place)).raise_for_status().json())
                except httpx2.HTTPError:
                    await asyncio.sleep(0.5)

        reading = asyncio.create_task(follow())
        try:
            yield entries
        finally:
            reading.cancel()
        entries += await read_feed(http, entries[-1]["id"] if entries else "0")


def with_reader(world: World, entries: list[Any]) -> World:
    """Add what a reader of the feed got while it burned; it and Kafka have the same entries as the feed afterwards."""
    name = "feed read under fire"
    streams = {**world.streams, name: feed_marks(entries)}
    lines = {place: list(dict.fromkeys(mark.id for mark in streams[place])) for place in (*FEEDS, name)}
    return replace(world, streams=streams, values={**world.values, ("feed", "all entries"): lines})


async def quiet(addresses: Addresses, patience: float) -> None:
    """Wait until nothing is left to do anywhere, seen twice in a row; give up after ``patience`` seconds."""
    end, calm = time.monotonic() + patience, 0
    while calm < QUIET_LOOKS and time.monotonic() < end:
        waits = {**await left_over(addresses), **await lags(addresses.kafka)}
        calm = 0 if any(n for what, n in waits.items() if "dead letters" not in what) else calm + 1
        await asyncio.sleep(0.3)


async def lags(bootstrap: str) -> dict[str, int]:
    """Return how many messages each of our consumer groups has not acknowledged."""
    return await asyncio.to_thread(_lags, bootstrap)


def _lags(bootstrap: str) -> dict[str, int]:
    admin = AdminClient({"bootstrap.servers": bootstrap})
    ours = [
        group.group_id
        for group in admin.list_consumer_groups().result().valid
        if group.group_id.partition(".")[0] in SERVICES
    ]
    committed = {group: _committed(admin, group) for group in ours}
    places = {place for offsets in committed.values() for place in _all_partitions(offsets)}
    newest = OffsetSpec.latest()  # type: ignore[no-untyped-call]
    futures = admin.list_offsets({TopicPartition(*place): newest for place in places})
    ends = {(place.topic, place.partition): done.result().offset for place, done in futures.items()}
    return {
        f"{group}: lag": sum(ends[place] - offsets.get(place, 0) for place in _all_partitions(offsets))
        for group, offsets in committed.items()
    }


def _committed(admin: AdminClient, group: str) -> dict[tuple[str, int], int]:
    asked = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)])
    found = asked[group].result().topic_partitions or []
    return {(place.topic, place.partition): place.offset for place in found if place.offset >= 0}


def _all_partitions(offsets: dict[tuple[str, int], int]) -> set[tuple[str, int]]:
    """Return every partition of the topics that a group has acknowledged anything of."""
    topics = {topic for topic, _ in offsets}
    return {(topic.name, number) for topic in TOPICS if topic.name in topics for number in range(topic.partitions)}
