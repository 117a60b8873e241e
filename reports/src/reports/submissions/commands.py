"""Sending a report, sending it again, giving it up (R54-R58, R77-R79)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from chassis.errors import NotFound
from chassis.ids import uuid7
from chassis.outbox import EventTooLarge, emit
from contracts.events.parties import Actor
from contracts.form import parse_key
from contracts.form.keys import DEPARTMENTS
from reports.actions.commands import log_action
from reports.content.rules import Data, OpenCase, Report, SubmissionState
from reports.drafts.commands import drop_superfluous, merge_into_draft
from reports.drafts.queries import load_context
from reports.models import SubmissionMixin, SubmissionStepMixin
from reports.mounting import ReportMount, ReportTables, SentReport, SubjectT
from reports.reporters import Reporter
from reports.submissions.queries import has_approval, keys_of
from reports.submissions.rules import (
    DepartmentsGone,
    ReportTooLarge,
    keys_to_resend,
    keys_to_send,
    nothing_to_send,
    refuse_incomplete,
    refuse_unexplained,
    refuse_unless_returned,
    resubmitted,
)
from reports.submissions.step_names import names_in
from web.auth import Principal

# What the action log calls the acts that receipts are made of.
SENT, SENT_AGAIN, CLOSED = "submission-sent", "submission-sent-again", "submission-closed"
ROUTED = "case-routed"

Outcome = tuple[SubmissionMixin, list[str]]
"""A submission and its step keys."""


async def submit(
    session: AsyncSession,
    mount: ReportMount[SubjectT],
    subject_id: str,
    principal: Principal,
    reason: str | None = None,
) -> Outcome:
    """Send what changed for approval and lock it; the first submission holds everything (R54, R55, R58).

    OnBehalfReasonMissing for an authority that leaves blank why it reports.
    """
    subject, reporter = await mount.lock_for_reporter(session, subject_id, principal)
    reporter.refuse_to_send()
    report = (await load_context(session, mount, subject, principal.sub)).report
    await _refuse_unsendable(session, mount, subject, report)
    refuse_unexplained(reason, is_asked=mount.asks_reason(reporter))
    initial = not await has_approval(session, mount.tables, subject.id)
    keys = keys_to_send(report, initial=initial)
    if nothing := nothing_to_send(report, keys, initial=initial):
        raise nothing
    submission = mount.tables.submission(
        id=uuid7(),
        subject_id=subject.id,
        number=subject.last_number + 1,
        revision=1,
        initial=initial,
        state=SubmissionState.AWAITING,
        form_version=report.form.version,
        sent_at=now(),
        sent_by=reporter.sender(reason),
    )
    session.add(submission)
    await session.flush()
    await _send(session, mount, subject, submission, report, keys, reporter)
    log_action(session, mount.tables, subject.id, SENT, reporter.actor, **_details(submission, report, keys))
    return submission, keys


async def resubmit(
    session: AsyncSession,
    mount: ReportMount[SubjectT],
    subject_id: str,
    submission_id: str,
    principal: Principal,
    reason: str | None = None,
) -> Outcome:
    """Send a returned case again: the same case, its own steps, the next revision (R77)."""
    subject, reporter = await mount.lock_for_reporter(session, subject_id, principal)
    reporter.refuse_to_send()
    submission = await _submission(session, mount.tables, subject.id, submission_id)
    refuse_unless_returned(submission.state)
    whole = (await load_context(session, mount, subject, principal.sub)).report
    case = _case(whole, submission)
    report = resubmitted(whole, case)
    await _refuse_unsendable(session, mount, subject, report)
    refuse_unexplained(reason, is_asked=mount.asks_reason(reporter))
    keys = keys_to_resend(report, case)
    if not keys:
        raise DepartmentsGone
    submission.revision += 1
    submission.state = SubmissionState.AWAITING
    submission.form_version = report.form.version
    submission.sent_at, submission.sent_by = now(), reporter.sender(reason)
    submission.authority = submission.return_reason = None
    await _send(session, mount, subject, submission, report, keys, reporter)
    log_action(session, mount.tables, subject.id, SENT_AGAIN, reporter.actor, **_details(submission, report, keys))
    return submission, keys


async def close(
    session: AsyncSession, mount: ReportMount[SubjectT], subject_id: str, submission_id: str, principal: Principal
) -> Outcome:
    """Give up a returned case for good; its changes stay in the draft. Closing twice is the same as once."""
    subject, reporter = await mount.lock_for_reporter(session, subject_id, principal, even_over=True)
    reporter.refuse_to_send()
    submission = await _submission(session, mount.tables, subject.id, submission_id)
    if submission.state != SubmissionState.CLOSED:
        refuse_unless_returned(submission.state)
        await _close(session, mount, subject, submission, reporter)
    return submission, await keys_of(session, mount.tables, submission.id)


def settle(
    submission: SubmissionMixin, state: SubmissionState, by: Actor | None, *, at: datetime | None = None
) -> None:
    """Let ``submission`` be over, since now or ``at`` a moment."""
    submission.state = state
    submission.settled_at = at or now()
    submission.settled_by = by.model_dump() if by else None


async def release_locks(session: AsyncSession, tables: ReportTables, submission_id: str) -> None:
    """Free the steps of a case."""
    await session.execute(delete(tables.step_lock).where(tables.step_lock.submission_id == submission_id))


async def _refuse_unsendable(
    session: AsyncSession, mount: ReportMount[SubjectT], subject: SubjectT, report: Report
) -> None:
    refuse_incomplete(report)
    if submission_blocker := await mount.submission_blocker(session, subject):
        raise submission_blocker


async def _send(
    session: AsyncSession,
    mount: ReportMount[SubjectT],
    subject: SubjectT,
    submission: SubmissionMixin,
    report: Report,
    keys: list[str],
    reporter: Reporter,
) -> None:
    content = {key: report.content_to_send(key) for key in keys}
    await _store(session, mount.tables, submission, content)
    sent = SentReport(submission, content, report.steps_if_approved(content))
    try:
        emit(session, mount.sent_event(subject, sent), aggregate=subject)
    except EventTooLarge as error:
        raise ReportTooLarge from error
    await mount.apply_sending(session, subject, sent, reporter.actor)
    # Set with what else changes of the subject, so that it is written once.
    subject.last_number, subject.changed_at = max(subject.last_number, submission.number), submission.sent_at
    await session.flush()
    await drop_superfluous(session, mount, subject)
    await mount.apply_change(session, subject)


async def _store(
    session: AsyncSession, tables: ReportTables, submission: SubmissionMixin, content: Mapping[str, Data]
) -> None:
    """Store the content and lock its steps; what a department's removal took out of the case is freed."""
    step = tables.submission_step
    known: dict[str, SubmissionStepMixin] = {}
    if submission.revision > 1:
        rows = await session.scalars(select(step).where(step.submission_id == submission.id))
        known = {row.key: row for row in rows}
        for key in known.keys() - content.keys():
            await session.delete(known[key])
        await release_locks(session, tables, submission.id)
    for key, data in content.items():
        if key in known:
            known[key].data = data
        else:
            session.add(step(submission_id=submission.id, key=key, data=data))
        session.add(tables.step_lock(subject_id=submission.subject_id, key=key, submission_id=submission.id))
    await session.flush()


async def _close(
    session: AsyncSession,
    mount: ReportMount[SubjectT],
    subject: SubjectT,
    submission: SubmissionMixin,
    reporter: Reporter,
) -> None:
    report = (await load_context(session, mount, subject, None)).report
    steps = {parse_key(key)[0] for key in _case(report, submission).content}
    content = {step: report.steps[step] for step in steps & report.steps.keys()}
    settle(submission, SubmissionState.CLOSED, reporter.actor)
    await release_locks(session, mount.tables, submission.id)
    await session.flush()
    await merge_into_draft(session, mount, subject, content, reporter)
    await drop_superfluous(session, mount, subject)
    details = _details(submission, report, await keys_of(session, mount.tables, submission.id))
    log_action(session, mount.tables, subject.id, CLOSED, reporter.actor, **details)
    emit(session, mount.closed_event(subject, submission, now(), reporter.actor), aggregate=subject)
    await mount.apply_change(session, subject)


def _details(submission: SubmissionMixin, report: Report, keys: list[str]) -> dict[str, Any]:
    """Return what the action log keeps for the receipt: also what the departments are called at this moment."""
    held = {parse_key(key)[1] for key in keys}
    names = {each: name for each, name in names_in(report.steps.get(DEPARTMENTS)).items() if each in held}
    return {
        "submission_id": submission.id,
        "revision": submission.revision,
        "steps": keys,
        "departments": names,
        "on_behalf_reason": submission.sent_by.get("on_behalf_reason"),
    }


async def _submission(
    session: AsyncSession, tables: ReportTables, subject_id: str, submission_id: str
) -> SubmissionMixin:
    submission = await session.get(tables.submission, submission_id)
    if submission is None or submission.subject_id != subject_id:
        raise NotFound
    return submission


def _case(report: Report, submission: Any) -> OpenCase:
    return next(case for case in report.cases if case.id == submission.id)
