"""Facts about Solsikken, as the other services send them."""

import copy
from datetime import UTC, date, datetime, timedelta
from typing import Any

from contracts.events.approval import (
    CaseApproved,
    Intensified,
    Sanction,
    Theme,
    TilbudCeased,
    TilsynDecision,
    TilsynKind,
    TilsynPublished,
)
from contracts.events.jurisdiction import AuthorityAssigned
from contracts.events.parties import (
    Actor,
    Address,
    Operator,
    OperatorKind,
    Person,
    StepContent,
    StepDecision,
    TilbudFacts,
    Verdict,
)
from contracts.events.reporting import DepartmentVacancies, TilbudCreated, VacanciesChanged
from contracts.examples import ExampleReport
from contracts.form import split

DAY = datetime(2026, 11, 1, 12, tzinfo=UTC)
NORD = "socialtilsyn-nord"
OFFICER = Actor(sub="officer-nord-a", name="Rasmus Eksempel", org_name="Socialtilsyn Nord", authority=NORD)
REPORTER = Actor(sub="reporter-solsikken", name="Dorthe Eksempel", org_name="Blomsterengen ApS", cvr="99000015")
LEADER = Person(name="Karen Eksempel", email="karen@blomsterengen.example", phone="98000001")


def steps(name: str = "Solsikken", **edits: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The example's steps by key; ``edits`` replace fields of a step (underscores stand for hyphens, ``__`` for /)."""
    report = ExampleReport()
    keys: dict[str, dict[str, Any]] = {}
    for step, data in report.steps.items():
        keys |= split(report.form, step, copy.deepcopy(data), ["afd-1", "afd-2"])
    keys["contact"]["name"] = name
    for key, fields in edits.items():
        keys[key.replace("__", "/").replace("_", "-")].update(fields)
    return keys


def without_departments(keys: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The same tilbud with no departments: what the first one had is its own."""
    plain = {key.partition("/")[0]: data for key, data in keys.items() if not key.endswith("/afd-2")}
    return plain | {"departments": {"departments": []}}


def case(
    tilbud_id: str = "CRV-6324",
    number: int = 1,
    content: dict[str, dict[str, Any]] | None = None,
    *,
    authority: str = NORD,
    day: int = 0,
    submitted_at: datetime | None = None,
) -> CaseApproved:
    content = steps() if content is None else content
    approved_at = DAY + timedelta(days=day or number)
    return CaseApproved(
        tilbud_id=tilbud_id,
        case_id=f"case-{tilbud_id}-{number}",
        revision=1,
        number=number,
        authority=authority,
        initial=number == 1,
        form_version=ExampleReport.form.version,
        tilbud=facts(),
        leader=LEADER,
        contact=None,
        steps=[StepContent(key=key, data=data) for key, data in content.items()],
        decisions=[
            StepDecision(step=key, verdict=Verdict.APPROVE, decided_by=OFFICER, decided_at=approved_at)
            for key in content
        ],
        approved_by=OFFICER,
        approved_at=approved_at,
        submitted_at=submitted_at or approved_at,
    )


def facts() -> TilbudFacts:
    return TilbudFacts(
        name="Solsikken",
        operator=Operator(cvr="99000015", name="Blomsterengen ApS", kind=OperatorKind.PRIVATE),
        address=Address(street="Kornblomstvej 12", postcode="9000", city="Aalborg", municipality="0851"),
        primary_legal_basis="botilbud-laengerevarende",
        legal_bases=["botilbud-laengerevarende"],
    )


def tilsyn(
    tilbud_id: str = "CRV-6324",
    number: int = 1,
    decision: TilsynDecision = TilsynDecision.APPROVED,
    *,
    decided_on: date = date(2026, 11, 20),
    **fields: Any,
) -> TilsynPublished:
    defaults: dict[str, Any] = {
        "tilsyn_id": f"tilsyn-{number}",
        "version": 1,
        "kind": TilsynKind.ANNOUNCED,
        "visited_on": decided_on - timedelta(days=10),
        "conclusion": "Tilbuddet har den fornødne kvalitet.",
        "themes": [Theme(theme="health-and-wellbeing", conclusion="Borgerne trives.", score=4.2)],
        "accepted_at": DAY + timedelta(days=20, minutes=number),
    }
    return TilsynPublished(
        tilbud_id=tilbud_id,
        accepted_number=number,
        authority=NORD,
        external=True,
        decided_on=decided_on,
        decision=decision,
        **(defaults | fields),
    )


def sanctions() -> dict[str, Any]:
    return {
        "orders": [Sanction(text="Medicinhåndteringen skal rettes.", deadline=date(2027, 1, 15))],
        "conditions": [Sanction(text="Der skal være vågen nattevagt.")],
        "intensified": Intensified.model_validate({"from": "2026-11-20", "until": "2027-05-19", "reason": "Medicin"}),
    }


def ceased(tilbud_id: str = "CRV-6324", on: date = date(2026, 11, 25), accepted: int = 25) -> TilbudCeased:
    return TilbudCeased(tilbud_id=tilbud_id, authority=NORD, ceased_on=on, accepted_at=DAY + timedelta(days=accepted))


def created(tilbud_id: str = "CRV-6324") -> TilbudCreated:
    return TilbudCreated(
        tilbud_id=tilbud_id,
        tilbud=facts(),
        leader=LEADER,
        contact=None,
        created_by_authority=NORD,
        created_by=OFFICER,
        created_at=DAY,
    )


def vacancies(
    tilbud_id: str = "CRV-6324", version: int = 1, free: int = 1, department: str | None = "afd-1", day: int = 28
) -> VacanciesChanged:
    return VacanciesChanged(
        tilbud_id=tilbud_id,
        version=version,
        departments=[DepartmentVacancies(department_id=department, vacancies=free)],
        changed_at=DAY + timedelta(days=day, minutes=version),
        changed_by=REPORTER,
    )


def assigned(tilbud_id: str = "CRV-6324", version: int = 1, authority: str = NORD) -> AuthorityAssigned:
    return AuthorityAssigned(
        tilbud_id=tilbud_id,
        version=version,
        authority=authority,
        previous=None,
        rule="R1",
        explanation="Tilbuddet ligger i Aalborg Kommune.",
        assigned_at=DAY + timedelta(days=version),
    )
