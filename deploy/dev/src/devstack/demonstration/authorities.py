"""What authorities do in the country: they decide cases and publish tilsyn, in the portal or from their own systems."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from aiokafka import AIOKafkaProducer
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases.etags import case_etag
from approval.cases.models import Case, CaseStep
from approval.cases.rules import CaseState
from approval.decisions import commands as decisions
from approval.settings import ApprovalSettings
from approval.subjects.models import Subject
from approval.tilsyn import commands as tilsyn
from approval.tilsyn.models import Tilsyn
from chassis.clock import day_of, now
from chassis.database import Database
from contracts.events.external import TilsynCompleted, tilsyn_topic
from contracts.events.parties import Verdict
from contracts.reference import AuthorityKind, authority
from devstack.demonstration.clock import days_ago
from devstack.demonstration.country import Plan
from devstack.demonstration.histories import Outcome, ReportStage, TilsynPattern
from devstack.demonstration.people import officer
from devstack.demonstration.tilsyn import Message, messages
from devstack.ports import port
from devstack.services import HOST

DECIDED, DECIDED_AGAIN = 120, 240
# What a kommune or a region says in the portal itself holds no sanctions and is never corrected (R91 to R93).
SAID_IN_PORTAL = frozenset({TilsynPattern.PLAIN, TilsynPattern.WITHOUT_SCORES, TilsynPattern.EARLIER_ONES})
REASONS = {
    "values": "Beskriv målene mere konkret.",
    "contact": "Den nye leders uddannelse og erfaring fremgår ikke. Ring til os, før I sender igen.",
    "interventions": "Taksten er ikke beregnet efter finansieringsbekendtgørelsen; send beregningen.",
    "departments": "Afdelingen er ikke godkendt endnu.\nSøg først om en væsentlig ændring.",
}
USUAL_REASON = "Oplysningerne passer ikke med det, vi så ved sidste tilsyn."


class Authorities:
    """The authorities of the country, in the database of ``approval``; ``at`` is the moment of loading."""

    def __init__(self, at: datetime) -> None:
        self.database = Database.of(ApprovalSettings.load())
        self._now = at

    async def have_cases(self, ids: Sequence[str], submission: int) -> bool:
        """Return whether the case of that submission is open for all of these tilbud."""
        statement = select(func.count()).where(
            Case.subject_id.in_(ids), Case.number == submission, Case.state != CaseState.PENDING
        )
        async with self.database.read() as session:
            return await session.scalar(statement) == len(ids)

    async def have_moved(self, ids: Sequence[str]) -> bool:
        """Return whether all of these tilbud are at the authority that has approved their first report."""
        statement = (
            select(func.count())
            .select_from(Subject)
            .join(Case, Case.subject_id == Subject.id)
            .where(Subject.id.in_(ids), Case.number == 1, Case.authority == Subject.authority)
        )
        async with self.database.read() as session:
            return await session.scalar(statement) == len(ids)

    async def waiting(self, ids: Sequence[str], submission: int) -> Sequence[Case]:
        """Return the cases of that submission that nobody has decided yet."""
        statement = select(Case).where(
            Case.subject_id.in_(ids),
            Case.number == submission,
            Case.revision == 1,
            Case.state == CaseState.AWAITING,
        )
        async with self.database.read() as session:
            return (await session.scalars(statement)).all()

    async def decide(self, session: AsyncSession, case: Case, plan: Plan) -> None:
        """Decide every step of a case and press Indsend, as the history of its tilbud says."""
        by = officer(str(case.authority))
        days, minute = _when_decided(case, plan)
        with days_ago(days, minute + plan.minute, self._now):
            _, locked = await decisions.lock_case(session, by, case.id)
            statement = select(CaseStep).where(CaseStep.case_id == case.id).order_by(CaseStep.position)
            rows = (await session.scalars(statement)).all()
            actor = decisions.actor_of(by, str(case.authority)).model_dump(mode="json")
            rejected = _rejected(case, plan, [row.step for row in rows])
            for row in rows:
                row.verdict = Verdict.REJECT if row.step == rejected else Verdict.APPROVE
                row.reason = REASONS.get(row.step, USUAL_REASON) if row.step == rejected else None
                row.decided_by, row.decided_at = actor, now()
                row.version += 1
            await session.flush()
            await decisions.conclude(session, by, case_id=case.id, if_match=case_etag(locked))

    async def inspect(self, plans: Sequence[Plan], ids: Mapping[int, str]) -> None:
        """Publish the tilsyn of ``plans`` that have none yet: kommune and region in the portal, others over Kafka."""
        found = [ids[plan.number] for plan in plans]
        async with self.database.read() as session:
            rows = await session.execute(select(Subject.id, Subject.authority).where(Subject.id.in_(found)))
            supervisors = {tilbud_id: str(at) for tilbud_id, at in rows}
            seen = set(await session.scalars(select(Tilsyn.subject_id).where(Tilsyn.subject_id.in_(found))))
        producer = AIOKafkaProducer(bootstrap_servers=f"{HOST}:{port('kafka')}")
        await producer.start()
        try:
            for plan in plans:
                tilbud_id = ids[plan.number]
                if tilbud_id not in seen:
                    await self._inspect(producer, plan, tilbud_id, supervisors[tilbud_id])
        finally:
            await producer.stop()

    async def _inspect(self, producer: AIOKafkaProducer, plan: Plan, tilbud_id: str, supervisor: str) -> None:
        sent = messages(plan, day_of(self._now))
        if (
            plan.history.stage is ReportStage.PUBLIC
            and plan.history.tilsyn_pattern in SAID_IN_PORTAL
            and _uses_portal(supervisor)
        ):
            for message in sent:
                await self._say_in_portal(message, tilbud_id, supervisor)
            return
        for message in sent:
            value = json.dumps(body_of(message, tilbud_id), ensure_ascii=False).encode()
            headers = _headers(message, tilbud_id)
            await producer.send(tilsyn_topic(supervisor), value, key=tilbud_id.encode(), headers=headers)

    async def _say_in_portal(self, message: Message, tilbud_id: str, supervisor: str) -> None:
        names = ("kind", "visited_on", "decided_on", "decision", "conclusion", "themes")
        fields = {name: message.body[name] for name in names}
        async with self.database.begin() as session:
            await tilsyn.create(session, officer(supervisor), tilbud_id=tilbud_id, fields=fields)


def _when_decided(case: Case, plan: Plan) -> tuple[int, int]:
    return (plan.history.decided, DECIDED) if case.initial else (plan.history.decided_again, DECIDED_AGAIN)


def _rejected(case: Case, plan: Plan, steps: Sequence[str]) -> str | None:
    """Return the step that is rejected: the values of a first report, what stands first in a second one."""
    history = plan.history
    if case.initial:
        return "values" if history.stage in {ReportStage.RETURNED, ReportStage.RESENT, ReportStage.CLOSED} else None
    return steps[0] if history.outcome in {Outcome.RETURNED, Outcome.RESENT, Outcome.CLOSED} else None


def _uses_portal(supervisor: str) -> bool:
    return authority(supervisor).kind is not AuthorityKind.SOCIALTILSYN


def body_of(message: Message, tilbud_id: str) -> dict[str, object]:
    """Return what is sent about the tilbud with that id."""
    about: dict[str, object] = {"tilbud_id": tilbud_id}
    if message.ce_type == TilsynCompleted.ce_type:
        about["tilsyn_id"] = _tilsyn_id(tilbud_id, message.number)
    if message.ended:
        about["ended"] = [{"tilsyn_id": _tilsyn_id(tilbud_id, number), "id": id_} for number, id_ in message.ended]
    return about | message.body


def _tilsyn_id(tilbud_id: str, number: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"{tilbud_id}/{number}"))


def _headers(message: Message, tilbud_id: str) -> list[tuple[str, bytes]]:
    version = message.body.get("version", "end")
    attributes = {
        "ce_specversion": "1.0",
        "ce_id": f"demonstration-{tilbud_id}-{message.number}-{version}",
        "ce_source": "/demonstration",
        "ce_type": message.ce_type,
        "content-type": "application/json",
    }
    return [(name, text.encode()) for name, text in attributes.items()]
