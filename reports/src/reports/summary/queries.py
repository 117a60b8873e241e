"""The summary before sending: old beside new, what would be sent, and what blocks it (R52-R55)."""

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.form import Change, changes, parse_key, writable
from reports.content.rules import Report
from reports.drafts.queries import DraftContext
from reports.drafts.schemas import findings
from reports.drafts.views import view_state
from reports.mounting import ReportMount, SubjectT
from reports.reporters import NoSender, Reporter
from reports.schemas import Lock
from reports.submissions.queries import has_approval
from reports.submissions.rules import Incomplete, blocking, keys_to_send, nothing_to_send
from reports.summary.schemas import ChangedRow, ChangeView, KeyView, StepSummary, Summary


async def view_summary(
    session: AsyncSession, mount: ReportMount[SubjectT], context: DraftContext[SubjectT], reporter: Reporter
) -> Summary:
    """Return the steps that the reporter may see, old beside new, what would be sent, and what blocks it."""
    report = context.report
    initial = not await has_approval(session, mount.tables, context.subject.id)
    keys = keys_to_send(report, initial=initial)
    wrong = blocking(report)
    nothing = nothing_to_send(report, keys, initial=initial)
    obstacles = [Incomplete.slug] if wrong else []
    obstacles += [each.slug for each in (await mount.submission_blocker(session, context.subject), nothing) if each]
    obstacles += [] if reporter.may_send else [NoSender.slug]
    sends = [] if nothing else keys
    return Summary(
        can_submit=not obstacles,
        initial=initial,
        asks_reason=mount.asks_reason(reporter),
        sends=sends,
        obstacles=obstacles,
        blocking=findings(wrong),
        steps=[_step(context, step, frozenset(sends)) for step in report.form.step_ids if reporter.may_report(step)],
    )


def _step(context: DraftContext[SubjectT], step: str, sends: frozenset[str]) -> StepSummary:
    check = context.report.checker.check(step)
    keys = [key for key in context.report.keys if parse_key(key)[0] == step]
    return StepSummary(
        **view_state(context, step).model_dump(),
        errors=findings(check.findings),
        warnings=findings(check.warnings),
        keys=[_key(context.report, key, sent=key in sends) for key in keys],
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
        changes=[_change(each) for each in found],
    )


def _change(change: Change) -> ChangeView:
    row = change.row
    return ChangeView(
        path=change.path,
        label=change.label,
        old=change.old,
        new=change.new,
        personal=change.personal,
        row=ChangedRow(path=row.path, label=row.label, status=row.status) if row else None,
    )
