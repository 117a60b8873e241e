"""Saving steps of many subjects in one transaction, so that one bad row touches no other."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import DomainError
from reports.bulk.schemas import RowOutcome, RowStatus, StepRow
from reports.drafts.commands import checked_change, store_step
from reports.drafts.queries import DraftContext, load_context
from reports.mounting import ReportMount, SubjectT
from reports.reporters import Reporter
from web.auth import Principal
from web.etags import require_match


async def save_steps(
    session: AsyncSession, mount: ReportMount[SubjectT], rows: Sequence[StepRow], principal: Principal
) -> list[RowOutcome]:
    """Save each row as a step of its own would be saved, and return what became of it, in the order of ``rows``.

    Each row has a savepoint: a refused one leaves nothing. A row that says what stands there already is unchanged,
    whatever its ETag: the same rows once more change nothing. What is no refusal ends all of it.
    """
    outcomes: dict[int, RowOutcome] = {}
    # Subjects are locked in the order of their ids, so that two calls cannot deadlock.
    for index in sorted(range(len(rows)), key=lambda each: rows[each].subject_id):
        outcomes[index] = await _save_row(session, mount, rows[index], principal)
    return [outcomes[index] for index in range(len(rows))]


async def _save_row(
    session: AsyncSession, mount: ReportMount[SubjectT], row: StepRow, principal: Principal
) -> RowOutcome:
    try:
        async with session.begin_nested():
            return await _save(session, mount, row, principal)
    except DomainError as refusal:
        return RowOutcome(row, RowStatus.REFUSED, slug=refusal.slug, detail=refusal.detail, errors=refusal.errors)


async def _save(session: AsyncSession, mount: ReportMount[SubjectT], row: StepRow, principal: Principal) -> RowOutcome:
    subject, reporter = await mount.lock_for_reporter(session, row.subject_id, principal)
    # Who started over on one subject did not mean this: a save of many replaces nobody's draft.
    context = await load_context(session, mount, subject, None)
    return await save_row(session, mount, context, row, reporter)


async def save_row(
    session: AsyncSession,
    mount: ReportMount[SubjectT],
    context: DraftContext[SubjectT],
    row: StepRow,
    reporter: Reporter,
) -> RowOutcome:
    """Save a row of which the subject is locked and its report loaded; DomainError where it is refused."""
    reporter.refuse_other_step(row.step)
    data = checked_change(context, row.step, row.data)
    if context.report.same_step(row.step, context.report.with_step(row.step, data)):
        return _outcome(row, RowStatus.UNCHANGED, context)
    require_match(row.if_match, context.etag(row.step))
    saved = await store_step(session, mount, context, row.step, data, reporter)
    return _outcome(row, RowStatus.SAVED, saved)


def _outcome(row: StepRow, status: RowStatus, context: DraftContext[Any]) -> RowOutcome:
    check = context.report.checker.check(row.step)
    return RowOutcome(row, status, etag=context.etag(row.step), missing=check.findings)
