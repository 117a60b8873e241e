"""What may be drafted, and which drafted steps say nothing. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chassis.errors import Conflict, FieldError, Invalid, NotFound
from contracts.form import (
    Finding,
    Unread,
    applicable,
    entered,
    put_at,
    typed_data,
    unread_findings,
    value_at,
    without_unread,
    writable,
)
from contracts.form.keys import DEPARTMENTS, parse_key
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


@dataclass(frozen=True)
class CheckedStep:
    """A step as it is stored: its data with the answers that do not apply, and what was typed and cannot be read."""

    data: Data
    unread: Unread


def checked_step(report: Report, step: str, data: Data) -> CheckedStep:
    """Return ``data`` as it is stored; ``invalid`` with pointers when it does not have the shape of the step.

    Questions of other forms of the kind are known, too: their answers are kept until they apply. What somebody
    typed and cannot be read refuses nothing. The old answer stays where a CPR number was typed over it.
    """
    question = report.question(step)
    read, unread, refused = without_unread(question, entered(question, data), report.today)
    if refused:
        raise Invalid(errors=_as_errors(refused))
    old = report.kept(step)
    for pointer in (each for each, text in unread.items() if text is None):
        if (answer := value_at(old, pointer)) is not None and not _is_in_row(pointer):
            put_at(read, pointer, answer)
    return CheckedStep(report.with_kept(step, typed_data(question, read)), unread)


def refuse_unread(report: Report, step: str, checked: CheckedStep) -> None:
    """Raise ``invalid`` for what cannot be read, where nobody sits before a page who could see it again."""
    found = list(unread_findings(report.question(step), checked.data, checked.unread, report.today))
    if found:
        raise Invalid(errors=_as_errors(found))


def refuse_locked_changes(report: Report, step: str, new: Data) -> None:
    """Raise ``step-locked`` when ``new`` changes what awaits approval in a case (R58)."""
    locked = report.locked_by(step)
    typed = _applicable(report, step, new)
    sent = {key: _applicable_part(report, key, case.content[key]) for key, case in locked.items()}
    changed = [key for key, content in sent.items() if not report.same(key, content, part_of(key, typed))]
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
    return not report.unread.get(step) and report.same_step(step, report.without_draft_of(step))


def _applicable(report: Report, step: str, data: Data) -> Data:
    return applicable(report.form.step(step), data, report.applicability)


def _applicable_part(report: Report, key: str, data: Data) -> Data:
    step, department = parse_key(key)
    whole = {DEPARTMENTS: {department: data}} if department else data
    return part_of(key, _applicable(report, step, whole))


def _is_in_row(pointer: str) -> bool:
    return any(each.isdigit() for each in pointer.split("/"))


def _as_errors(found: Iterable[Finding]) -> list[FieldError]:
    return [FieldError(each.pointer, each.code.value, each.detail, each.allowed) for each in found][:MAX_ERRORS]
