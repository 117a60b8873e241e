"""Taking files into a draft."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from chassis.errors import NotFound
from chassis.ids import uuid7
from contracts.form import with_unread
from reporting.files.models import File, SentFile
from reporting.files.queries import find_content
from reporting.files.rules import MOST_UNSENT, Checked, TooManyFiles, file_fields, refuse_unconfirmed
from reporting.mount import TILBUD_REPORTS
from reporting.subjects.models import REPORT_TABLES, Draft, DraftStep, Tilbud
from reports.actions.commands import log_action
from reports.drafts.commands import store_step
from reports.drafts.queries import DraftContext, load_context
from reports.drafts.rules import checked_step, refuse_locked_changes
from reports.reporters import Reporter
from web.auth import Principal
from web.etags import require_match

# A page that is open may still name a file that another one has taken the place of.
UNSENT_FOR = timedelta(days=1)


async def refuse_other_reporter(session: AsyncSession, tilbud_id: str, step: str, principal: Principal) -> None:
    """Raise for who may not send a file there, before anything of it is read."""
    tilbud = await TILBUD_REPORTS.get_visible(session, tilbud_id, principal)
    TILBUD_REPORTS.reporter_of(principal, tilbud).refuse_other_step(step)
    await TILBUD_REPORTS.refuse_if_over(session, tilbud)


async def put_file(
    session: AsyncSession,
    tilbud_id: str,
    place: tuple[str, str],
    checked: Checked,
    principal: Principal,
    if_match: str | None,
    *,
    is_confirmed: bool,
) -> tuple[DraftContext[Tilbud], File]:
    """Let a field of the draft, of a step and with an id, name the file; the same content again changes nothing (L4).

    ``stale`` when somebody has changed the step since.
    """
    step, field = place
    tilbud, reporter = await TILBUD_REPORTS.lock_for_reporter(session, tilbud_id, principal)
    reporter.refuse_other_step(step)
    context = await load_context(session, TILBUD_REPORTS, tilbud, principal.sub)
    _refuse_unasked(context, step, field)
    refuse_unconfirmed(field, checked, is_confirmed=is_confirmed)
    known = await find_content(session, tilbud.id, step, field, checked.digest)
    if known and step in context.saved and context.report.steps[step].get(field) == known.id:
        return context, known
    require_match(if_match, context.etag(step))
    file = known or await _keep(session, tilbud, place, checked, reporter)
    typed = {pointer: text for pointer, text in context.report.unread_of(step).items() if text is not None}
    change = checked_step(context.report, step, with_unread({**context.report.kept(step), field: file.id}, typed))
    refuse_locked_changes(context.report, step, change.data)
    return await store_step(session, TILBUD_REPORTS, context, step, change.data, reporter, change.unread), file


async def _keep(
    session: AsyncSession, tilbud: Tilbud, place: tuple[str, str], checked: Checked, reporter: Reporter
) -> File:
    await _forget_unsent(session, tilbud.id)
    file = File(
        id=uuid7(),
        tilbud_id=tilbud.id,
        step=place[0],
        field=place[1],
        digest=checked.digest,
        size=len(checked.content),
        pages=checked.pages,
        unread_pages=list(checked.unread_pages),
        confirmed_by=reporter.stamp if checked.unread_pages else None,
        received_at=now(),
        received_by=reporter.stamp,
        content=checked.content,
    )
    session.add(file)
    await session.flush()
    log_action(session, REPORT_TABLES, tilbud.id, "file-received", reporter.actor, step=place[0], file_id=file.id)
    return file


async def _forget_unsent(session: AsyncSession, tilbud_id: str) -> None:
    """Delete the files that neither a submission nor a draft names any more; TooManyFiles while too many are left."""
    unsent = File.id.not_in(select(SentFile.file_id))
    own = select(DraftStep.data).join(Draft, Draft.id == DraftStep.draft_id).where(Draft.subject_id == tilbud_id)
    drafted = {
        value for data in (await session.scalars(own)).all() for value in data.values() if isinstance(value, str)
    }
    gone = (File.tilbud_id == tilbud_id, unsent, File.id.not_in(drafted), File.received_at < now() - UNSENT_FOR)
    await session.execute(delete(File).where(*gone))
    left = select(func.count()).select_from(File).where(File.tilbud_id == tilbud_id, unsent)
    if (await session.scalar(left) or 0) >= MOST_UNSENT:
        raise TooManyFiles


def _refuse_unasked(context: DraftContext[Any], step: str, field: str) -> None:
    form = context.report.form
    if step not in form.step_ids or field not in file_fields(form.step(step)):
        raise NotFound
