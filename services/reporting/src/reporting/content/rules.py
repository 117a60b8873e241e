"""The rules of reporting. Pure: state in, answers out.

A step has its content from the first of: what an open case that awaits approval has sent (nobody may change it),
the draft, what a returned case has sent, the approved baseline, and what the tilbud was created with.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from chassis.errors import FieldError
from chassis.problems import Problem
from contracts.form import (
    Code,
    Context,
    Finding,
    FormDefinition,
    StepCheck,
    check_all,
    department_ids,
    form,
    join,
    parse_key,
    split,
    step_keys,
    writable,
)
from contracts.form.loading import steps_of
from contracts.reference import legal_basis

Data = dict[str, Any]
DEPARTMENTS = "departments"
COMPANY = "company"
CONTACT = "contact"


class State(StrEnum):
    """Where a submission stands (interfaces.md)."""

    AWAITING = "awaiting"
    RETURNED = "returned"
    APPROVED = "approved"
    CLOSED = "closed"


@dataclass(frozen=True)
class OpenCase:
    """A submission that is not settled, with the content of its step keys as last sent."""

    id: str
    state: State
    initial: bool
    content: Mapping[str, Data]


@dataclass(frozen=True)
class Report:
    """Everything that is known about the report of one tilbud.

    ``origin`` is what the tilbud was created with and ``draft`` what is saved, both by step; ``baseline`` is the
    approved content by step key. ``fixed`` has the values that the portal fills in itself, by step.
    """

    today: date
    primary: str
    legal_bases: tuple[str, ...]
    origin: Mapping[str, Data]
    fixed: Mapping[str, Data] = field(default_factory=dict)
    baseline: Mapping[str, Data] = field(default_factory=dict)
    cases: Sequence[OpenCase] = ()
    draft: Mapping[str, Data] = field(default_factory=dict)

    @cached_property
    def form(self) -> FormDefinition:
        """Return the form of the reported legal bases, or of the created ones while the report has none."""
        company = self._plain(COMPANY)
        others = tuple(each for each in _texts(company.get("legal_bases")) if _is_reportable(each))
        primary = company.get("primary_legal_basis")
        if isinstance(primary, str) and _is_reportable(primary):
            return form(primary, self.today, others)
        return form(self.primary, self.today, others or self.legal_bases)

    @cached_property
    def departments(self) -> tuple[str, ...]:
        """Return the ids of the reported departments."""
        return department_ids(self._plain(DEPARTMENTS))

    @cached_property
    def keys(self) -> list[str]:
        """Return every step key of the report, in the order of the form."""
        return step_keys(self.form, self.departments)

    @cached_property
    def steps(self) -> dict[str, Data]:
        """Return the current data of every whole step."""
        return {step: self._step(step) for step in self.form.step_ids}

    @cached_property
    def checks(self) -> dict[str, StepCheck]:
        """Return what the form finds at each step."""
        return check_all(self.form, Context(self.steps))

    @cached_property
    def content(self) -> dict[str, Data]:
        """Return the current data of every step key; a department that was not answered has an empty one."""
        parts = self._by_key(self.steps)
        return {key: parts.get(key, {}) for key in self.keys}

    def case_of(self, key: str) -> OpenCase | None:
        """Return the open case that holds ``key``."""
        return next((case for case in self.cases if key in case.content), None)

    def locked_by(self, step: str) -> dict[str, OpenCase]:
        """Return the keys of ``step`` that await approval and so cannot be changed, with their cases."""
        awaiting = (case for case in self.cases if case.state is State.AWAITING)
        return {key: case for case in awaiting for key in case.content if parse_key(key)[0] == step}

    def with_draft(self, draft: Mapping[str, Data]) -> "Report":
        """Return the same report with another draft."""
        return replace(self, draft=draft)

    def without_draft_of(self, step: str) -> "Report":
        """Return the same report as if ``step`` had never been drafted."""
        return replace(self, draft={name: data for name, data in self.draft.items() if name != step})

    def same(self, key: str, old: Data, new: Data) -> bool:
        """Return whether two contents of ``key`` give the same answers; what the portal fills in does not count."""
        step = parse_key(key)[0]
        return bool(answers(writable(self.form, step, old)) == answers(writable(self.form, step, new)))

    def approved_step(self, step: str) -> Data:
        """Return the approved data of a whole step, as its approved departments are."""
        departments = department_ids(self.baseline.get(DEPARTMENTS))
        return join(self.form, step, self.baseline, departments)

    def known_parts(self, step: str) -> dict[str, Data]:
        """Return what ``step`` is prefilled with, by step key: what open cases have sent, else the baseline."""
        sent = {key: data for case in self.cases for key, data in case.content.items()}
        known = {**self.baseline, **sent}
        return {key: data for key, data in known.items() if parse_key(key)[0] == step}

    def _plain(self, step: str) -> Data:
        """Return the current data of a step without departments."""
        for source in self._sources(step):
            return source
        return self._filled(step, self.origin.get(step, {}))

    def _sources(self, step: str) -> Iterator[Data]:
        case = self.case_of(step)
        if case and case.state is State.AWAITING:
            yield case.content[step]
        if step in self.draft:
            yield self._filled(step, self.draft[step])
        if case:
            yield case.content[step]
        if step in self.baseline:
            yield self.baseline[step]

    def _step(self, step: str) -> Data:
        if not (self.form.step(step).per_department and self.departments):
            return self._plain(step)
        parts = _parts(self.draft[step]) if step in self.draft else self._undrafted_parts(step)
        for key, case in self.locked_by(step).items():
            department = parse_key(key)[1]
            if department in self.departments:
                parts[str(department)] = case.content[key]
        return {DEPARTMENTS: parts}

    def _undrafted_parts(self, step: str) -> dict[str, Data]:
        known = self.known_parts(step)
        keys = {department: f"{step}/{department}" for department in self.departments}
        return {department: known[key] for department, key in keys.items() if key in known}

    def _filled(self, step: str, data: Data) -> Data:
        return {**data, **self.fixed.get(step, {})}

    def _by_key(self, steps: Mapping[str, Data]) -> dict[str, Data]:
        parts: dict[str, Data] = {}
        for step, data in steps.items():
            parts |= split(self.form, step, data, self.departments)
        return parts


def step_is_due(report: Report, step: str) -> bool:
    """Return whether ``step`` must be complete before anything can be sent (row 54)."""
    return not report.form.step(step).mandatory.never or report.checks[step].answered


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
    """Return the step keys whose answers differ from the approved ones (row 55)."""
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
    """Return the report with no other drafted steps than those that a resubmission of ``case`` sends."""
    steps = {parse_key(key)[0] for key in case.content}
    if DEPARTMENTS in steps:
        steps |= {step.id for step in report.form.steps if step.per_department}
    return report.with_draft({step: data for step, data in report.draft.items() if step in steps})


def new_departments(report: Report) -> frozenset[str]:
    """Return the reported departments that are not approved yet."""
    return frozenset(report.departments) - frozenset(department_ids(report.baseline.get(DEPARTMENTS)))


def refuse_nothing(report: Report, keys: Sequence[str], *, initial: bool) -> None:
    """Raise ``nothing-changed`` when nothing is edited, ``step-locked`` when open cases hold all that is.

    While the first report is not decided there is nothing that a second one could be about.
    """
    if keys and not (initial and report.cases):
        return
    edited = edited_keys(report)
    if not edited:
        raise Problem("nothing-changed", "Der er ikke ændret noget, som ikke allerede er sendt eller godkendt.")
    detail = "Det, der er ændret, hører til en igangværende sag."
    raise Problem("step-locked", detail, [FieldError(f"/{key}", "locked", detail) for key in edited])


def refuse_incomplete(report: Report) -> None:
    """Raise ``incomplete`` with the list while a step that must be valid is not."""
    errors = blocking(report)
    if errors:
        raise Problem("incomplete", "Udfyld de trin, der mangler, og send igen.", errors)


def refuse_locked_changes(report: Report, step: str, new: Data) -> None:
    """Raise ``step-locked`` when ``new`` changes what awaits approval in a case (row 58)."""
    locked = report.locked_by(step)
    changed = [key for key, case in locked.items() if not report.same(key, case.content[key], _part(key, new))]
    if changed:
        detail = "Trinnet afventer godkendelse og kan ikke ændres, før myndigheden har taget stilling."
        raise Problem("step-locked", detail, [FieldError(f"/{key}", "locked", detail) for key in changed])


def superfluous_drafts(report: Report) -> list[str]:
    """Return the drafted steps that say nothing new beside the open cases and the baseline."""
    return [step for step in report.draft if _says_nothing_new(report, step)]


def _says_nothing_new(report: Report, step: str) -> bool:
    if step not in report.form.step_ids:
        return False
    other = report.without_draft_of(step)
    keys = [key for key in {*report.keys, *other.keys} if parse_key(key)[0] == step]
    return all(report.same(key, other.content.get(key, {}), report.content.get(key, {})) for key in keys)


def in_order(keys: Iterable[str]) -> list[str]:
    """Return step keys in the order of the form's steps."""
    order = {step.id: step.order for step in steps_of("tilbud")}
    return sorted(keys, key=lambda key: (order.get(parse_key(key)[0], len(order)), key))


def answers(value: Any) -> Any:
    """Return ``value`` without what is no answer, so that two ways to say nothing are equal. No is an answer."""
    if isinstance(value, Mapping):
        kept = {name: answers(each) for name, each in value.items()}
        return {name: each for name, each in kept.items() if each is not None and each != {}}
    if isinstance(value, list):
        return [answers(each) for each in value]
    if isinstance(value, str):
        return value.strip() or None
    return value


def _at_step(step: str, finding: Finding) -> FieldError:
    return FieldError(f"/{step}{finding.pointer}", finding.code.value, finding.detail)


def _part(key: str, data: Data) -> Data:
    department = parse_key(key)[1]
    part = data if department is None else _parts(data).get(department, {})
    return part if isinstance(part, dict) else {}


def _parts(data: Data) -> dict[str, Data]:
    parts = data.get(DEPARTMENTS)
    return dict(parts) if isinstance(parts, dict) else {}


def _texts(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _is_reportable(basis: str) -> bool:
    try:
        return not legal_basis(basis).is_plejefamilie
    except KeyError:
        return False
