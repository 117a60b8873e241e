"""What ``approval`` listens to: reports, routings and authorities of each kind of subject, and supervision systems."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases import commands as cases
from approval.control_samples.commands import watch_control_samples
from approval.emergency_uses.commands import watch_emergency_uses
from approval.handovers.commands import settle
from approval.inbound.applications import answer_waiting
from approval.inbound.commands import lock_claimed_subjects, on_record
from approval.inbound.parking import retry_parked
from approval.inbound.positions import forget_receipts, give_positions
from approval.kinds import KINDS, CaseKind, SentReport
from approval.sanctions.commands import keep_sanctions
from approval.subjects import commands as subjects
from approval.subjects.models import Subject
from approval.submissions.commands import store_report
from approval.unused_approvals.commands import follow_unused_approvals
from approval.work_list.assessing import ASSESS_CASES
from chassis.envelope import Envelope
from chassis.periodic import PeriodicJob
from chassis.subscriptions import Handler, Subscription
from contracts.events.base import SubjectEvent
from contracts.events.external import tilsyn_topic
from contracts.reference import authorities
from contracts.topics import topic

PERIODIC_JOBS = (
    PeriodicJob("retry-parked", 0.25, retry_parked),
    PeriodicJob("give-positions", 0.25, give_positions),
    PeriodicJob("keep-sanctions", 5, keep_sanctions),
    PeriodicJob("follow-unused-approvals", 30, follow_unused_approvals),
    PeriodicJob("watch-emergency-uses", 30, watch_emergency_uses),
    PeriodicJob("watch-control-samples", 30, watch_control_samples),
    PeriodicJob("forget-receipts", 3_600, forget_receipts),
    ASSESS_CASES,
)


def subscriptions() -> tuple[Subscription, ...]:
    """Return every consumer group: three for each kind of subject, and the one of the supervision systems."""
    return *(group for kind in KINDS for group in _of_kind(kind)), _of_supervision_systems()


def _of_kind(kind: CaseKind) -> tuple[Subscription, ...]:
    events, lock = kind.events, subjects.lock_subjects(kind.id)
    reports: dict[type[Any], Handler] = {
        events.created: on_created,
        events.submission_sent: on_sent,
        events.submission_closed: on_closed,
    }
    if kind.vacancies_changed:
        reports[kind.vacancies_changed] = on_vacancies
    routings: dict[type[Any], Handler] = {events.case_routed: on_routed, events.case_not_routed: on_not_routed}
    if events.handover_requested:
        routings[events.handover_requested] = on_handover
    return (
        Subscription(
            kind.group("reports"),
            (topic(events.submission_sent.topic),),
            lock=lock,
            on=reports,
        ),
        Subscription(
            kind.group("routings"),
            (topic(events.case_routed.topic),),
            lock=lock,
            on=routings,
        ),
        Subscription(
            kind.group("authorities"),
            (topic(events.authority_assigned.topic),),
            lock=lock,
            on={events.authority_assigned: on_assigned},
            full_state=True,
        ),
    )


def _of_supervision_systems() -> Subscription:
    return Subscription(
        "approval.external",
        tuple(topic(tilsyn_topic(authority.id)) for authority in authorities()),
        lock=lock_claimed_subjects,
        raw=on_record,
        # A turn of one authority is over soon.
        max_records=25,
    )


async def on_created(session: AsyncSession, event: SubjectEvent, _: Envelope) -> None:
    """Know the subject, and answer who transferred its application."""
    kind = KINDS[event.subject_kind]
    subjects.apply_creation(await _subject_of(session, event), kind.identity_of(event))
    if application := kind.application_of(event):
        await answer_waiting(session, application, event.subject_id)


async def on_sent(session: AsyncSession, event: SentReport, _: Envelope) -> None:
    """Store the report and open its case when the routing is there already."""
    subject = await _subject_of(session, event)
    subjects.apply_report(subject, KINDS[event.subject_kind].identity_of(event))
    await store_report(session, event)
    await cases.open_when_routed(session, subject, event.submission_id)


async def on_closed(session: AsyncSession, event: Any, _: Envelope) -> None:
    """Close the case that its reporter gave up."""
    await cases.close(
        session,
        await _subject_of(session, event),
        event.submission_id,
        revision=event.revision,
        closed_at=event.closed_at,
        closed_by=event.closed_by,
    )


async def on_vacancies(session: AsyncSession, event: SubjectEvent, _: Envelope) -> None:
    """Store the vacancies that were published without approval."""
    vacancies = event.model_dump(mode="json", include={"version", "changed_at", "departments"})
    subjects.apply_vacancies(await _subject_of(session, event), vacancies)


async def on_routed(session: AsyncSession, event: Any, envelope: Envelope) -> None:
    """Store who decides a revision and open the case when the report is there already."""
    await _route(session, event, event.authority, event.explanation, envelope)


async def on_not_routed(session: AsyncSession, event: Any, envelope: Envelope) -> None:
    """Store that nobody decides a revision; a case that was routed before goes back."""
    await _route(session, event, None, event.reason, envelope)


async def on_handover(session: AsyncSession, event: Any, envelope: Envelope) -> None:
    """Move the cases of a handover, or refuse it."""
    await settle(session, await _subject_of(session, event), event, envelope.sequence)


async def on_assigned(session: AsyncSession, event: Any, _: Envelope) -> None:
    """Store who supervises the subject."""
    # The events of other kinds say nothing of it.
    counting = {name: getattr(event, name) for name in ("approving_kinds", "approving_since") if hasattr(event, name)}
    subject = await _subject_of(session, event)
    subjects.apply_assignment(subject, event.authority, version=event.version, **counting)


async def _route(
    session: AsyncSession, event: Any, authority: str | None, explanation: str, envelope: Envelope
) -> None:
    subject = await _subject_of(session, event)
    await cases.store_routing(
        session,
        subject,
        event.submission_id,
        revision=event.revision,
        authority=authority,
        explanation=explanation,
        sequence=envelope.sequence,
    )
    await cases.open_when_routed(session, subject, event.submission_id)


async def _subject_of(session: AsyncSession, event: SubjectEvent | SentReport) -> Subject:
    return await subjects.get_locked_subject(session, event.subject_kind, event.subject_id)
