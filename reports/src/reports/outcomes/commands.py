"""Taking over the outcome of a case: guarded, in any order, as often as it comes.

The batch has locked the subjects. An outcome of a revision that is not the current one changes nothing.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.parties import StepDecision
from reports.actions.commands import log_action
from reports.baseline.commands import store_approved
from reports.content.rules import SubmissionState
from reports.drafts.commands import drop_superfluous
from reports.models import SubmissionMixin
from reports.mounting import ReportMount, ReportTables, SubjectT
from reports.outcomes.events import Approved, Closed, NotRouted, Returned, Routed
from reports.submissions.commands import ROUTED, release_locks, settle
from reports.submissions.queries import content_of


async def apply_routed(session: AsyncSession, mount: ReportMount[Any], event: Routed) -> None:
    """An authority has the case; one that went back since nobody could decide it waits again (R64)."""
    submission = await _submission(session, mount.tables, event.submission_id)
    went_back = submission.state == SubmissionState.RETURNED and submission.return_reason is not None
    if submission.revision != event.revision or not (went_back or submission.state == SubmissionState.AWAITING):
        return
    submission.state, submission.return_reason = SubmissionState.AWAITING, None
    if submission.authority != event.authority:
        details = {"submission_id": submission.id, "revision": event.revision, "authority": event.authority}
        log_action(session, mount.tables, submission.subject_id, ROUTED, None, **details)
    submission.authority = event.authority
    if went_back:
        await _apply_change(session, mount, submission.subject_id)


async def apply_not_routed(session: AsyncSession, mount: ReportMount[Any], event: NotRouted) -> None:
    """Nobody can decide the case: it goes back with the reason."""
    submission = await _awaiting(session, mount.tables, event.submission_id, event.revision)
    if submission is not None:
        submission.state = SubmissionState.RETURNED
        submission.return_reason = event.reason
        log_action(session, mount.tables, event.subject_id, "case-not-routed", None, submission_id=event.submission_id)
        await _apply_change(session, mount, event.subject_id)


async def apply_returned(session: AsyncSession, mount: ReportMount[Any], event: Returned) -> None:
    """The case goes back: its steps can be edited again, and each shows what was decided about it (R75)."""
    submission = await _awaiting(session, mount.tables, event.case_id, event.revision)
    if submission is None:
        return
    submission.state = SubmissionState.RETURNED
    submission.authority = event.authority
    await _store_decisions(session, mount.tables, event.case_id, event.decisions)
    by, case_id = event.returned_by, event.case_id
    log_action(session, mount.tables, event.subject_id, "case-returned", by, submission_id=case_id)
    await _apply_change(session, mount, event.subject_id)


async def apply_approved(session: AsyncSession, mount: ReportMount[SubjectT], event: Approved) -> None:
    """The case is over: its content is the baseline where no newer one is, its steps are free (R59, R80)."""
    subject = await mount.get_locked(session, event.subject_id)
    submission = await _submission(session, mount.tables, event.case_id)
    if submission.state == SubmissionState.CLOSED or submission.revision != event.revision:
        return
    if submission.state == SubmissionState.APPROVED:
        await _move_baseline(session, mount, subject, event)
        await mount.apply_change(session, subject)
        return
    await _store_decisions(session, mount.tables, event.case_id, event.decisions)
    settle(submission, SubmissionState.APPROVED, event.approved_by)
    submission.settled_at, submission.authority = event.approved_at, event.authority
    subject.last_version += 1
    submission.version = subject.last_version
    await _move_baseline(session, mount, subject, event)
    await release_locks(session, mount.tables, submission.id)
    subject.changed_at = max(subject.changed_at, event.approved_at)
    by, case_id = event.approved_by, event.case_id
    log_action(session, mount.tables, subject.id, "case-approved", by, submission_id=case_id)
    await session.flush()
    await drop_superfluous(session, mount, subject)
    await mount.apply_change(session, subject)


async def apply_closed(session: AsyncSession, mount: ReportMount[Any], event: Closed) -> None:
    """The authority's side agrees that the case is closed, or has closed it since its subject has ceased (R99)."""
    submission = await _submission(session, mount.tables, event.case_id)
    is_open = submission.state in {SubmissionState.AWAITING, SubmissionState.RETURNED}
    if is_open and submission.revision == event.revision:
        settle(submission, SubmissionState.CLOSED, None, at=event.closed_at)
        await release_locks(session, mount.tables, submission.id)
        await _apply_change(session, mount, submission.subject_id)


async def _move_baseline(
    session: AsyncSession, mount: ReportMount[SubjectT], subject: SubjectT, event: Approved
) -> None:
    content = mount.approved_content(event)
    if content is None:
        content = await content_of(session, mount, event.case_id)
    number, approved_at = event.number, event.approved_at
    tables = mount.tables
    await store_approved(session, tables, subject.id, number=number, content=content, approved_at=approved_at)
    await mount.apply_approval(session, subject, event)


async def _apply_change(session: AsyncSession, mount: ReportMount[Any], subject_id: str) -> None:
    await session.flush()
    await mount.apply_change(session, await mount.get_locked(session, subject_id))


async def _store_decisions(
    session: AsyncSession, tables: ReportTables, submission_id: str, decisions: Sequence[StepDecision]
) -> None:
    step = tables.submission_step
    rows = await session.execute(select(step).where(step.submission_id == submission_id))
    steps = {row.key: row for row in rows.scalars()}
    for decision in decisions:
        row = steps.get(decision.step)
        if row is not None:
            row.verdict, row.reason = decision.verdict.value, decision.reason
            row.fields = decision.fields or None
            row.decided_by, row.decided_at = decision.decided_by.model_dump(), decision.decided_at


async def _awaiting(
    session: AsyncSession, tables: ReportTables, submission_id: str, revision: int
) -> SubmissionMixin | None:
    """Return the submission while it awaits the outcome of this very revision; None for what is out of date."""
    submission = await _submission(session, tables, submission_id)
    is_current = submission.state == SubmissionState.AWAITING and submission.revision == revision
    return submission if is_current else None


async def _submission(session: AsyncSession, tables: ReportTables, submission_id: str) -> SubmissionMixin:
    submission = await session.get(tables.submission, submission_id)
    if submission is None:
        raise LookupError("an event about a submission that was never sent from here")
    return submission
