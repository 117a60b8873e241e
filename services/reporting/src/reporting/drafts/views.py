"""The draft as its reporters see it: one step, all steps, and the summary before sending."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import DomainError, FieldError
from contracts.form import Finding as FormFinding
from contracts.form import changes, parse_key, writable
from reporting.content.rules import Report, blocking, keys_to_send, refuse_nothing
from reporting.drafts.queries import RESTORABLE, Desk, latest_replaced_draft
from reporting.drafts.schemas import (
    ChangeView,
    DraftView,
    Finding,
    KeyView,
    LockedKey,
    ReplacedDraft,
    StepState,
    StepSummary,
    StepView,
    Summary,
)
from reporting.models import LeaderCpr
from reporting.submissions.commands import has_approval
from reporting.tilbud.schemas import Lock


def view_step(desk: Desk, step: str) -> StepView:
    """Return one step: its data, what is wrong with it, and what keeps it from being edited."""
    check, saved = desk.report.checks[step], desk.saved.get(step)
    return StepView(
        step=step,
        data=desk.report.steps[step],
        complete=check.complete,
        errors=_findings(check.findings),
        warnings=_findings(check.warnings),
        blocked_by=list(check.blocked_by),
        locked_by=_locked(desk.report, step),
        saved_at=saved.saved_at if saved else None,
        saved_by=saved.saved_by if saved else None,
    )


async def view_draft(session: AsyncSession, desk: Desk) -> DraftView:
    """Return the draft with the state of every step, for the step indicator."""
    draft = desk.draft
    replaced = await latest_replaced_draft(session, desk.tilbud.id)
    return DraftView(
        exists=draft is not None,
        starting_over=desk.starting_over,
        started_at=draft.started_at if draft else None,
        saved_at=draft.saved_at if draft else None,
        saved_by=draft.saved_by if draft else None,
        form_version=desk.report.form.version,
        legal_bases=list(desk.report.form.legal_bases),
        departments=list(desk.report.departments),
        steps=[_state(desk, step) for step in desk.report.form.step_ids],
        replaced=_replaced(replaced.replaced_at) if replaced and replaced.replaced_at else None,
    )


async def view_summary(session: AsyncSession, desk: Desk) -> Summary:
    """Return all steps, old beside new, what would be sent, and what blocks it (rows 52-55)."""
    report = desk.report
    initial = not await has_approval(session, desk.tilbud.id)
    keys = keys_to_send(report, initial=initial)
    wrong = blocking(report)
    obstacles = ["incomplete"] if wrong else []
    if await session.get(LeaderCpr, desk.tilbud.id) is None:
        obstacles.append("leader-cpr-missing")
    try:
        refuse_nothing(report, keys, initial=initial)
    except DomainError as problem:
        obstacles.append(problem.slug)
        keys = []
    return Summary(
        can_submit=not obstacles,
        initial=initial,
        sends=keys,
        obstacles=obstacles,
        blocking=_errors(wrong),
        steps=[_summary(desk, step, frozenset(keys)) for step in report.form.step_ids],
    )


def _summary(desk: Desk, step: str, sends: frozenset[str]) -> StepSummary:
    check = desk.report.checks[step]
    keys = [key for key in desk.report.keys if parse_key(key)[0] == step]
    return StepSummary(
        **_state(desk, step).model_dump(),
        errors=_findings(check.findings),
        warnings=_findings(check.warnings),
        keys=[_key(desk.report, key, sent=key in sends) for key in keys],
    )


def _key(report: Report, key: str, *, sent: bool) -> KeyView:
    step, new, old = parse_key(key)[0], report.content[key], report.baseline.get(key)
    case = report.case_of(key)
    found = changes(report.form, step, writable(report.form, step, old or {}), writable(report.form, step, new))
    return KeyView(
        step=key,
        changed=not report.same(key, old or {}, new),
        sent=sent,
        case=Lock(step=key, submission_id=case.id, state=case.state.value) if case else None,
        old=old,
        new=new,
        changes=[
            ChangeView(path=each.path, label=each.label, old=each.old, new=each.new, personal=each.personal)
            for each in found
        ],
    )


def _state(desk: Desk, step: str) -> StepState:
    definition, check = desk.report.form.step(step), desk.report.checks[step]
    saved = desk.saved.get(step)
    return StepState(
        step=step,
        title=definition.title,
        mandatory=not definition.mandatory.never,
        complete=check.complete,
        answered=check.answered,
        blocked_by=list(check.blocked_by),
        locked_by=_locked(desk.report, step),
        drafted=saved is not None,
        etag=desk.etag(step),
        saved_at=saved.saved_at if saved else None,
        saved_by=saved.saved_by if saved else None,
    )


def _replaced(at: datetime) -> ReplacedDraft:
    return ReplacedDraft(replaced_at=at, restorable_until=at + RESTORABLE)


def _locked(report: Report, step: str) -> list[LockedKey]:
    return [LockedKey(step=key, submission_id=case.id) for key, case in report.locked_by(step).items()]


def _findings(findings: Iterable[FormFinding]) -> list[Finding]:
    return [Finding(pointer=each.pointer, code=each.code.value, detail=each.detail) for each in findings]


def _errors(errors: Iterable[FieldError]) -> list[Finding]:
    return [Finding(pointer=each.pointer, code=each.code, detail=each.detail) for each in errors]
