"""What may be drafted, and which drafted steps say nothing. Pure."""

from collections.abc import Mapping

from chassis.errors import Conflict, FieldError, Invalid, NotFound
from contracts.form import Context, entered, validate, writable
from reports.content.rules import Data, Report, StepLocked, part_of

MAX_ERRORS = 50


class NoReplacedDraft(Conflict):
    """No draft was replaced within the last 30 days."""

    default_detail = "Der er ingen erstattet kladde at hente tilbage."


class StepAwaitsApproval(StepLocked):
    """What was sent and is not decided yet cannot be changed."""

    default_detail = "Trinnet afventer godkendelse og kan ikke ændres, før myndigheden har taget stilling."


def refuse_unknown_step(report: Report, step: str) -> None:
    """Raise not-found for a step that the form of this report does not have."""
    if step not in report.form.step_ids:
        raise NotFound


def checked_step(report: Report, step: str, data: Data) -> Data:
    """Return ``data`` as it is stored; ``invalid`` with pointers when it does not have the shape of the step.

    The form itself may depend on what this step says, so it is the new answers that choose it.
    """
    form = report.with_step(step, data).form
    data = entered(form.step(step), data)
    check = validate(form, step, data, Context(report.steps))
    if check.shape_errors:
        found = check.shape_errors[:MAX_ERRORS]
        raise Invalid(errors=[FieldError(each.pointer, each.code.value, each.detail, each.allowed) for each in found])
    return writable(form, step, data)


def refuse_locked_changes(report: Report, step: str, new: Data) -> None:
    """Raise ``step-locked`` when ``new`` changes what awaits approval in a case (R58)."""
    locked = report.locked_by(step)
    changed = [key for key, case in locked.items() if not report.same(key, case.content[key], part_of(key, new))]
    if changed:
        detail = StepAwaitsApproval.default_detail
        raise StepAwaitsApproval(errors=[FieldError(f"/{key}", "locked", detail) for key in changed])


def superfluous_steps(report: Report) -> list[str]:
    """Return the drafted steps that say nothing new beside the open cases and the baseline."""
    return [step for step in report.draft if step in report.form.step_ids and _is_unchanged(report, step)]


def steps_to_restore(report: Report, content: Mapping[str, Data]) -> dict[str, Data]:
    """Return what of the whole steps in ``content`` becomes a draft: those that are not drafted already."""
    return {step: writable(report.form, step, content[step]) for step in sorted(content.keys() - report.draft.keys())}


def _is_unchanged(report: Report, step: str) -> bool:
    return report.same_step(step, report.without_draft_of(step))
