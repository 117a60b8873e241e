"""The draft as its reporters see it: one step, and how far all are."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.parties import Actor
from contracts.form import Code
from reports.content.rules import Report
from reports.drafts.queries import RESTORABLE, DraftContext, latest_replaced_draft
from reports.drafts.schemas import (
    DraftView,
    LockedKey,
    NewField,
    RejectedKey,
    ReplacedDraft,
    StepState,
    StepStatus,
    StepView,
    findings,
)
from reports.mounting import ReportMount, SubjectT
from web.auth import Principal


def view_step(context: DraftContext[Any], step: str) -> StepView:
    """Return one step: its data, what is wrong with it, and what keeps it from being edited."""
    check, saved = context.report.checker.check(step), context.saved.get(step)
    return StepView(
        step=step,
        data=context.report.steps[step],
        set_aside=context.report.set_aside_of(step),
        unread=context.report.unread_of(step),
        complete=check.complete,
        errors=findings(check.findings),
        warnings=findings(check.warnings),
        blocked_by=list(check.blocked_by),
        locked_by=_locked(context.report, step),
        rejected=_rejected(context.report, step),
        new_fields=[NewField.model_validate(each) for each in context.report.new_fields(step)],
        saved_at=saved.saved_at if saved else None,
        saved_by=saved.saved_by if saved else None,
    )


def view_state(context: DraftContext[Any], step: str) -> StepState:
    """Return how far one step is."""
    definition, check = context.report.form.step(step), context.report.checker.check(step)
    saved = context.saved.get(step)
    return StepState(
        step=step,
        title=definition.title,
        mandatory=not definition.mandatory.never,
        status=status_of(context, step),
        corrected=context.report.is_corrected(step),
        complete=check.complete,
        answered=check.answered,
        blocked_by=list(check.blocked_by),
        locked_by=_locked(context.report, step),
        drafted=saved is not None,
        form_day=context.report.days_of_cases.get(step, context.report.form_day),
        new_fields=len(context.report.new_fields(step)),
        etag=context.etag(step),
        saved_at=saved.saved_at if saved else None,
        saved_by=saved.saved_by if saved else None,
    )


async def view_draft(
    session: AsyncSession, mount: ReportMount[SubjectT], context: DraftContext[SubjectT], principal: Principal
) -> DraftView:
    """Return the draft with the state of every step that the caller may report, for the step indicator."""
    draft, reporter = context.draft, mount.reporter_of(principal, context.subject)
    replaced = await latest_replaced_draft(session, mount.tables, context.subject.id)
    return DraftView(
        exists=draft is not None,
        starting_over=context.starting_over,
        started_at=draft.started_at if draft else None,
        saved_at=draft.saved_at if draft else None,
        saved_by=draft.saved_by if draft else None,
        form_version=context.report.form.version,
        form_day=context.report.form_day,
        legal_bases=list(context.report.form.legal_bases),
        departments=list(context.report.departments),
        steps=[view_state(context, step) for step in context.report.form.step_ids if reporter.may_report(step)],
        all_steps=reporter.steps is None,
        may_send=reporter.may_send,
        replaced=_replaced(replaced.replaced_at) if replaced and replaced.replaced_at else None,
    )


def status_of(context: DraftContext[Any], step: str) -> StepStatus:
    """Return what ``step`` is, in one word."""
    report, check = context.report, context.report.checker.check(step)
    codes = {each.code for each in check.findings}
    holds = {
        StepStatus.LOCKED: report.is_locked(step),
        StepStatus.REJECTED: report.waits_for_correction(step),
        StepStatus.EMPTIED: report.is_emptied(step),
        StepStatus.BLOCKED: bool(check.blocked_by),
        StepStatus.COMPLETE: check.complete and check.answered,
        StepStatus.EMPTY: check.complete,
        StepStatus.WRONG: bool(codes - {Code.MISSING, Code.DEPARTMENT_MISSING}),
        StepStatus.INCOMPLETE: step in context.saved or check.answered,
    }
    return next((status for status, does in holds.items() if does), StepStatus.NOT_STARTED)


def _replaced(at: datetime) -> ReplacedDraft:
    return ReplacedDraft(replaced_at=at, restorable_until=at + RESTORABLE)


def _locked(report: Report, step: str) -> list[LockedKey]:
    return [LockedKey(step=key, submission_id=case.id) for key, case in report.locked_by(step).items()]


def _rejected(report: Report, step: str) -> list[RejectedKey]:
    return [
        RejectedKey(
            step=key,
            submission_id=case.id,
            reason=rejection.reason,
            fields=list(rejection.fields),
            corrected=not report.is_as_sent(case, key),
            decided_by=Actor.model_validate(rejection.decided_by),
            decided_at=rejection.decided_at,
        )
        for case, key, rejection in report.rejected_of(step)
    ]
