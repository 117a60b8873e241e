"""Load the country: through the services' own use cases, with many things in one transaction where pages take many.

What is loaded goes the same way as everything else: outbox, Kafka, routing, cases, tilsyn, feed. It can be stopped and
started again at any time: what is there already stays as it is.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases.models import Case
from chassis.clock import now
from chassis.database import Database
from devstack.demonstration import clock
from devstack.demonstration.authorities import Authorities
from devstack.demonstration.country import Plan, plans
from devstack.demonstration.histories import RETURNED, Outcome, ReportStage
from devstack.demonstration.providers import Providers

PATIENCE_SECONDS = 300
SIDE_BY_SIDE = 4
# How many tilbud are created, and how many other things are done, in one transaction.
CREATED_TOGETHER = 25
DONE_TOGETHER = 8
SENT_BACK = (Outcome.RETURNED, Outcome.RESENT, Outcome.CLOSED)
ANSWERED = (ReportStage.RESENT, ReportStage.CLOSED, Outcome.RESENT, Outcome.CLOSED)

Progress = Callable[[str], None]
Item = TypeVar("Item")


class Loader:
    """Loads plans into a running system."""

    def __init__(self, progress: Progress) -> None:
        clock.install()
        self._now = now()
        self._providers = Providers(self._now)
        self._authorities = Authorities(self._now)
        self._progress = progress
        self._ids: dict[int, str] = {}

    async def load(self, count: int) -> None:
        """Load the named tilbud and ``count`` generated ones, as far as they are not there yet."""
        country = list(plans(count))
        try:
            await self._create(country)
            await self._report([plan for plan in country if plan.history.stage is not ReportStage.CREATED])
            decided = [plan for plan in country if plan.history.is_approved or plan.history.stage in RETURNED]
            await self._decide(decided, submission=1)
            await self._inspect([plan for plan in country if plan.history.is_inspected])
            await self._report_again([plan for plan in country if plan.history.outcome is not Outcome.NONE])
            await self._answer_returns(country)
            await self._tell_vacancies([plan for plan in country if plan.history.vacancies_updated is not None])
        finally:
            await self._providers.database.close()
            await self._authorities.database.close()

    async def _create(self, country: Sequence[Plan]) -> None:
        """Create in the order of the country, which gives the tilbud their ids."""
        self._progress(f"{len(country)} tilbud are created")
        self._ids = await self._providers.known()
        new = [plan for plan in country if plan.number not in self._ids]
        for together in _chunks(new, CREATED_TOGETHER):
            async with self._providers.database.begin() as session:
                created = [await self._providers.create(session, plan) for plan in together]
            self._ids |= dict(zip((plan.number for plan in together), created, strict=True))

    async def _report(self, reporting: Sequence[Plan]) -> None:
        self._progress(f"{len(reporting)} tilbud report")
        reported = await self._providers.reported()
        new = [plan for plan in reporting if self._ids[plan.number] not in reported]
        await self._of_providers(new, self._providers.report)

    async def _decide(self, decided: Sequence[Plan], *, submission: int) -> None:
        self._progress(f"{len(decided)} cases are decided")
        by_tilbud = {self._ids[plan.number]: plan for plan in decided}
        ids = list(by_tilbud)
        await self._eventually(lambda: self._authorities.have_cases(ids, submission), "every case is open")
        cases = await self._authorities.waiting(ids, submission)

        async def decide(session: AsyncSession, case: Case) -> None:
            await self._authorities.decide(session, case, by_tilbud[case.subject_id])

        await _side_by_side(self._authorities.database, sorted(cases, key=lambda case: case.subject_id), decide)

    async def _inspect(self, inspected: Sequence[Plan]) -> None:
        ids = [self._ids[plan.number] for plan in inspected]
        await self._eventually(lambda: self._authorities.have_moved(ids), "every tilbud is at its authority")
        self._progress(f"the tilsyn of {len(inspected)} tilbud are published")
        await self._authorities.inspect(inspected, self._ids)

    async def _report_again(self, changed: Sequence[Plan]) -> None:
        await self._settled(changed, 1, "the approvals are back at the tilbud")
        self._progress(f"{len(changed)} tilbud report a change")
        await self._of_providers(changed, self._providers.report_again)
        decided = [plan for plan in changed if plan.history.outcome in {Outcome.APPROVED, *SENT_BACK}]
        await self._decide(decided, submission=2)

    async def _answer_returns(self, country: Sequence[Plan]) -> None:
        first = [plan for plan in country if plan.history.stage in ANSWERED]
        second = [plan for plan in country if plan.history.outcome in ANSWERED]
        await self._settled(first, 1, "the returned first cases are back at the tilbud")
        await self._settled(second, 2, "the returned second cases are back at the tilbud")
        self._progress(f"{len(first) + len(second)} tilbud correct or give up what was returned")
        await self._of_providers([*first, *second], self._providers.answer_return)

    async def _tell_vacancies(self, telling: Sequence[Plan]) -> None:
        changed = [plan for plan in telling if plan.history.outcome is Outcome.APPROVED]
        await self._settled(changed, 2, "the changes are back at the tilbud")
        self._progress(f"{len(telling)} tilbud tell their vacancies")
        await self._of_providers(telling, self._providers.tell_vacancies)

    async def _of_providers(
        self, plans: Sequence[Plan], work: Callable[[AsyncSession, Plan, str], Awaitable[None]]
    ) -> None:
        by_tilbud = {self._ids[plan.number]: plan for plan in plans}

        async def one(session: AsyncSession, tilbud_id: str) -> None:
            await work(session, by_tilbud[tilbud_id], tilbud_id)

        await _side_by_side(self._providers.database, sorted(by_tilbud), one)

    async def _settled(self, of: Sequence[Plan], submission: int, what: str) -> None:
        ids = [self._ids[plan.number] for plan in of]
        await self._eventually(lambda: self._providers.settled(ids, submission), what)

    async def _eventually(self, look: Callable[[], Awaitable[bool]], what: str) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await look():  # noqa: ASYNC110  What other processes do can only be polled for.
                await asyncio.sleep(0.2)
        self._progress(what)


def _chunks(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


async def _side_by_side(
    database: Database, items: Sequence[Item], work: Callable[[AsyncSession, Item], Awaitable[None]]
) -> None:
    """Do ``work`` for all ``items``: a few in one transaction, and a few transactions at a time.

    The items are in the order of the ids of their tilbud: every transaction locks in this order, as consumers do.
    """
    slots = asyncio.Semaphore(SIDE_BY_SIDE)

    async def one(together: Sequence[Item]) -> None:
        async with slots, database.begin() as session:
            for item in together:
                await work(session, item)

    await asyncio.gather(*(one(together) for together in _chunks(items, DONE_TOGETHER)))
