"""What the steps of a report hold. Pure: state in, answers out.

A step has its content from the first of: what an open case that awaits approval has sent (nobody may change it),
the draft, what a returned case has sent, the approved baseline, and what the subject was created with. Answers that
no longer apply stay in the draft and are left out of everything else.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from chassis.errors import DomainError
from contracts.form import (
    Applicability,
    Checker,
    Context,
    FormDefinition,
    Step,
    StepCheck,
    Unread,
    applicable,
    department_ids,
    entered,
    join,
    parse_key,
    pointer_in,
    set_aside,
    split,
    step_keys,
    value_at,
    with_computed,
    with_kept,
    with_unread,
    writable,
)
from contracts.form.crossrules import COMPANY, operator_kind
from contracts.form.keys import DEPARTMENTS
from reports.form_versions.rules import NewField, fields_since

Data = dict[str, Any]
LookUp = Callable[[str, Data], Data]
"""Returns what a register gives for the data of a step."""
FormChooser = Callable[[Callable[[str], Data], date], FormDefinition]
"""Returns the form of a report on a day; it may look at the current data of any step without departments."""


def nothing_looked_up(step: str, data: Data) -> Data:  # noqa: ARG001
    """Return what is known where no register is asked: nothing."""
    return {}


class StepLocked(DomainError):
    """The step belongs to an open case."""

    slug = "step-locked"


class SubmissionState(StrEnum):
    """Where a submission stands."""

    AWAITING = "awaiting"
    RETURNED = "returned"
    APPROVED = "approved"
    CLOSED = "closed"


OPEN_STATES = (SubmissionState.AWAITING, SubmissionState.RETURNED)


@dataclass(frozen=True)
class Rejection:
    """Why a step key was rejected: ``fields`` point into its content as it was sent, none means all of it."""

    reason: str
    fields: Sequence[str]
    decided_by: Mapping[str, Any]
    decided_at: datetime


@dataclass(frozen=True)
class OpenCase:
    """A submission that is not settled, with the content of its step keys as last sent.

    ``rejected`` has the step keys that were rejected of a returned one; ``return_reason`` is set when that went back
    since nobody could decide it. ``sent_on`` is the day whose version of the form it was filled in with.
    """

    id: str
    state: SubmissionState
    initial: bool
    content: Mapping[str, Data]
    rejected: Mapping[str, Rejection] = field(default_factory=dict)
    number: int = 0
    return_reason: str | None = None
    sent_on: date | None = None


@dataclass(frozen=True)
class Report:
    """Everything that is known about the report on one subject.

    ``origin`` is what the subject was created with and ``draft`` what is saved, both by step; ``baseline`` is the
    approved content by step key. ``fixed`` has the values that nobody types, by step, and ``look_up`` says those that
    follow from what is typed. ``unread`` is what was typed into the draft and cannot be read. ``all_steps`` are the
    steps with the questions of every form of the kind. The draft was begun on the day ``begun_on``, None for today, and
    the last report was sent on ``reported_on``.
    """

    today: date
    choose_form: FormChooser
    origin: Mapping[str, Data] = field(default_factory=dict)
    fixed: Mapping[str, Data] = field(default_factory=dict)
    look_up: LookUp = nothing_looked_up
    baseline: Mapping[str, Data] = field(default_factory=dict)
    cases: Sequence[OpenCase] = ()
    draft: Mapping[str, Data] = field(default_factory=dict)
    unread: Mapping[str, Unread] = field(default_factory=dict)
    all_steps: Sequence[Step] = ()
    begun_on: date | None = None
    reported_on: date | None = None

    @cached_property
    def form(self) -> FormDefinition:
        """Return the form that applies to what is reported: of the day on which the draft was begun.

        A step of an open case has the questions that it was sent with.
        """
        begun = self.choose_form(self._plain, self.form_day)
        days = {step: day for step, day in self.days_of_cases.items() if day != self.form_day}
        if self.form_day == self.today and not days:
            return begun
        versions = {step: self.choose_form(self._plain, day) for step, day in days.items()}
        return begun.with_steps_of(versions, self.today)

    @property
    def form_day(self) -> date:
        """Return the day whose version of the form a new answer belongs to."""
        return self.begun_on or self.today

    @cached_property
    def days_of_cases(self) -> dict[str, date]:
        """Return the day whose version of the form each step of an open case has: that of the earliest one."""
        sent = [(parse_key(key)[0], each.sent_on) for each in self.cases for key in each.content if each.sent_on]
        return dict(sorted(sent, key=lambda each: each[1], reverse=True))

    def new_fields(self, step: str) -> list[NewField]:
        """Return what ``step`` asks since the last report was sent; nothing while there is none."""
        definition = self.form.step(step)
        return list(fields_since(definition.fields, self.reported_on)) if self.reported_on else []

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
    def checker(self) -> Checker:
        """Return what checks a step when it is asked for: one page shows one step, and a report can be large."""
        return Checker(self.form, Context(self.steps, {step: self.unread_of(step) for step in self.unread}))

    @property
    def checks(self) -> dict[str, StepCheck]:
        """Return what the form finds at each step."""
        return {step: self.checker.check(step) for step in self.form.step_ids}

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
        awaiting = (case for case in self.cases if case.state is SubmissionState.AWAITING)
        return {key: case for case in awaiting for key in case.content if parse_key(key)[0] == step}

    def rejected_of(self, step: str) -> Iterator[tuple[OpenCase, str, Rejection]]:
        """Yield what was rejected of ``step``: the case, the key, and why.

        Its fields point into the data of the whole step as it is now: they follow rows that were moved since.
        """
        fields = self.form.step(step).fields
        for case in self.cases:
            for key, rejection in case.rejected.items():
                name, department = parse_key(key)
                if name != step or key not in self.content:
                    continue
                start = f"/{DEPARTMENTS}/{department}" if department else ""
                sent, now = case.content[key], self.content[key]
                followed = [start + pointer_in(fields, sent, now, each) for each in rejection.fields]
                yield case, key, replace(rejection, fields=followed)

    @cached_property
    def applicability(self) -> Applicability:
        """Return what decides which answers apply."""
        return Applicability(operator_kind(Context({COMPANY: self._plain(COMPANY)})), self.departments)

    def question(self, step: str) -> Step:
        """Return ``step`` with the questions of every form of the kind."""
        return next((each for each in self.all_steps if each.id == step), None) or self.form.step(step)

    def unread_of(self, step: str) -> dict[str, str | None]:
        """Return what was typed into ``step`` and cannot be read, where it applies."""
        unread = self.unread.get(step, {})
        if not unread or step not in self.form.step_ids:
            return {}
        asked = applicable(self.form.step(step), with_unread(self.kept(step), unread), self.applicability)
        return {pointer: text for pointer, text in unread.items() if value_at(asked, pointer) is not None}

    def kept(self, step: str) -> Data:
        """Return the current data of ``step`` with the answers that do not apply now."""
        if step in self.draft:
            return dict(self.draft[step])
        if self.form.step(step).per_department and self.departments:
            parts = {str(parse_key(key)[1]): data for key, data in self.known_parts(step).items() if "/" in key}
            return {**self.known_parts(step).get(step, {}), DEPARTMENTS: parts}
        return self._plain(step)

    def set_aside_of(self, step: str) -> Data:
        """Return the answers of ``step`` that do not apply now."""
        kept = self.kept(step)
        return set_aside(kept, self._applicable(step, kept)) or {}

    def is_locked(self, step: str) -> bool:
        """Return whether all of ``step`` awaits approval."""
        keys = [key for key in self.keys if parse_key(key)[0] == step]
        return self.locked_by(step).keys() >= set(keys)

    def waits_for_correction(self, step: str) -> bool:
        """Return whether something was rejected of ``step`` and is still as it was sent."""
        return any(self.is_as_sent(case, key) for case, key, _ in self.rejected_of(step))

    def is_corrected(self, step: str) -> bool:
        """Return whether something was rejected of ``step``, and all of that was changed since."""
        return any(self.rejected_of(step)) and not self.waits_for_correction(step)

    def is_as_sent(self, case: OpenCase, key: str) -> bool:
        """Return whether ``key`` has the answers that ``case`` was sent with."""
        return self.same(key, case.content[key], self.content[key])

    def with_kept(self, step: str, data: Data) -> Data:
        """Return ``data``, which takes the place of ``step``, with the answers that do not apply now."""
        return with_kept(self.form.step(step), self.kept(step), data, self.applicability)

    def is_emptied(self, step: str) -> bool:
        """Return whether ``step`` was answered and none of that applies any more, since another step changed."""
        return not self.checker.check(step).answered and answers(self.kept(step)) not in ({}, None)

    def with_draft(self, draft: Mapping[str, Data], unread: Mapping[str, Unread] | None = None) -> "Report":
        """Return the same report with another draft; steps that stay as they are keep what is ``unread`` of them."""
        if unread is None:
            unread = {step: texts for step, texts in self.unread.items() if draft.get(step) is self.draft.get(step)}
        return replace(self, draft=draft, unread=unread)

    def with_step(self, step: str, data: Data) -> "Report":
        """Return the same report with ``data``, all of it read, drafted for ``step``."""
        return self.with_draft({**self.draft, step: data})

    def without_draft_of(self, step: str) -> "Report":
        """Return the same report as if ``step`` had never been drafted."""
        return self.with_draft({name: data for name, data in self.draft.items() if name != step})

    def same(self, key: str, old: Data, new: Data) -> bool:
        """Return whether two contents of ``key`` give the same answers; what nobody types does not count."""
        step = parse_key(key)[0]
        return bool(answers(writable(self.form, step, old)) == answers(writable(self.form, step, new)))

    def same_step(self, step: str, other: "Report") -> bool:
        """Return whether ``step`` has the same answers in ``other``, in every department of either."""
        keys = [key for key in {*self.keys, *other.keys} if parse_key(key)[0] == step]
        return all(self.same(key, other.content.get(key, {}), self.content.get(key, {})) for key in keys)

    def known_parts(self, step: str) -> dict[str, Data]:
        """Return what ``step`` is prefilled with, by step key: what open cases have sent, else the baseline."""
        sent = {key: data for case in self.cases for key, data in case.content.items()}
        known = {**self.baseline, **sent}
        return {key: data for key, data in known.items() if parse_key(key)[0] == step}

    def content_to_send(self, key: str) -> Data:
        """Return the content of ``key`` as a submission holds it: with what nobody types and what is computed.

        A draft may be older than the gate for text, so its answers go through it once more.
        """
        step = parse_key(key)[0]
        data = entered(self.form.step(step), self.content[key])
        return with_computed(self.form, step, self._filled(step, data))

    def steps_if_approved(self, content: Mapping[str, Data]) -> dict[str, Data]:
        """Return the whole steps as they are when ``content``, by step key, is approved and nothing else that is open.

        So each case is routed on its own data.
        """
        parts = {**self.baseline, **content}
        departments = department_ids(parts.get(DEPARTMENTS))
        return {step: join(self.form, step, parts, departments) for step in self.form.step_ids}

    def _plain(self, step: str) -> Data:
        """Return the current data of a step without departments."""
        for source in self._sources(step):
            return source
        return self._filled(step, self.origin.get(step, {}))

    def _sources(self, step: str) -> Iterator[Data]:
        case = self.case_of(step)
        if case and case.state is SubmissionState.AWAITING:
            yield case.content[step]
        if step in self.draft:
            yield self._filled(step, self.draft[step])
        if case:
            yield case.content[step]
        if step in self.baseline:
            yield self.baseline[step]

    def _step(self, step: str) -> Data:
        if not (self.form.step(step).per_department and self.departments):
            data = self._plain(step)
            return data if step in self.locked_by(step) else self._applicable(step, data)
        parts = parts_of(self.draft[step]) if step in self.draft else self._undrafted_parts(step)
        parts = parts_of(self._applicable(step, {DEPARTMENTS: parts}))
        for key, case in self.locked_by(step).items():
            department = parse_key(key)[1]
            if department in self.departments:
                parts[str(department)] = case.content[key]
        return {DEPARTMENTS: parts}

    def _applicable(self, step: str, data: Data) -> Data:
        return applicable(self.form.step(step), data, self.applicability)

    def _undrafted_parts(self, step: str) -> dict[str, Data]:
        known = self.known_parts(step)
        keys = {department: f"{step}/{department}" for department in self.departments}
        return {department: known[key] for department, key in keys.items() if key in known}

    def _filled(self, step: str, data: Data) -> Data:
        return {**data, **self.fixed.get(step, {}), **self.look_up(step, data)}

    def _by_key(self, steps: Mapping[str, Data]) -> dict[str, Data]:
        parts: dict[str, Data] = {}
        for step, data in steps.items():
            parts |= split(self.form, step, data, self.departments)
        return parts


def in_order(keys: Iterable[str], steps: Sequence[Step]) -> list[str]:
    """Return step keys in the order of ``steps``; those of other steps come last."""
    order = {step.id: step.order for step in steps}
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


def part_of(key: str, data: Data) -> Data:
    """Return the part of a whole step's data that ``key`` stands for; empty where there is none."""
    department = parse_key(key)[1]
    part = data if department is None else parts_of(data).get(department, {})
    return part if isinstance(part, dict) else {}


def parts_of(data: Data) -> dict[str, Data]:
    """Return the parts of a whole step's data by department; empty where it has none."""
    parts = data.get(DEPARTMENTS)
    return dict(parts) if isinstance(parts, dict) else {}
