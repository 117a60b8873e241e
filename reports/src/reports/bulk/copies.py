"""The same answers for several subjects: one step of a report into the drafts of others (P4)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import savepoint
from chassis.errors import Conflict, DomainError, FieldError, Invalid, NotFound
from contracts.form import FieldType, writable
from reports.bulk.commands import save_row
from reports.bulk.schemas import RowOutcome, RowStatus, StepRow
from reports.content.rules import Data, Report, parts_of
from reports.drafts.queries import DraftContext, load_context
from reports.drafts.rules import refuse_unknown_step
from reports.mounting import ReportMount, SubjectT
from web.auth import Principal


class OnlyOfOne(Conflict):
    """The step says what the subject itself is, and no other one."""

    default_detail = "Trinnet beskriver den enkelte og kan ikke kopieres til andre."


class OtherDepartments(Conflict):
    """The step is answered per department, and the other subject does not have these."""

    default_detail = "Trinnet udfyldes for hver afdeling, og afdelingerne er ikke de samme."


class AlreadyDrafted(Conflict):
    """Somebody has drafted other answers that are not sent, and would not know that they are gone."""

    default_detail = "Der er en kladde med andre svar på trinnet. Se den først."


async def copy_step(
    session: AsyncSession,
    mount: ReportMount[SubjectT],
    subject_id: str,
    step: str,
    to: Sequence[str],
    seen: dict[str, str],
    principal: Principal,
) -> list[RowOutcome]:
    """Save the step of a subject, as the caller sees it, into the drafts of others; each has its own outcome.

    A draft with other answers is replaced only where ``seen`` has the ETag of its step.
    """
    subject = await mount.get_visible(session, subject_id, principal)
    mount.reporter_of(principal, subject).refuse_other_step(step)
    source = await load_context(session, mount, subject, principal.sub)
    refuse_unknown_step(source.report, step)
    if step in mount.steps_of_one:
        raise OnlyOfOne
    if subject_id in to:
        pointer = f"/to/{list(to).index(subject_id)}"
        raise Invalid(errors=[FieldError(pointer, "duplicate-value", "Svarene står der allerede.")])
    data = writable(source.report.form, step, source.report.steps[step])
    outcomes: dict[str, RowOutcome] = {}
    # Subjects are locked in the order of their ids, so that two calls cannot deadlock.
    for target in sorted(set(to)):
        row = StepRow(target, step, data, seen.get(target))
        outcomes[target] = await _copy(session, mount, source.report, row, principal)
    return [outcomes[target] for target in dict.fromkeys(to)]


async def _copy(
    session: AsyncSession, mount: ReportMount[SubjectT], source: Report, row: StepRow, principal: Principal
) -> RowOutcome:
    try:
        async with savepoint(session):
            subject, reporter = await mount.lock_for_reporter(session, row.subject_id, principal)
            context = await load_context(session, mount, subject, None)
            if row.step not in context.report.form.step_ids:
                raise NotFound
            _refuse_other_departments(source, context.report, row)
            fitting = StepRow(row.subject_id, row.step, _fitting(context.report, row), _built_on(context, row))
            return await save_row(session, mount, context, fitting, reporter)
    except DomainError as refusal:
        return RowOutcome(row, RowStatus.REFUSED, slug=refusal.slug, detail=refusal.detail, errors=refusal.errors)


def _refuse_other_departments(source: Report, target: Report, row: StepRow) -> None:
    if source.form.step(row.step).per_department and set(source.departments) != set(target.departments):
        raise OtherDepartments


def _fitting(target: Report, row: StepRow) -> Data:
    """Return the answers without those that the form of the other subject does not ask for."""
    # A file is about one of them alone.
    fields = target.form.step(row.step).fields
    known = {field.id for field in fields if field.type is not FieldType.FILE}
    own = {field.id: target.steps[row.step].get(field.id) for field in fields if field.type is FieldType.FILE}
    if target.form.step(row.step).per_department and target.departments:
        return {"departments": {name: _known(part, known) for name, part in parts_of(row.data).items()}}
    return _known(row.data, known) | {name: value for name, value in own.items() if value is not None}


def _known(data: Data, known: set[str]) -> Data:
    return {name: value for name, value in data.items() if name in known}


def _built_on(context: DraftContext[Any], row: StepRow) -> str:
    """Return the ETag that the copy builds on; AlreadyDrafted where the caller has not seen what is drafted."""
    if row.if_match is not None:
        return row.if_match
    same = context.report.same_step(row.step, context.report.with_step(row.step, _fitting(context.report, row)))
    if row.step in context.saved and not same:
        raise AlreadyDrafted
    return context.etag(row.step)
