"""What this service knows about one tilbud: a pure fold over the facts that other services tell.

Facts come in any order and more than once. So each value stands beside the number that came with it, and only
a fact that is at least as new replaces it: the same set of facts gives the same knowledge, however it arrives.
"""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from contracts.events.approval import CaseApproved, TilbudCeased, TilsynPublished
from contracts.events.jurisdiction import AuthorityAssigned
from contracts.events.parties import Operator
from contracts.events.reporting import DepartmentVacancies, TilbudCreated, VacanciesChanged


class Part(BaseModel):
    """A part of the knowledge about a tilbud."""

    model_config = ConfigDict(hide_input_in_errors=True)


class ApprovedStep(Part):
    """The approved content of one step key; ``number`` is that of its submission."""

    number: int
    approved_at: datetime
    submitted_at: datetime
    data: dict[str, Any]


class Approval(Part):
    """One approved case, as far as it concerns the tilbud as a whole."""

    number: int
    approved_at: datetime
    authority: str


class KnownOperator(Part):
    """Who runs the tilbud, as the submission with this number says; 0 is the creation."""

    number: int
    operator: Operator


class KnownAuthority(Part):
    """Who supervises the tilbud, by the version of that choice."""

    version: int
    authority: str


class KnownVacancies(Part):
    """The last report of vacancies in the fast lane."""

    version: int
    changed_at: datetime
    departments: list[DepartmentVacancies]


class Cessation(Part):
    """The tilbud has ceased on this day, as the authority told last."""

    ceased_on: date
    accepted_at: datetime


class Known(Part):
    """Everything known about one tilbud. ``first`` and ``latest`` are the approvals with those numbers."""

    first: Approval | None = None
    latest: Approval | None = None
    operator: KnownOperator | None = None
    authority: KnownAuthority | None = None
    vacancies: KnownVacancies | None = None
    cessation: Cessation | None = None
    steps: dict[str, ApprovedStep] = Field(default_factory=dict)
    tilsyn: dict[str, TilsynPublished] = Field(default_factory=dict)


Fact = CaseApproved | TilsynPublished | TilbudCeased | TilbudCreated | VacanciesChanged | AuthorityAssigned


def learn(known: Known, fact: Fact) -> Known:
    """Return what is known after ``fact``; the same as before when something newer is known already."""
    match fact:
        case CaseApproved():
            return _after_case(known, fact)
        case TilsynPublished():
            return _after_tilsyn(known, fact)
        case TilbudCeased():
            return _after_cessation(known, fact)
        case TilbudCreated():
            return known.model_copy(update={"operator": _newer_operator(known, 0, fact.tilbud.operator)})
        case VacanciesChanged():
            return _after_vacancies(known, fact)
        case AuthorityAssigned():
            return _after_assignment(known, fact)


def _after_case(known: Known, case: CaseApproved) -> Known:
    approval = Approval(number=case.number, approved_at=case.approved_at, authority=case.authority)
    first, latest = known.first or approval, known.latest or approval
    # A case without this step repeats the operator that was approved when it was sent.
    operator = _newer_operator(known, case.number, case.tilbud.operator) if case.reports("company") else known.operator
    return known.model_copy(
        update={
            "first": approval if approval.number <= first.number else first,
            "latest": approval if approval.number >= latest.number else latest,
            "operator": operator,
            "steps": known.steps | _newer_steps(known, case),
        }
    )


def _newer_steps(known: Known, case: CaseApproved) -> dict[str, ApprovedStep]:
    """Return the steps of ``case`` that no later submission has replaced."""
    sent = case.submitted_at or case.approved_at
    return {
        step.key: ApprovedStep(number=case.number, approved_at=case.approved_at, submitted_at=sent, data=step.data)
        for step in case.steps
        if step.key not in known.steps or known.steps[step.key].number <= case.number
    }


def _newer_operator(known: Known, number: int, operator: Operator) -> KnownOperator:
    if known.operator and known.operator.number > number:
        return known.operator
    return KnownOperator(number=number, operator=operator)


def _after_tilsyn(known: Known, tilsyn: TilsynPublished) -> Known:
    # Each authority numbers its own tilsyn: after a handover another one may use the same id.
    key = f"{tilsyn.authority}/{tilsyn.tilsyn_id}"
    before = known.tilsyn.get(key)
    if before and before.version > tilsyn.version:
        return known
    told = tilsyn.model_copy(update={"republished": False})
    return known.model_copy(update={"tilsyn": known.tilsyn | {key: told}})


def _after_cessation(known: Known, ceased: TilbudCeased) -> Known:
    told = Cessation(ceased_on=ceased.ceased_on, accepted_at=ceased.accepted_at)
    before = known.cessation
    if before and (before.accepted_at, before.ceased_on) > (told.accepted_at, told.ceased_on):
        return known
    return known.model_copy(update={"cessation": told})


def _after_vacancies(known: Known, report: VacanciesChanged) -> Known:
    if known.vacancies and known.vacancies.version > report.version:
        return known
    told = KnownVacancies(version=report.version, changed_at=report.changed_at, departments=report.departments)
    return known.model_copy(update={"vacancies": told})


def _after_assignment(known: Known, assigned: AuthorityAssigned) -> Known:
    if known.authority and known.authority.version > assigned.version:
        return known
    return known.model_copy(
        update={"authority": KnownAuthority(version=assigned.version, authority=assigned.authority)}
    )
