"""What a submission holds, and what keeps it from being sent. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from chassis.errors import DomainError, FieldError
from contracts.form import Code, Finding, department_ids, parse_key
from contracts.form.keys import DEPARTMENTS
from reports.content.rules import OpenCase, Report, StepLocked, SubmissionState
from web.errors import TooLarge


class Incomplete(DomainError):
    """A step that must be valid is not."""

    slug = "incomplete"
    default_detail = "Udfyld de trin, der mangler, og send igen."


class NothingChanged(DomainError):
    """Nothing differs from what is sent or approved already."""

    slug = "nothing-changed"
    default_detail = "Der er ikke ændret noget, som ikke allerede er sendt eller godkendt."


class DepartmentsGone(NothingChanged):
    """The case holds nothing but parts of departments that are not reported any more."""

    default_detail = "Sagens afdelinger findes ikke længere. Afslut sagen."


class AllInOpenCases(StepLocked):
    """Everything that is changed belongs to cases that are open."""

    default_detail = "Det, der er ændret, hører til en igangværende sag."


class NotReturned(DomainError):
    """Only a returned case can be sent again or given up."""

    slug = "wrong-state"
    default_detail = "Det kan kun ske, når myndigheden har sendt sagen tilbage til rettelse."


class OnBehalfReasonMissing(DomainError):
    """An authority that reports for somebody says why: it is the exception (R109)."""

    slug = "reason-required"
    default_detail = "Skriv, hvorfor myndigheden indberetter. Digital selvbetjening er hovedreglen."


class ReportTooLarge(TooLarge):
    """The report does not fit into one message."""

    default_detail = "Indberetningen er for stor til at blive sendt samlet."


def refuse_unexplained(reason: str | None, *, is_asked: bool) -> None:
    """Raise OnBehalfReasonMissing for a report that is sent on behalf with a blank reason.

    A form asks everybody for one. None is the reason of a system that was made before there was any.
    """
    if is_asked and reason == "":
        detail = OnBehalfReasonMissing.default_detail
        raise OnBehalfReasonMissing(errors=[FieldError("/reason", "reason-required", detail)])


def step_is_due(report: Report, step: str) -> bool:
    """Return whether ``step`` must be complete before anything can be sent (R54)."""
    return not report.form.step(step).mandatory.never or report.checker.check(step).answered


def blocking(report: Report) -> list[FieldError]:
    """Return what keeps the report from being sent: a pointer to each step, then to each place in it."""
    found: list[FieldError] = []
    for step, check in report.checks.items():
        if step_is_due(report, step) and not check.complete:
            title = report.form.step(step).title
            found.append(FieldError(f"/{step}", Code.STEP_INCOMPLETE.value, f"Trinnet “{title}” er ikke udfyldt."))
            found += [_at_step(step, finding) for finding in check.findings]
    return found


def changed_keys(report: Report) -> list[str]:
    """Return the step keys whose answers differ from the approved ones (R55)."""
    return [key for key in report.keys if not report.same(key, report.baseline.get(key, {}), report.content[key])]


def edited_keys(report: Report) -> list[str]:
    """Return the step keys whose answers differ from what was last sent or approved."""
    known = {key: data for step in report.form.step_ids for key, data in report.known_parts(step).items()}
    return [key for key in report.keys if not report.same(key, known.get(key, {}), report.content[key])]


def keys_to_send(report: Report, *, initial: bool) -> list[str]:
    """Return what a new submission holds: everything the first time, then what changed and no open case has.

    A department that is new, or comes back, has everything with it, too: what was approved of it before it went is
    not what it is now. Where another case is about to add it, all of it is that case's.
    """
    new = new_departments(report)
    changed = set(report.keys if initial else changed_keys(report))
    added = {key for key in report.keys if parse_key(key)[1] in new}
    wanted = changed - added if report.case_of(DEPARTMENTS) else changed | added
    return [key for key in report.keys if key in wanted and report.case_of(key) is None]


def keys_to_resend(report: Report, case: OpenCase) -> list[str]:
    """Return what a resubmission holds: the case's own keys, for the departments that it reports now.

    The parts of departments that were added in the case's own list of departments join it.
    """
    new = new_departments(report) if DEPARTMENTS in case.content else frozenset()
    added = {key for key in report.keys if parse_key(key)[1] in new and report.case_of(key) is None}
    return [key for key in report.keys if key in case.content or key in added]


def resubmitted(report: Report, case: OpenCase) -> Report:
    """Return the report with no other drafted steps than those that a resubmission of ``case`` sends.

    What the form asks since the case was sent does not keep it from being sent again.
    """
    steps = {parse_key(key)[0] for key in case.content}
    if DEPARTMENTS in steps:
        steps |= {step.id for step in report.form.steps if step.per_department}
    drafted = {step: data for step, data in report.draft.items() if step in steps}
    return replace(report, begun_on=case.sent_on or report.begun_on).with_draft(drafted)


def new_departments(report: Report) -> frozenset[str]:
    """Return the reported departments that are not approved yet."""
    return frozenset(report.departments) - frozenset(department_ids(report.baseline.get(DEPARTMENTS)))


def nothing_to_send(report: Report, keys: Sequence[str], *, initial: bool) -> NothingChanged | AllInOpenCases | None:
    """Return why there is nothing to send: nothing is edited, or open cases hold all that is. None when there is.

    While the first report is not decided there is nothing that a second one could be about.
    """
    if keys and not (initial and report.cases):
        return None
    edited = edited_keys(report)
    if not edited:
        return NothingChanged()
    detail = AllInOpenCases.default_detail
    return AllInOpenCases(errors=[FieldError(f"/{key}", "locked", detail) for key in edited])


def refuse_incomplete(report: Report) -> None:
    """Raise ``incomplete`` with the list while a step that must be valid is not."""
    errors = blocking(report)
    if errors:
        raise Incomplete(errors=errors)


def refuse_unless_returned(state: str) -> None:
    """Raise ``wrong-state`` for a submission in any other state than returned."""
    if state != SubmissionState.RETURNED:
        raise NotReturned


def _at_step(step: str, finding: Finding) -> FieldError:
    return FieldError(f"/{step}{finding.pointer}", finding.code.value, finding.detail)
