"""Publishing the submissions of a subject once more, each as it was last sent."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import day_of
from chassis.envelope import OutgoingEvent
from contracts.events.parties import Actor
from reports.baseline.queries import load_baseline
from reports.content.rules import SubmissionState
from reports.drafts.queries import blank_report
from reports.models import SubmissionMixin
from reports.mounting import ReportMount, SentReport, SubjectT
from reports.submissions.queries import content_of


async def submission_events(
    session: AsyncSession, mount: ReportMount[SubjectT], subject: SubjectT
) -> list[OutgoingEvent]:
    """Return the events of each submission of ``subject``, oldest first."""
    submission = mount.tables.submission
    mine = select(submission).where(submission.subject_id == subject.id).order_by(submission.number)
    events: list[OutgoingEvent] = []
    for row in (await session.scalars(mine)).all():
        events.append(mount.sent_event(subject, await _as_sent(session, mount, subject, row)))
        if row.state == SubmissionState.CLOSED:
            events.append(_closed(mount, subject, row))
    return events


async def _as_sent(
    session: AsyncSession, mount: ReportMount[SubjectT], subject: SubjectT, submission: SubmissionMixin
) -> SentReport:
    """Return a submission as it was sent: its steps upon what was approved at that time."""
    content = await content_of(session, mount, submission.id)
    baseline = await load_baseline(session, mount.tables, subject.id, submission.sent_at)
    report = blank_report(mount, subject, day_of(submission.sent_at), {**baseline, **content}, [])
    return SentReport(submission, content, report.steps_if_approved({}))


def _closed(mount: ReportMount[Any], subject: Any, submission: SubmissionMixin) -> OutgoingEvent:
    by = Actor.model_validate(submission.settled_by or submission.sent_by)
    return mount.closed_event(subject, submission, submission.settled_at or submission.sent_at, by)
