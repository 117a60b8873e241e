"""The summary before sending: old beside new, what would be sent, and what blocks it (R52-R55)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import DomainError
from contracts.form import Change, changes, parse_key, with_computed, writable
from contracts.form.keys import DEPARTMENTS
from reports.content.rules import OpenCase, Report, SubmissionState
from reports.drafts.queries import DraftContext
from reports.drafts.schemas import findings
from reports.drafts.views import view_state
from reports.mounting import ReportMount, SubjectT
from reports.reporters import NoSender, Reporter
from reports.schemas import Lock
from reports.submissions.queries import has_approval
from reports.submissions.rules import (
    DepartmentsGone,
    Incomplete,
    blocking,
    keys_to_resend,
    keys_to_send,
    nothing_to_send,
    resubmitted,
)
from reports.submissions.step_names import department_names, named_steps, names_in, reference_of
from reports.summary.schemas import (
    ChangedRow,
    ChangeView,
    KeyView,
    RejectedStep,
    ReturnedCase,
    StepSummary,
    Summary,
)


async def view_summary(
    session: AsyncSession, mount: ReportMount[SubjectT], context: DraftContext[SubjectT], reporter: Reporter
) -> Summary:
    """Return the steps that the reporter may see, old beside new, what would be sent, and what blocks it."""
    report = context.report
    initial = not await has_approval(session, mount.tables, context.subject.id)
    keys = keys_to_send(report, initial=initial)
    wrong = blocking(report)
    nothing = nothing_to_send(report, keys, initial=initial)
    blocker = await mount.submission_blocker(session, context.subject)
    obstacles = [Incomplete.slug] if wrong else []
    obstacles += [each.slug for each in (blocker, nothing) if each]
    obstacles += [] if reporter.may_send else [NoSender.slug]
    sends = [] if nothing else keys
    return Summary(
        can_submit=not obstacles,
        initial=initial,
        asks_reason=mount.asks_reason(reporter),
        sends=sends,
        obstacles=obstacles,
        blocking=findings(wrong),
        returned=await _returned(session, mount, context, reporter, blocker),
        steps=[_step(context, step, frozenset(sends)) for step in report.form.step_ids if reporter.may_report(step)],
    )


async def _returned(
    session: AsyncSession,
    mount: ReportMount[SubjectT],
    context: DraftContext[SubjectT],
    reporter: Reporter,
    blocker: DomainError | None,
) -> list[ReturnedCase]:
    report, subject_id = context.report, context.subject.id
    cases = [each for each in report.cases if each.state is SubmissionState.RETURNED]
    if not cases:
        return []
    names = await department_names(session, mount.tables, subject_id) | names_in(report.steps.get(DEPARTMENTS))
    others = [each.slug for each in (blocker, None if reporter.may_send else NoSender()) if each]
    return [_returned_case(mount, report, case, subject_id, names, others) for case in cases]


def _returned_case(
    mount: ReportMount[Any],
    report: Report,
    case: OpenCase,
    subject_id: str,
    names: Mapping[str, str],
    others: Sequence[str],
) -> ReturnedCase:
    sent_again = resubmitted(report, case)
    keys, wrong = keys_to_resend(sent_again, case), blocking(sent_again)
    obstacles = [*([Incomplete.slug] if wrong else []), *others, *([] if keys else [DepartmentsGone.slug])]
    rejected = [
        RejectedStep(
            **each.model_dump(),
            reason=case.rejected[each.step].reason,
            corrected=each.step not in report.content or not report.is_as_sent(case, each.step),
        )
        for each in named_steps(case.rejected, mount.all_steps, names)
    ]
    return ReturnedCase(
        submission_id=case.id,
        reference=reference_of(subject_id, case.number),
        return_reason=case.return_reason,
        can_resubmit=not obstacles,
        sends=named_steps(keys, mount.all_steps, names),
        rejected=rejected,
        obstacles=obstacles,
        blocking=findings(wrong),
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
        new=with_computed(report.form, step, new),
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
