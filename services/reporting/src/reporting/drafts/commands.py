"""The draft of a tilbud: one for all its reporters, saved step by step (rows 46-50)."""

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.auth import Principal
from chassis.clock import now
from chassis.database import Database, lock
from chassis.errors import FieldError
from chassis.etags import require_match
from chassis.ids import uuid7
from chassis.periodic import try_advisory_lock
from chassis.problems import Problem, not_found
from contracts.form import Context, validate, writable
from reporting.actions.commands import note
from reporting.content.rules import Data, Report, refuse_locked_changes, superfluous_drafts
from reporting.drafts.queries import (
    RESTORABLE,
    Desk,
    current_draft_steps,
    latest_replaced_draft,
    load_desk,
    load_report,
)
from reporting.models import Draft, DraftStep, NewStart, Tilbud
from reporting.subjects.access import Reporter, reporter_of
from reporting.tilsyn.queries import refuse_ceased


async def locked_for(
    session: AsyncSession, tilbud_id: str, principal: Principal, *, even_ceased: bool = False
) -> tuple[Tilbud, Reporter]:
    """Lock the tilbud for a command of ``principal``, who must be one of its reporters.

    Problem ``tilbud-ceased`` for one that is closed for good, unless the command takes ``even_ceased`` ones.
    """
    tilbud = await lock(session, Tilbud, Tilbud.id == tilbud_id)
    reporter = reporter_of(principal, tilbud)
    if tilbud is None:
        raise not_found()
    if not even_ceased:
        await refuse_ceased(session, tilbud)
    return tilbud, reporter


async def start(session: AsyncSession, tilbud_id: str, principal: Principal, how: str) -> Desk:
    """Go on with the draft, or start over: then the draft stays until the caller's first save (rows 48-50)."""
    tilbud, reporter = await locked_for(session, tilbud_id, principal)
    desk = await load_desk(session, tilbud, principal.sub)
    await session.execute(delete(NewStart).where(NewStart.tilbud_id == tilbud.id, NewStart.sub == principal.sub))
    if how == "new" and desk.draft:
        place = {"draft_id": desk.draft.id, "draft_revision": desk.draft.revision}
        session.add(NewStart(tilbud_id=tilbud.id, sub=principal.sub, started_at=now(), **place))
        await session.flush()
    note(session, tilbud.id, "draft-started", reporter.actor, start=how)
    return await load_desk(session, tilbud, principal.sub)


async def save_step(
    session: AsyncSession, tilbud_id: str, step: str, data: Data, principal: Principal, if_match: str | None
) -> Desk:
    """Save one whole step, complete or not (row 47), and return the report with it.

    What cannot be stored at all is refused with ``invalid``, what awaits approval with ``step-locked``.
    """
    tilbud, reporter = await locked_for(session, tilbud_id, principal)
    desk = await load_desk(session, tilbud, principal.sub)
    refuse_unknown_step(desk.report, step)
    clean = _checked(desk, step, data)
    refuse_locked_changes(desk.report, step, clean)
    require_match(if_match, desk.etag(step))
    draft = await _draft_to_save_in(session, desk, reporter)
    row = await _save(session, draft, step, clean, reporter)
    note(session, tilbud.id, "step-saved", reporter.actor, step=step)
    tilbud.changed_at = draft.saved_at
    return desk.after_save(draft, row)


def refuse_unknown_step(report: Report, step: str) -> None:
    """Raise not-found for a step that the form of this report does not have."""
    if step not in report.form.step_ids:
        raise not_found()


async def restore(session: AsyncSession, tilbud_id: str, principal: Principal) -> Desk:
    """Bring the draft back that was replaced last; the current one takes its place among the replaced."""
    tilbud, reporter = await locked_for(session, tilbud_id, principal)
    replaced = await latest_replaced_draft(session, tilbud.id)
    if replaced is None:
        raise Problem("conflict", "Der er ingen erstattet kladde at hente tilbage.")
    desk = await load_desk(session, tilbud, principal.sub)
    if desk.draft:
        desk.draft.replaced_at = now()
        await session.flush()
    replaced.replaced_at = None
    replaced.revision += 1
    await session.execute(delete(NewStart).where(NewStart.tilbud_id == tilbud.id))
    note(session, tilbud.id, "draft-restored", reporter.actor)
    await session.flush()
    await drop_superfluous(session, tilbud)
    return await load_desk(session, tilbud, principal.sub)


async def drop_superfluous(session: AsyncSession, tilbud: Tilbud) -> None:
    """Drop the drafted steps that say the same as an open case or the baseline, and a draft without steps."""
    report = await load_report(session, tilbud, await current_draft_steps(session, tilbud.id))
    current = select(Draft.id).where(Draft.tilbud_id == tilbud.id, Draft.replaced_at.is_(None)).scalar_subquery()
    for step in superfluous_drafts(report):
        await session.execute(delete(DraftStep).where(DraftStep.draft_id == current, DraftStep.step == step))
    if len(superfluous_drafts(report)) == len(report.draft):
        await session.execute(delete(Draft).where(Draft.id == current))


async def put_back(session: AsyncSession, tilbud: Tilbud, content: dict[str, Data], reporter: Reporter) -> None:
    """Keep the whole steps in ``content`` as drafted changes, except those that are drafted already (row 78)."""
    desk = await load_desk(session, tilbud, "")
    for step in sorted(content.keys() - desk.saved.keys()):
        draft = await _draft_to_save_in(session, await load_desk(session, tilbud, ""), reporter)
        await _save(session, draft, step, writable(desk.report.form, step, content[step]), reporter)
    await session.flush()


async def forget_replaced(database: Database) -> None:
    """Delete the replaced drafts that nobody has brought back for 30 days."""
    async with database.begin() as session:
        if await try_advisory_lock(session, "reporting.forget-drafts"):
            await session.execute(delete(Draft).where(Draft.replaced_at < now() - RESTORABLE))


def _checked(desk: Desk, step: str, data: Data) -> Data:
    """Return ``data`` as it is stored; ``invalid`` with pointers when it does not have the shape of the step."""
    # The form itself depends on what the company step says, so it is the new answers that choose it.
    form = desk.report.with_draft({**desk.report.draft, step: data}).form
    check = validate(form, step, data, Context(desk.report.steps))
    if check.shape_errors:
        errors = [FieldError(each.pointer, each.code.value, each.detail) for each in check.shape_errors[:50]]
        raise Problem("invalid", "Et eller flere felter er ikke gyldige.", errors)
    return writable(form, step, data)


async def _draft_to_save_in(session: AsyncSession, desk: Desk, reporter: Reporter) -> Draft:
    """Return the current draft; the first save of somebody who starts over replaces it (row 50)."""
    if desk.draft and not desk.starting_over:
        return desk.draft
    if desk.draft:
        desk.draft.replaced_at = now()
        await session.execute(delete(NewStart).where(NewStart.tilbud_id == desk.tilbud.id))
        await session.flush()
    moment = now()
    draft = Draft(id=uuid7(), tilbud_id=desk.tilbud.id, started_at=moment, saved_at=moment, saved_by=reporter.stamp)
    draft.revision = 0
    session.add(draft)
    await session.flush()
    return draft


async def _save(session: AsyncSession, draft: Draft, step: str, data: Data, reporter: Reporter) -> DraftStep:
    draft.revision += 1
    draft.saved_at, draft.saved_by = now(), reporter.stamp
    values = {"data": data, "revision": draft.revision, "saved_at": draft.saved_at, "saved_by": reporter.stamp}
    statement = insert(DraftStep).values(draft_id=draft.id, step=step, **values)
    saved = statement.on_conflict_do_update(index_elements=["draft_id", "step"], set_=values).returning(DraftStep)
    return (await session.scalars(saved, execution_options={"populate_existing": True})).one()
