"""Taking in an upload, and saving what it says into drafts, one tilbud in each transaction."""

import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from chassis.database import Database, is_conflict, is_unavailable, lock_name, savepoint
from chassis.digests import keyed_digest
from chassis.errors import Conflict, DomainError, FieldError, NotFound
from chassis.ids import uuid7
from chassis.periodic import try_advisory_lock
from contracts.form import writable
from reporting.bulk_reports.columns import Layout, layout_of
from reporting.bulk_reports.models import BulkReport, BulkReportEntry
from reporting.bulk_reports.rules import misplaced_departments, refusal_errors, row_error, with_answers
from reporting.bulk_reports.schemas import Entry, RowError
from reporting.mount import TILBUD_REPORTS
from reporting.subjects.models import Tilbud
from reports.bulk.commands import save_row
from reports.bulk.schemas import RowOutcome, RowStatus, StepRow
from reports.drafts.queries import DraftContext, load_context
from reports.models import DraftStepMixin
from web.auth import Principal, Right
from web.errors import Stale
from web.etags import require_match

log = logging.getLogger(__name__)

MOST_OPEN = 10
KEPT = timedelta(days=30)
MOST_ATTEMPTS = 3
# A worker that is to stop waits for what it is doing, but not for a whole upload.
SECONDS_A_TURN = 5.0
# So one large upload does not keep the others waiting.
ENTRIES_A_TURN = 20


class TooManyOpen(Conflict):
    """The caller's earlier uploads are to be done first."""

    default_detail = "Dine tidligere filer er ikke færdige endnu. Vent, til de er det, og send så denne."


async def receive(session: AsyncSession, principal: Principal, content: bytes, entries: Sequence[Entry]) -> str:
    """Store what an upload says and return its id; the same content is the same upload while it is worked on."""
    digest = keyed_digest(session, "bulk-reports", content)
    await lock_name(session, f"bulk-reports {principal.sub}")
    mine = select(BulkReport).where(BulkReport.sub == principal.sub, BulkReport.finished_at.is_(None))
    unfinished = (await session.execute(mine)).scalars().all()
    if twin := next((each for each in unfinished if each.digest == digest), None):
        return twin.id
    if len(unfinished) >= MOST_OPEN:
        raise TooManyOpen
    report = BulkReport(
        id=uuid7(), sub=principal.sub, principal=_stored(principal), digest=digest, created_at=now(), finished_at=None
    )
    session.add(report)
    await session.flush()
    session.add_all(_row(report.id, position, entry) for position, entry in enumerate(entries))
    if all(entry.errors for entry in entries):
        report.finished_at = report.created_at
    return report.id


def _row(report_id: str, position: int, entry: Entry) -> BulkReportEntry:
    return BulkReportEntry(
        report_id=report_id,
        position=position,
        tilbud_id=entry.tilbud_id,
        step=entry.step,
        row_count=len(entry.rows),
        content=entry.model_dump(exclude={"errors"}),
        outcome=RowStatus.REFUSED.value if entry.errors else None,
        errors=[each.model_dump() for each in entry.errors],
    )


async def work_off(database: Database) -> None:
    """Save what is waiting, upload after upload in turns, for some seconds."""
    end = time.monotonic() + SECONDS_A_TURN
    while time.monotonic() < end:
        async with database.read() as session:
            waiting = select(BulkReport.id).where(BulkReport.finished_at.is_(None)).order_by(BulkReport.id)
            report_ids = list((await session.execute(waiting)).scalars())
        turns = [await _turn(database, each, end) for each in report_ids]
        if not any(turns):
            return


async def forget_uploads(database: Database) -> None:
    """Delete the uploads that were done 30 days ago."""
    async with database.begin() as session:
        if await try_advisory_lock(session, "forget-bulk-reports"):
            await session.execute(delete(BulkReport).where(BulkReport.finished_at < now() - KEPT))


async def _turn(database: Database, report_id: str, end: float) -> int:
    """Settle some entries of one upload and return how many."""
    for count in range(ENTRIES_A_TURN):
        if time.monotonic() > end or not await settle_next(database, report_id):
            return count
    return ENTRIES_A_TURN


async def settle_next(database: Database, report_id: str) -> bool:
    """Settle the next entry of an upload in one transaction; False when none is left that no other worker has.

    A fault of ours that comes again each time ends in a refusal, so that the rows behind it do not wait forever.
    """
    position = None
    try:
        async with database.begin() as session:
            row = await _next_entry(session, report_id)
            if row is None:
                await _finish(session, report_id)
                return False
            position = row.position
            await _settle(session, row)
    except Exception as error:
        if position is None or is_unavailable(error) or is_conflict(error):
            raise
        log.exception("an entry of an upload failed", extra={"upload": report_id, "error": type(error).__name__})
        await _count_failure(database, report_id, position)
    return True


async def _next_entry(session: AsyncSession, report_id: str) -> BulkReportEntry | None:
    statement = select(BulkReportEntry).where(*_open(report_id)).order_by(BulkReportEntry.position).limit(1)
    return (await session.execute(statement.with_for_update(skip_locked=True))).scalar_one_or_none()


def _open(report_id: str) -> tuple[ColumnElement[bool], ...]:
    return BulkReportEntry.report_id == report_id, BulkReportEntry.outcome.is_(None)


async def _finish(session: AsyncSession, report_id: str) -> None:
    done = ~exists().where(*_open(report_id))
    statement = update(BulkReport).where(BulkReport.id == report_id, BulkReport.finished_at.is_(None), done)
    await session.execute(statement.values(finished_at=now()))


async def _count_failure(database: Database, report_id: str, position: int) -> None:
    async with database.begin() as session:
        row = await session.get(BulkReportEntry, (report_id, position), with_for_update=True)
        if row is None or row.outcome is not None:
            return
        row.attempts += 1
        if row.attempts >= MOST_ATTEMPTS:
            detail = "Der skete en fejl hos os med denne række. Ret den på tilbuddets trin, eller send den igen senere."
            error = RowError(row=row.content["rows"][0], column="", code="internal", detail=detail)
            row.outcome, row.errors = RowStatus.REFUSED.value, [error.model_dump()]


async def _settle(session: AsyncSession, row: BulkReportEntry) -> None:
    """Save one entry on behalf of who sent it, and write beside it what became of it."""
    report = await session.get_one(BulkReport, row.report_id)
    entry = Entry.model_validate(row.content)
    layout = layout_of(entry.step)
    try:
        if layout is None or entry.tilbud_id is None:
            raise NotFound
        async with savepoint(session):
            outcome, errors = await _save(session, report, entry, layout)
    except DomainError as refusal:
        row.outcome = RowStatus.REFUSED.value
        row.errors = [each.model_dump() for each in refusal_errors(entry, layout, refusal)]
        return
    row.outcome, row.etag = outcome.status.value, outcome.etag
    row.errors = [each.model_dump() for each in errors]
    if outcome.status is not RowStatus.REFUSED:
        row.content = {"rows": entry.rows, "tilbud_id": entry.tilbud_id, "step": entry.step}


async def _save(
    session: AsyncSession, upload: BulkReport, entry: Entry, layout: Layout
) -> tuple[RowOutcome, list[RowError]]:
    mount, principal = TILBUD_REPORTS, _principal(upload.principal)
    tilbud, reporter = await mount.lock_for_reporter(session, str(entry.tilbud_id), principal)
    reporter.refuse_other_step(entry.step)
    # Who started over on one tilbud did not mean this: an upload replaces nobody's draft.
    context = await load_context(session, mount, tilbud, None)
    report = context.report
    departments = report.departments if layout.step.per_department else ()
    row = StepRow(tilbud.id, entry.step, {}, await _built_on(session, upload, context, entry))
    if wrong := list(misplaced_departments(entry, departments)):
        return RowOutcome(row, RowStatus.REFUSED), wrong
    if entry.step in report.form.step_ids:
        current = writable(report.form, entry.step, report.steps[entry.step])
        row.data.update(with_answers(current, entry, has_departments=bool(departments)))
    outcome = await save_row(session, mount, context, row, reporter)
    missing = [row_error(entry, layout, FieldError(each.pointer, each.code, each.detail)) for each in outcome.missing]
    return outcome, missing


async def _built_on(session: AsyncSession, upload: BulkReport, context: DraftContext[Tilbud], entry: Entry) -> str:
    """Return the ETag of the step where the writer has seen it as it is: in the template that was filled in, or as an
    earlier upload of the same writer has left it. Without a template there is nothing to overlook while nobody has
    drafted the step, or only the writer, before the upload.
    """
    current, saved = context.etag(entry.step), context.saved.get(entry.step)
    if entry.if_match is None and (saved is None or _is_own(saved, upload)):
        return current
    if entry.if_match is not None:
        try:
            require_match(entry.if_match, current)
        except Stale:
            pass
        else:
            return current
    own = BulkReport.id == BulkReportEntry.report_id
    mine = select(func.count()).select_from(BulkReportEntry).join(BulkReport, own)
    left = (BulkReportEntry.tilbud_id == entry.tilbud_id, BulkReportEntry.step == entry.step)
    known = await session.scalar(mine.where(*left, BulkReportEntry.etag == current, BulkReport.sub == upload.sub))
    return current if known else entry.if_match or '"unseen"'


def _is_own(saved: DraftStepMixin, upload: BulkReport) -> bool:
    return saved.saved_by.get("sub") == upload.sub and saved.saved_at <= upload.created_at


def _stored(principal: Principal) -> dict[str, Any]:
    """Return what of the caller is needed to save on its behalf."""
    return {
        "sub": principal.sub,
        "name": principal.name,
        "cvr": principal.cvr,
        "org_name": principal.org_name,
        "loa": principal.loa,
        "rights": sorted([right.privilege, right.scope] for right in principal.rights),
    }


def _principal(stored: dict[str, Any]) -> Principal:
    rights = frozenset(Right(privilege, scope) for privilege, scope in stored["rights"])
    return Principal(**{**stored, "rights": rights})
