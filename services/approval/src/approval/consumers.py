"""What ``approval`` hears: reports, routings and who supervises a tilbud."""

from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases import commands as cases
from approval.inbound import commands as inbound
from approval.inbound.applications import answer_waiting
from approval.reports.commands import store_report
from approval.subjects.commands import get_locked_subject, lock_subjects
from chassis.envelope import Envelope
from chassis.periodic import PeriodicJob
from chassis.subscriptions import Handler, Subscription
from contracts.events import (
    AuthorityAssigned,
    CaseNotRouted,
    CaseRouted,
    SubmissionClosed,
    SubmissionSent,
    TilbudCreated,
    VacanciesChanged,
)
from contracts.events.base import Event
from contracts.events.external import tilsyn_topic
from contracts.reference import authorities
from contracts.topics import topic


async def on_created(session: AsyncSession, event: TilbudCreated, _: Envelope) -> None:
    """Know the tilbud: its name and who runs it, until a report is approved that says otherwise."""
    tilbud = await get_locked_subject(session, event.tilbud_id)
    tilbud.known = True
    if tilbud.facts_number < 0:
        tilbud.name, tilbud.operator_cvr = event.tilbud.name, event.tilbud.operator.cvr
        tilbud.facts_number = 0
    if event.application:
        await answer_waiting(session, event.application, event.tilbud_id)


async def on_sent(session: AsyncSession, event: SubmissionSent, _: Envelope) -> None:
    """Keep the report and open its case when the routing is there already."""
    tilbud = await get_locked_subject(session, event.tilbud_id)
    if tilbud.facts_number < 0:
        tilbud.name, tilbud.operator_cvr = event.tilbud.name, event.tilbud.operator.cvr
    tilbud.known = True
    await store_report(session, event)
    await cases.open_when_routed(session, tilbud, event.submission_id)


async def on_closed(session: AsyncSession, event: SubmissionClosed, _: Envelope) -> None:
    """Close the case that its reporter gave up."""
    tilbud = await get_locked_subject(session, event.tilbud_id)
    await cases.close(session, tilbud, event)


async def on_vacancies(session: AsyncSession, event: VacanciesChanged, _: Envelope) -> None:
    """Keep what was told in the fast lane: a later report is compared with that (R69)."""
    tilbud = await get_locked_subject(session, event.tilbud_id)
    if tilbud.vacancies is None or event.version >= tilbud.vacancies["version"]:
        tilbud.vacancies = event.model_dump(mode="json", include={"version", "changed_at", "departments"})


async def on_routed(session: AsyncSession, event: CaseRouted | CaseNotRouted, envelope: Envelope) -> None:
    """Keep who decides a revision and open the case when the report is there already."""
    tilbud = await get_locked_subject(session, event.tilbud_id)
    await cases.store_routing(
        session,
        tilbud_id=event.tilbud_id,
        submission_id=event.submission_id,
        revision=event.revision,
        authority=event.authority if isinstance(event, CaseRouted) else None,
        explanation=event.explanation if isinstance(event, CaseRouted) else event.reason,
        sequence=envelope.sequence,
    )
    await cases.open_when_routed(session, tilbud, event.submission_id)


async def on_assigned(session: AsyncSession, event: AuthorityAssigned, _: Envelope) -> None:
    """Note who supervises the tilbud: whose tilsyn are taken, and whose list it is on."""
    tilbud = await get_locked_subject(session, event.tilbud_id)
    if event.version >= tilbud.authority_version:
        tilbud.authority, tilbud.authority_version = event.authority, event.version


REPORTING: dict[type[Event], Handler] = {
    TilbudCreated: on_created,
    SubmissionSent: on_sent,
    SubmissionClosed: on_closed,
    VacanciesChanged: on_vacancies,
}
SUBSCRIPTIONS = (
    Subscription(
        "approval.reports",
        (topic("reporting.tilbud.v1"),),
        lock=lock_subjects,
        on=REPORTING,
    ),
    Subscription(
        "approval.routings",
        (topic("jurisdiction.cases.v1"),),
        lock=lock_subjects,
        on={CaseRouted: on_routed, CaseNotRouted: on_routed},
    ),
    Subscription(
        "approval.authorities",
        (topic("jurisdiction.tilbud.v1"),),
        lock=lock_subjects,
        on={AuthorityAssigned: on_assigned},
        full_state=True,
    ),
    Subscription(
        "approval.external",
        tuple(topic(tilsyn_topic(authority.id)) for authority in authorities()),
        lock=inbound.lock_claimed_subjects,
        raw=inbound.on_record,
        max_records=100,
    ),
)
PERIODIC_JOBS = (PeriodicJob("retry-parked", 0.25, inbound.retry_parked),)
