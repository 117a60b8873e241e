"""Load the country: through the services' own use cases, with many things in one transaction where pages take many.

What is loaded goes the same way as everything else: outbox, Kafka, routing, cases, tilsyn, feed. Only the walk from
page to page is left out, so that a country takes seconds. It can be stopped and started again at any time.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from aiokafka import AIOKafkaProducer
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases.etags import case_etag
from approval.cases.models import Case, CaseStep
from approval.cases.rules import CaseState
from approval.decisions import commands as decisions
from approval.settings import ApprovalSettings
from chassis.clock import now, today
from chassis.database import Database
from chassis.ids import uuid7
from contracts.events.external import TilsynCompleted, tilsyn_topic
from contracts.events.parties import Verdict
from devstack.demonstration.country import Fate, Plan, plans
from devstack.demonstration.people import officer, reporter
from devstack.demonstration.reports import Steps, creation, report
from jurisdiction.authorities.routing_context import NoAuthority
from jurisdiction.authorities.rulebook import Rulebook, load_rulebooks
from jurisdiction.authorities.rules import decide
from jurisdiction.kinds import TILBUD, facts_of_tilbud
from reporting.leader_cpr.vault import CprVault
from reporting.models import Draft, DraftStep, Submission, Tilbud
from reporting.mount import TILBUD_REPORTS
from reporting.settings import ReportingSettings
from reporting.subjects.facts import created_facts
from reporting.tilbud.commands import create_tilbud
from reporting.tilbud.schemas import CreateTilbud
from reports.reporters import Reporter
from reports.submissions.commands import submit

PATIENCE_SECONDS = 300
SIDE_BY_SIDE = 6
DECIDED = (Fate.PUBLIC, Fate.CHANGED, Fate.WITHOUT_TILSYN, Fate.NOT_APPROVED, Fate.RETURNED)
INSPECTED = (Fate.PUBLIC, Fate.CHANGED, Fate.NOT_APPROVED)

Progress = Callable[[str], None]


class Loader:
    """Loads plans into a running system."""

    def __init__(self, progress: Progress) -> None:
        reporting, approval = ReportingSettings.load(), ApprovalSettings.load()
        self._reporting = Database.of(reporting)
        self._approval = Database.of(approval)
        self._vault = CprVault(reporting.cpr_key.get_secret_value())
        self._kafka = approval.kafka_bootstrap
        self._book: Rulebook = load_rulebooks()[TILBUD.id]
        self._progress = progress
        self._today = today()

    async def load(self, count: int) -> None:
        """Load the named tilbud and ``count`` generated ones, as far as they are not there yet."""
        country = list(plans(count))
        try:
            ids = await self._report(country)
            await self._decide(country, ids, submission=1)
            await self._inspect(country, ids)
            await self._change([plan for plan in country if plan.fate is Fate.CHANGED], ids)
        finally:
            await self._reporting.close()
            await self._approval.close()

    async def _report(self, country: Sequence[Plan]) -> dict[int, str]:
        self._progress(f"{len(country)} tilbud are created and reported")
        known = await self._known()
        new = [plan for plan in country if plan.number not in known]
        created = await _side_by_side(new, self._report_one)
        return known | dict(zip((plan.number for plan in new), created, strict=True))

    async def _known(self) -> dict[int, str]:
        """Return the tilbud of an earlier run by number, which stands in the leader's address."""
        number = func.substring(Tilbud.leader["email"].astext, r"leder@tilbud-(\d+)\.example")
        async with self._reporting.read() as session:
            rows = await session.execute(select(number, Tilbud.id).where(number.is_not(None)))
            return {int(found): tilbud_id for found, tilbud_id in rows}

    async def _report_one(self, plan: Plan) -> str:
        body = CreateTilbud.model_validate(creation(plan))
        async with self._reporting.begin() as session:
            creator = officer(self._authority(plan, body))
            tilbud_id = await create_tilbud(session, body, creator, self._vault)
            if plan.fate is not Fate.CREATED:
                await _save_draft(session, tilbud_id, report(plan, self._today), plan)
                await submit(session, TILBUD_REPORTS, tilbud_id, reporter(plan))
        return tilbud_id

    def _authority(self, plan: Plan, body: CreateTilbud) -> str:
        facts = facts_of_tilbud(
            created_facts(
                Tilbud(
                    name=body.name,
                    cvr=body.operator.cvr,
                    operator_kind=body.operator.kind.value,
                    operator_municipality=body.operator.municipality,
                    operator_region=body.operator.region,
                    address=body.address.model_dump(),
                    primary_legal_basis=plan.legal_basis.id,
                    legal_bases=[plan.legal_basis.id],
                )
            )
        )
        answer = decide(self._book, facts, self._today)
        if isinstance(answer, NoAuthority):
            raise LookupError(answer.reason)  # noqa: TRY004  The plan is wrong, not a type.
        return answer.authority

    async def _decide(self, country: Sequence[Plan], ids: dict[int, str], *, submission: int) -> None:
        decided = [plan for plan in country if plan.fate in DECIDED]
        self._progress(f"{len(decided)} cases are decided")
        by_tilbud = {ids[plan.number]: plan for plan in decided}
        wanted = set(by_tilbud)
        await self._eventually(lambda: self._all_cases_there(wanted, submission), "every case is open")
        async with self._approval.read() as session:
            statement = select(Case).where(
                Case.subject_id.in_(wanted), Case.number == submission, Case.state == CaseState.AWAITING
            )
            waiting = (await session.execute(statement)).scalars().all()
        await _side_by_side(waiting, lambda case: self._decide_one(case, by_tilbud[case.subject_id]))

    async def _all_cases_there(self, wanted: set[str], number: int) -> bool:
        statement = select(func.count()).where(
            Case.subject_id.in_(wanted), Case.number == number, Case.state != CaseState.PENDING
        )
        async with self._approval.read() as session:
            return await session.scalar(statement) == len(wanted)

    async def _decide_one(self, case: Case, plan: Plan) -> None:
        by = officer(str(case.authority))
        async with self._approval.begin() as session:
            _, held = await decisions.lock_case(session, by, case.id)
            rows = (await session.execute(select(CaseStep).where(CaseStep.case_id == case.id))).scalars().all()
            actor = decisions.actor_of(by, str(case.authority)).model_dump(mode="json")
            for row in rows:
                rejected = plan.fate is Fate.RETURNED and row.step == "values"
                row.verdict = Verdict.REJECT if rejected else Verdict.APPROVE
                row.reason = "Beskriv målene mere konkret." if rejected else None
                row.decided_by, row.decided_at = actor, now()
                row.version += 1
            await session.flush()
            await decisions.conclude(session, by, case_id=case.id, if_match=case_etag(held))

    async def _inspect(self, country: Sequence[Plan], ids: dict[int, str]) -> None:
        inspected = [plan for plan in country if plan.fate in INSPECTED]
        self._progress(f"{len(inspected)} tilsyn are published")
        async with self._approval.read() as session:
            rows = await session.execute(select(Case.subject_id, Case.authority).where(Case.number == 1))
            authorities: dict[str, str] = {tilbud_id: str(found) for tilbud_id, found in rows}
        producer = AIOKafkaProducer(bootstrap_servers=self._kafka)
        await producer.start()
        try:
            for plan in inspected:
                tilbud_id = ids[plan.number]
                topic = tilsyn_topic(authorities[tilbud_id])
                value = json.dumps(self._tilsyn(plan, tilbud_id), ensure_ascii=False).encode()
                await producer.send(topic, value, key=tilbud_id.encode(), headers=_headers(tilbud_id))
        finally:
            await producer.stop()

    def _tilsyn(self, plan: Plan, tilbud_id: str) -> dict[str, Any]:
        chance = plan.random
        day = (self._today - timedelta(days=chance.randint(5, 400))).isoformat()
        themes = ("target-group-methods-results", "health-and-wellbeing", "competences", "physical-environment")
        body: dict[str, Any] = {
            "tilsyn_id": str(uuid5(NAMESPACE_URL, tilbud_id)),
            "tilbud_id": tilbud_id,
            "version": 1,
            "kind": chance.choice(("announced", "unannounced")),
            "visited_on": day,
            "decided_on": day,
            "decision": "not-approved" if plan.fate is Fate.NOT_APPROVED else "approved",
            "conclusion": "Tilbuddet arbejder ud fra en klar målgruppe og følger systematisk op på borgernes mål.",
            "themes": [{"theme": theme, "score": round(chance.uniform(2.8, 5.0), 1)} for theme in themes],
        }
        if plan.fate is Fate.PUBLIC and chance.random() < 0.1:  # noqa: PLR2004
            deadline = (self._today + timedelta(days=60)).isoformat()
            body["orders"] = [{"text": "Tilbuddet skal sikre opdaterede handleplaner.", "deadline": deadline}]
        return body

    async def _change(self, changed: Sequence[Plan], ids: dict[int, str]) -> None:
        self._progress(f"{len(changed)} tilbud report a change")
        wanted = {ids[plan.number] for plan in changed}
        await self._eventually(lambda: self._approved(wanted), "the approvals are back at the tilbud")
        await _side_by_side(changed, lambda plan: self._change_one(plan, ids[plan.number]))
        # Every other change is decided; the rest gives the officers something to do.
        await self._decide(changed[::2], ids, submission=2)

    async def _approved(self, wanted: set[str]) -> bool:
        statement = select(func.count()).where(Submission.subject_id.in_(wanted), Submission.state == "approved")
        async with self._reporting.read() as session:
            return int(await session.scalar(statement) or 0) >= len(wanted)

    async def _change_one(self, plan: Plan, tilbud_id: str) -> None:
        async with self._reporting.begin() as session:
            statement = select(func.count()).where(Submission.subject_id == tilbud_id)
            if await session.scalar(statement) != 1:
                return
            values = report(plan, self._today)["values"]
            values["values"] += " Vi har i år arbejdet særligt med medinddragelse."
            await _save_draft(session, tilbud_id, {"values": values}, plan)
            await submit(session, TILBUD_REPORTS, tilbud_id, reporter(plan))

    async def _eventually(self, look: Callable[[], Awaitable[bool]], what: str) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await look():  # noqa: ASYNC110  What other processes do can only be polled for.
                await asyncio.sleep(0.2)
        self._progress(what)


async def _save_draft(session: AsyncSession, tilbud_id: str, steps: Steps, plan: Plan) -> None:
    by = Reporter(reporter(plan)).stamp
    draft = Draft(id=uuid7(), subject_id=tilbud_id, revision=len(steps), started_at=now(), saved_at=now(), saved_by=by)
    session.add(draft)
    await session.flush()
    session.add_all(
        DraftStep(draft_id=draft.id, step=step, data=data, revision=number, saved_at=now(), saved_by=by)
        for number, (step, data) in enumerate(steps.items(), start=1)
    )
    await session.flush()


def _headers(tilbud_id: str) -> list[tuple[str, bytes]]:
    attributes = {
        "ce_specversion": "1.0",
        "ce_id": f"demonstration-{tilbud_id}",
        "ce_source": "/demonstration",
        "ce_type": TilsynCompleted.ce_type,
        "content-type": "application/json",
    }
    return [(name, text.encode()) for name, text in attributes.items()]


async def _side_by_side(items: Sequence[Any], work: Callable[[Any], Awaitable[Any]]) -> list[Any]:
    """Do ``work`` for all ``items``, a few at a time, and return the results in their order."""
    slots = asyncio.Semaphore(SIDE_BY_SIDE)

    async def one(item: Any) -> Any:
        async with slots:
            return await work(item)

    return list(await asyncio.gather(*map(one, items)))
