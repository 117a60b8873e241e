"""Cases of one step that wait for their outcome, about tilbud that are public already."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import select, text, update

from approval.cases.etags import case_etag
from approval.cases.models import Case, CaseStep
from approval.consumers import subscriptions as subscriptions_of_approval
from chassis.clock import now
from chassis.database import Database
from chassis.ids import uuid7
from contracts.events import CaseRouted, SubmissionSent
from contracts.events.base import Event
from contracts.events.parties import RoutingFacts, StepContent, Verdict
from contracts.examples import ExampleReport
from contracts.testing import factories
from devstack.in_process import deliver, record_of
from publication.consumers import subscriptions
from publication.feed.commands import append_pending

SOME = 250

Item = TypeVar("Item")


@dataclass(frozen=True)
class Waiting:
    """A case whose one step is approved and whose outcome is not sent yet; ``name`` is what it will make public."""

    case_id: str
    name: str
    etag: str


async def publish(database: Database, tilbud: Sequence[str]) -> None:
    """Make every one of ``tilbud`` public under a name of its own, as its approved case and its tilsyn do."""
    contents = {each: factories.example_steps(f"Kornblomsten {place}") for place, each in enumerate(tilbud)}
    facts: list[Event] = [factories.case_approved(each, content=content) for each, content in contents.items()]
    await deliver_facts(database, [*facts, *map(factories.tilsyn_published, tilbud)])


async def deliver_facts(database: Database, facts: Sequence[Event]) -> None:
    """Let publication take in ``facts``, and its feed grow by what follows from them."""
    by_topic = {topic: each for each in subscriptions() for topic in each.topic_names}
    offsets = itertools.count()
    for topic, subscription in by_topic.items():
        records = [
            record_of(fact, source="/services/approval", offset=next(offsets)) for fact in facts if fact.topic == topic
        ]
        for some in _parts(records):
            await deliver(database, subscription, *some)
    while await append_pending(database):
        continue
    async with database.begin() as session:
        await session.execute(text("TRUNCATE outbox"))


async def open_cases(database: Database, tilbud: Sequence[str], count: int) -> list[Waiting]:
    """Open ``count`` cases in turn about ``tilbud``, each with a new name, and approve their step."""
    names: dict[str, str] = {}
    events: list[Event] = []
    for index in range(count):
        report = _report(tilbud[index % len(tilbud)], index, 2 + index // len(tilbud))
        names[report.submission_id] = report.steps[0].data["name"]
        events += [report, _routed(report)]
    await _consume(
        database, [*map(factories.tilbud_created, tilbud), *map(factories.authority_assigned, tilbud), *events]
    )
    return await _approve_steps(database, names)


def _report(tilbud_id: str, index: int, number: int) -> SubmissionSent:
    content = factories.example_steps(f"Solsikken {index:05}")["contact"]
    sent_at = factories.moment(days=2) + timedelta(seconds=index)
    return SubmissionSent(
        tilbud_id=tilbud_id,
        submission_id=uuid7(),
        number=number,
        revision=1,
        initial=False,
        form_version=ExampleReport().form.version,
        sent_at=sent_at,
        sent_by=factories.reporter(),
        tilbud=factories.tilbud_facts(),
        leader=factories.leader(),
        contact=None,
        facts=RoutingFacts(
            legal_bases=["botilbud-laengerevarende"], primary="botilbud-laengerevarende", municipality="0851"
        ),
        steps=[StepContent(key="contact", data=content)],
    )


def _routed(report: SubmissionSent) -> CaseRouted:
    return CaseRouted(
        tilbud_id=report.tilbud_id,
        submission_id=report.submission_id,
        revision=report.revision,
        authority=factories.NORD,
        rule="R1",
        legal_source="lov om socialtilsyn § 2",
        confidence="high",
        explanation="Tilbuddet ligger i Aalborg Kommune.",
        considered=[],
        reference_version="2026-1",
        valid_on=report.sent_at.date(),
        routed_at=report.sent_at,
    )


async def _consume(database: Database, events: Sequence[Event]) -> None:
    for subscription in subscriptions_of_approval():
        records = [
            record_of(event, source=f"/services/{event.topic.partition('.')[0]}", sequence=place)
            for place, event in enumerate(events, 1)
            if event.topic in subscription.topic_names and type(event) in subscription.on
        ]
        for some in _parts(records):
            await deliver(database, subscription, *some)


async def _approve_steps(database: Database, names: dict[str, str]) -> list[Waiting]:
    async with database.begin() as session:
        by = factories.officer().model_dump(mode="json")
        decided = {"verdict": Verdict.APPROVE, "decided_by": by, "decided_at": now(), "version": 1}
        await session.execute(update(CaseStep).values(decided))
        await session.execute(update(Case).values(version=Case.version + 1))
        await session.execute(text("TRUNCATE outbox"))
        cases = {case.id: case for case in await session.scalars(select(Case).where(Case.state == "awaiting"))}
    return [Waiting(case_id, name, case_etag(cases[case_id])) for case_id, name in names.items()]


def _parts(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), SOME):
        yield items[start : start + SOME]
