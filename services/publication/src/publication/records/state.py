"""What is known about one tilbud: a pure fold over the facts that other services send.

Facts come in any order and more than once. So each value stands beside the number that came with it, and only
a fact that is at least as new replaces it: the same set of facts gives the same state, however it arrives.
"""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from contracts.events.approval import CaseApproved, TilbudCeased, TilsynPublished
from contracts.events.base import is_absent
from contracts.events.jurisdiction import AuthorityAssigned
from contracts.events.parties import Operator
from contracts.events.reporting import DepartmentVacancies, TilbudCreated, VacanciesChanged
from contracts.events.samples import ControlSampleChanged, Marking


class StateModel(BaseModel):
    """A part of the state of a tilbud."""

    model_config = ConfigDict(hide_input_in_errors=True)


class ApprovedStep(StateModel):
    """The approved content of one step key; ``number`` is that of its submission."""

    number: int
    approved_at: datetime
    submitted_at: datetime
    data: dict[str, Any]


class Approval(StateModel):
    """One approved case, as far as it concerns the tilbud as a whole; ``number`` is that of its submission."""

    number: int
    approved_at: datetime
    authority: str


class ApprovedOperator(StateModel):
    """Who runs the tilbud, as the submission with this number says; 0 is the creation."""

    number: int
    operator: Operator


class AssignedAuthority(StateModel):
    """Who supervises the tilbud, by the version of that choice; only tilsyn of ``approving_kinds`` count, or all.

    They count from the day ``approving_since`` on.
    """

    version: int
    authority: str
    approving_kinds: list[str] = Field(default_factory=list, exclude_if=is_absent)
    approving_since: date | None = Field(default=None, exclude_if=is_absent)


class ReportedDepartment(DepartmentVacancies):
    """What was reported last of a department; ``version`` and ``changed_at`` are None in the last report of all."""

    version: int | None = Field(default=None, exclude_if=is_absent)
    changed_at: datetime | None = Field(default=None, exclude_if=is_absent)


class ReportedVacancies(StateModel):
    """The vacancies as reported in the fast lane, with the version and the time of the last report.

    A department that the last report does not name keeps what an earlier one said of it.
    """

    version: int
    changed_at: datetime
    departments: list[ReportedDepartment]

    def of(self, department: str | None) -> ReportedDepartment | None:
        """Return what is reported of a department, or of the tilbud where it has none."""
        return next((each for each in self.departments if each.department_id == department), None)

    def time_of(self, reported: ReportedDepartment) -> datetime:
        """Return when something of a department was reported."""
        return reported.reported_at or reported.changed_at or self.changed_at


class Cessation(StateModel):
    """The tilbud has ceased on this day, as the authority said last."""

    ceased_on: date
    accepted_at: datetime


class KnownSample(StateModel):
    """The newest act that is known of the newest control sample, and the marking that stands after it."""

    number: int
    version: int
    marking: Marking | None = None


class TilbudState(StateModel):
    """Everything known about one tilbud: steps by their key, tilsyn by authority and id.

    ``first_approval`` and ``latest_approval`` have the lowest and the highest number of a submission.
    """

    first_approval: Approval | None = Field(None, alias="first")
    latest_approval: Approval | None = Field(None, alias="latest")
    operator: ApprovedOperator | None = None
    authority: AssignedAuthority | None = None
    vacancies: ReportedVacancies | None = None
    cessation: Cessation | None = None
    sample: KnownSample | None = Field(None, exclude_if=is_absent)
    steps: dict[str, ApprovedStep] = Field(default_factory=dict)
    tilsyn: dict[str, TilsynPublished] = Field(default_factory=dict)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "TilbudState":
        """Return the state that ``to_json`` gave."""
        return cls.model_validate(stored)

    def to_json(self) -> dict[str, Any]:
        """Return the state as it is stored."""
        return self.model_dump(mode="json", by_alias=True)


Fact = (
    CaseApproved
    | TilsynPublished
    | TilbudCeased
    | TilbudCreated
    | VacanciesChanged
    | AuthorityAssigned
    | ControlSampleChanged
)


def apply(state: TilbudState, fact: Fact) -> TilbudState:
    """Return the state after ``fact``; the same as before when something newer is known already."""
    match fact:
        case CaseApproved():
            after = _apply_case(state, fact)
        case TilsynPublished():
            after = _apply_tilsyn(state, fact)
        case TilbudCeased():
            after = _apply_cessation(state, fact)
        case TilbudCreated():
            after = state.model_copy(update={"operator": _newer_operator(state, 0, fact.tilbud.operator)})
        case VacanciesChanged():
            after = _apply_vacancies(state, fact)
        case AuthorityAssigned():
            after = _apply_assignment(state, fact)
        case ControlSampleChanged():
            after = _apply_sample(state, fact)
    return after


def _apply_case(state: TilbudState, case: CaseApproved) -> TilbudState:
    approval = Approval(number=case.number, approved_at=case.approved_at, authority=case.authority)
    first, latest = state.first_approval or approval, state.latest_approval or approval
    # A case without this step repeats the operator that was approved when it was sent.
    operator = _newer_operator(state, case.number, case.tilbud.operator) if case.reports("company") else state.operator
    return state.model_copy(
        update={
            "first_approval": approval if approval.number <= first.number else first,
            "latest_approval": approval if approval.number >= latest.number else latest,
            "operator": operator,
            "steps": state.steps | _newer_steps(state, case),
        }
    )


def _newer_steps(state: TilbudState, case: CaseApproved) -> dict[str, ApprovedStep]:
    """Return the steps of ``case`` that no later submission has replaced."""
    submitted_at = case.submitted_at or case.approved_at
    return {
        step.key: ApprovedStep(
            number=case.number, approved_at=case.approved_at, submitted_at=submitted_at, data=step.data
        )
        for step in case.steps
        if step.key not in state.steps or state.steps[step.key].number <= case.number
    }


def _newer_operator(state: TilbudState, number: int, operator: Operator) -> ApprovedOperator:
    if state.operator and state.operator.number > number:
        return state.operator
    return ApprovedOperator(number=number, operator=operator)


def tilsyn_key(tilsyn: TilsynPublished) -> str:
    """Return what tells a tilsyn from the others of its tilbud.

    Each authority numbers its own tilsyn: after a handover another one may use the same id.
    """
    return f"{tilsyn.authority}/{tilsyn.tilsyn_id}"


def _apply_tilsyn(state: TilbudState, tilsyn: TilsynPublished) -> TilbudState:
    key = tilsyn_key(tilsyn)
    before = state.tilsyn.get(key)
    if before and before.version > tilsyn.version:
        return state
    stored = tilsyn.model_copy(update={"republished": False})
    return state.model_copy(update={"tilsyn": state.tilsyn | {key: stored}})


def _apply_cessation(state: TilbudState, ceased: TilbudCeased) -> TilbudState:
    cessation = Cessation(ceased_on=ceased.ceased_on, accepted_at=ceased.accepted_at)
    before = state.cessation
    if before and (before.accepted_at, before.ceased_on) > (cessation.accepted_at, cessation.ceased_on):
        return state
    return state.model_copy(update={"cessation": cessation})


def _apply_vacancies(state: TilbudState, fact: VacanciesChanged) -> TilbudState:
    own = [ReportedDepartment.model_validate(each.model_dump()) for each in fact.departments]
    report = ReportedVacancies(version=fact.version, changed_at=fact.changed_at, departments=own)
    before = state.vacancies
    if before:
        older, newer = (before, report) if before.version <= report.version else (report, before)
        report = _with_others(newer, older)
    return state.model_copy(update={"vacancies": report})


def _with_others(newer: ReportedVacancies, older: ReportedVacancies) -> ReportedVacancies:
    """Return ``newer`` with the departments that only ``older`` names, or names in a later report of its own.

    Where each department has its own time, the report names all that there are.
    """
    if newer.departments and all(each.reported_at for each in newer.departments):
        return newer
    found = {each.department_id: each for each in newer.departments}
    for each in older.departments:
        version, known = each.version or older.version, found.get(each.department_id)
        if known is None or (known.version is not None and known.version < version):
            times = {"version": version, "changed_at": older.time_of(each)}
            found[each.department_id] = each.model_copy(update=times)
    named = [each for each in found.values() if each.version is None]
    others = [each for each in found.values() if each.version is not None]
    departments = [*named, *sorted(others, key=lambda each: each.department_id or "")]
    return newer.model_copy(update={"departments": departments})


def _apply_assignment(state: TilbudState, assigned: AuthorityAssigned) -> TilbudState:
    if state.authority and state.authority.version > assigned.version:
        return state
    authority = AssignedAuthority(
        version=assigned.version,
        authority=assigned.authority,
        approving_kinds=assigned.approving_kinds,
        approving_since=assigned.approving_since,
    )
    return state.model_copy(update={"authority": authority})


def _apply_sample(state: TilbudState, changed: ControlSampleChanged) -> TilbudState:
    known = state.sample
    if known and (known.number, known.version) > (changed.number, changed.version):
        return state
    sample = KnownSample(number=changed.number, version=changed.version, marking=changed.marking)
    return state.model_copy(update={"sample": sample})
