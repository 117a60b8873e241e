"""Starting, saving and bringing back the draft of a subject (R46-R50)."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from chassis.database import Database
from chassis.ids import uuid7
from chassis.periodic import try_advisory_lock
from contracts.form import Unread
from reports.actions.commands import log_action
from reports.content.rules import Data
from reports.drafts.queries import (
    RESTORABLE,
    DraftContext,
    current_draft_steps,
    is_current,
    latest_replaced_draft,
    load_context,
    load_report,
)
from reports.drafts.rules import (
    CheckedStep,
    NoReplacedDraft,
    checked_step,
    refuse_locked_changes,
    refuse_unknown_step,
    refuse_unread,
    steps_to_restore,
    superfluous_steps,
)
from reports.models import DraftMixin, DraftStepMixin
from reports.mounting import ReportMount, ReportTables, SubjectT
from reports.reporters import Reporter
from web.auth import Principal
from web.etags import require_match


async def start_draft(
    session: AsyncSession,
    mount: ReportMount[SubjectT],
    subject_id: str,
    principal: Principal,
    how: Literal["continue", "new"],
) -> DraftContext[SubjectT]:
    """Go on with the draft, or start over: then the draft stays until the caller's first save (R48-R50)."""
    subject, reporter = await mount.lock_for_reporter(session, subject_id, principal)
    if how == "new":
        reporter.refuse_unless_all()
    context = await load_context(session, mount, subject, principal.sub)
    new_start = mount.tables.new_start
    mine = delete(new_start).where(new_start.subject_id == subject.id, new_start.sub == principal.sub)
    await session.execute(mine)
    if how == "new" and context.draft:
        place = {"draft_id": context.draft.id, "draft_revision": context.draft.revision}
        session.add(new_start(subject_id=subject.id, sub=principal.sub, started_at=now(), **place))
        await session.flush()
    log_action(session, mount.tables, subject.id, "draft-started", reporter.actor, start=how)
    return await load_context(session, mount, subject, principal.sub)


async def save_step(
    session: AsyncSession,
    mount: ReportMount[SubjectT],
    subject_id: str,
    step: str,
    data: Data,
    principal: Principal,
    if_match: str | None,
) -> DraftContext[SubjectT]:
    """Save one whole step, complete or not (R47), and return the report with it.

    What cannot be stored at all is refused with ``invalid``, what awaits approval with ``step-locked``.
    """
    subject, reporter = await mount.lock_for_reporter(session, subject_id, principal)
    reporter.refuse_other_step(step)
    context = await load_context(session, mount, subject, principal.sub)
    checked = _checked(context, step, data)
    require_match(if_match, context.etag(step))
    return await store_step(session, mount, context, step, checked.data, reporter, checked.unread)


def checked_change(context: DraftContext[Any], step: str, data: Data) -> Data:
    """Return ``data`` as it can be saved, all of it read; refused with the reason where it cannot."""
    checked = _checked(context, step, data)
    refuse_unread(context.report, step, checked)
    return checked.data


def _checked(context: DraftContext[Any], step: str, data: Data) -> CheckedStep:
    refuse_unknown_step(context.report, step)
    checked = checked_step(context.report, step, data)
    refuse_locked_changes(context.report, step, checked.data)
    return checked


async def store_step(
    session: AsyncSession,
    mount: ReportMount[SubjectT],
    context: DraftContext[SubjectT],
    step: str,
    data: Data,
    reporter: Reporter,
    unread: Unread | None = None,
) -> DraftContext[SubjectT]:
    """Save a step that was checked into the draft, and return the report with it."""
    await mount.refuse_answers(session, context.subject, context.report.question(step), data)
    draft = await _draft_to_save_in(session, mount.tables, context, reporter)
    row = _save(session, mount.tables, draft, context.saved.get(step), step, data, reporter, unread)
    log_action(session, mount.tables, context.subject.id, "step-saved", reporter.actor, step=step)
    context.subject.changed_at = draft.saved_at
    await mount.after_save(context.subject, step, data)
    return context.after_save(draft, row)


async def restore_draft(
    session: AsyncSession, mount: ReportMount[SubjectT], subject_id: str, principal: Principal
) -> DraftContext[SubjectT]:
    """Bring the draft back that was replaced last; the current one takes its place among the replaced."""
    tables = mount.tables
    subject, reporter = await mount.lock_for_reporter(session, subject_id, principal)
    reporter.refuse_unless_all()
    replaced = await latest_replaced_draft(session, tables, subject.id)
    if replaced is None:
        raise NoReplacedDraft
    context = await load_context(session, mount, subject, principal.sub)
    if context.draft:
        context.draft.replaced_at = now()
        await session.flush()
    replaced.replaced_at = None
    replaced.revision += 1
    await session.execute(delete(tables.new_start).where(tables.new_start.subject_id == subject.id))
    log_action(session, tables, subject.id, "draft-restored", reporter.actor)
    await session.flush()
    await drop_superfluous(session, mount, subject)
    return await load_context(session, mount, subject, principal.sub)


async def drop_superfluous(session: AsyncSession, mount: ReportMount[SubjectT], subject: SubjectT) -> None:
    """Drop the drafted steps that say the same as an open case or the baseline, and a draft without steps."""
    tables = mount.tables
    begun_on, drafted = await current_draft_steps(session, tables, subject.id)
    unread = {step: texts for step, (_, texts) in drafted.items() if texts}
    content = {step: data for step, (data, _) in drafted.items()}
    report = await load_report(session, mount, subject, content, unread, begun_on)
    superfluous = superfluous_steps(report)
    current = select(tables.draft.id).where(is_current(tables, subject.id)).scalar_subquery()
    step = tables.draft_step
    if superfluous:
        await session.execute(delete(step).where(step.draft_id == current, step.step.in_(superfluous)))
    if len(superfluous) == len(drafted):
        await session.execute(delete(tables.draft).where(tables.draft.id == current))


async def rewrite_drafted_step(
    session: AsyncSession,
    mount: ReportMount[SubjectT],
    subject: SubjectT,
    step: str,
    change: Callable[[Data], Data],
) -> None:
    """Change what is drafted of ``step``, where it is drafted: whoever has it open is told by its ETag."""
    context = await load_context(session, mount, subject, None)
    row = context.saved.get(step)
    if context.draft is None or row is None or (data := change(row.data)) == row.data:
        return
    context.draft.revision += 1
    row.data, row.revision = data, context.draft.revision
    await session.flush()
    await drop_superfluous(session, mount, subject)


async def merge_into_draft(
    session: AsyncSession,
    mount: ReportMount[SubjectT],
    subject: SubjectT,
    content: Mapping[str, Data],
    reporter: Reporter,
) -> None:
    """Keep the whole steps in ``content`` as drafted changes, except those that are drafted already (R78)."""
    context = await load_context(session, mount, subject, None)
    draft = context.draft
    for step, data in steps_to_restore(context.report, content).items():
        draft = draft or await _draft_to_save_in(session, mount.tables, context, reporter)
        _save(session, mount.tables, draft, None, step, data, reporter)
    await session.flush()


async def forget_replaced(database: Database, tables: ReportTables) -> None:
    """Delete the replaced drafts that nobody has brought back for 30 days."""
    async with database.begin() as session:
        if await try_advisory_lock(session, "forget-drafts"):
            await session.execute(delete(tables.draft).where(tables.draft.replaced_at < now() - RESTORABLE))


async def _draft_to_save_in(
    session: AsyncSession, tables: ReportTables, context: DraftContext[Any], reporter: Reporter
) -> DraftMixin:
    """Return the current draft; the first save of somebody who starts over replaces it (R50)."""
    if context.draft and not context.starting_over:
        return context.draft
    if context.draft:
        context.draft.replaced_at = now()
        await session.execute(delete(tables.new_start).where(tables.new_start.subject_id == context.subject.id))
        await session.flush()
    moment, by = now(), reporter.stamp
    draft = tables.draft(
        id=uuid7(), subject_id=context.subject.id, revision=0, started_at=moment, saved_at=moment, saved_by=by
    )
    session.add(draft)
    await session.flush()
    return draft


def _save(
    session: AsyncSession,
    tables: ReportTables,
    draft: DraftMixin,
    row: DraftStepMixin | None,
    step: str,
    data: Data,
    reporter: Reporter,
    unread: Unread | None = None,
) -> DraftStepMixin:
    """Save into ``row``, the step as it was saved before, or a new one; the subject is locked, so nobody else does."""
    draft.revision += 1
    draft.saved_at, draft.saved_by = now(), reporter.stamp
    values = {"data": data, "unread": dict(unread or {}), "revision": draft.revision}
    values |= {"saved_at": draft.saved_at, "saved_by": reporter.stamp}
    if row is None:
        row = tables.draft_step(draft_id=draft.id, step=step, **values)
        session.add(row)
    else:
        for name, value in values.items():
            setattr(row, name, value)
    return row
