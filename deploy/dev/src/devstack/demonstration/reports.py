"""What a generated tilbud reports: valid for its legal basis, different enough to search and compare."""

import copy
import json
from datetime import date
from functools import cache
from typing import Any

from contracts.events.parties import OperatorKind
from contracts.examples import EXAMPLES
from contracts.form import Context, FormDefinition, check_all, form, is_asked
from contracts.reference import municipality
from devstack.demonstration.country import Plan

CHILDREN = ("neglect", "attachment-disorder", "school-absence", "outward-behaviour", "autism", "trauma")
ADULTS = ("autism", "anxiety", "depression", "brain-injury", "intellectual-disability", "personality-disorder")
ADDICTION = ("drug-abuse", "alcohol-abuse", "homelessness", "social-isolation")
METHODS = ("motivational-interviewing", "low-arousal", "krap", "structured-teaching", "act", "mentalisation")
APPROACHES = ("neuropedagogical", "appreciative", "cognitive", "recovery", "relational", "systemic")
# A number that passes the check; no authority has it.
EAN = "5798999999997"
RATES_OERE = (95_000, 180_000, 240_000, 298_000, 355_000, 412_500, 520_000)

Steps = dict[str, dict[str, Any]]


@cache
def _examples() -> Steps:
    return {path.stem: json.loads(path.read_text()) for path in (EXAMPLES / "steps").glob("*.json")}


def creation(plan: Plan) -> dict[str, Any]:
    """Return the body of ``POST /v1/tilbud`` for ``plan``."""
    body: dict[str, Any] = json.loads((EXAMPLES / "create-tilbud.json").read_text())
    slug = f"tilbud-{plan.number}"
    return body | {
        "name": plan.name,
        "address": _address(plan),
        "operator": _operator(plan),
        "leader": body["leader"] | {"name": f"Leder {plan.number}", "email": f"leder@{slug}.example"},
        "primary_legal_basis": plan.legal_basis.id,
        "legal_bases": [plan.legal_basis.id],
    }


def _operator(plan: Plan) -> dict[str, Any]:
    operator: dict[str, Any] = {"cvr": plan.operator[0], "kind": plan.operator_kind.value, "municipality": None}
    if plan.operator_kind is OperatorKind.MUNICIPAL:
        operator["municipality"] = plan.place.municipality
    if plan.operator_kind is OperatorKind.REGIONAL:
        operator["region"] = municipality(plan.place.municipality).region
    return operator


def _address(plan: Plan) -> dict[str, str]:
    place = plan.place
    return {
        "street": plan.street,
        "postcode": place.postcode,
        "city": place.name,
        "municipality": place.municipality,
    }


def report(plan: Plan, day: date) -> Steps:
    """Return all sixteen steps of ``plan``, complete on ``day``; ValueError when the form says otherwise."""
    definition = form(plan.legal_basis.id, day)
    steps = copy.deepcopy(_examples())
    _identify(steps, plan)
    _describe(steps, plan)
    if not plan.with_departments:
        _without_departments(steps)
    _fill_what_the_basis_asks(steps)
    kind = plan.operator_kind.value
    steps = {step: _known_fields(definition, step, data, kind) for step, data in steps.items()}
    _refuse_incomplete(definition, steps, plan)
    return steps


def _identify(steps: Steps, plan: Plan) -> None:
    basis = plan.legal_basis.id
    company = steps["company"]
    company |= {"legal_bases": [basis], "primary_legal_basis": basis, "operator_kind": plan.operator_kind.value}
    operator = _operator(plan)
    company |= {f"operator_{name}": operator[name] for name in ("municipality", "region") if operator.get(name)}
    slug = f"tilbud-{plan.number}"
    contact = steps["contact"]
    contact |= {"name": plan.name, "address": _address(plan), "email": f"post@{slug}.example"}
    contact["website"] = f"https://{slug}.example"
    contact["leader"] |= {"name": f"Leder {plan.number}", "email": f"leder@{slug}.example"}
    for department in steps["departments"]["departments"]:
        department |= {"legal_bases": [basis], "address": _address(plan)}
    if plan.operator_kind is not OperatorKind.PRIVATE:
        steps["agreements"]["ean"] = EAN
    steps["budget"]["schema"] = "private" if plan.operator_kind is OperatorKind.PRIVATE else "public"


def _describe(steps: Steps, plan: Plan) -> None:
    chance = plan.random
    steps["methods"]["methods"] = [_part(steps, "methods", "method", id_) for id_ in chance.sample(METHODS, 2)]
    chosen = chance.sample(APPROACHES, 2)
    steps["approaches"]["approaches"] = [_part(steps, "approaches", "approach", id_) for id_ in chosen]
    steps["agreements"]["prison_approved"] = chance.random() < 0.1  # noqa: PLR2004
    for department in ("afd-1", "afd-2"):
        package = steps["target-groups"]["departments"][department]["packages"][0]
        package["target_groups"] = chance.sample(_target_groups(plan), 2)
        package["age_from"], package["age_to"] = (12, 22) if plan.legal_basis.audience == "children" else (18, 65)
        intervention = steps["interventions"]["departments"][department]["interventions"][0]
        intervention["rate_oere"] = chance.choice(RATES_OERE)
        places = steps["places"]["departments"][department]
        places["distribution"][0]["legal_basis"] = plan.legal_basis.id
        places["vacancies"] = chance.choice((0, 0, 1, 2, 4))


def _target_groups(plan: Plan) -> tuple[str, ...]:
    if plan.legal_basis.audience == "children":
        return CHILDREN
    return ADDICTION if "misbrug" in plan.legal_basis.id or "herberg" in plan.legal_basis.id else ADULTS


def _part(steps: Steps, step: str, field: str, chosen: str) -> dict[str, Any]:
    return {**steps[step][step][0], field: chosen}


def _without_departments(steps: Steps) -> None:
    steps["departments"]["departments"] = []
    for step in ("target-groups", "interventions", "places", "staffing"):
        steps[step] = steps[step]["departments"]["afd-1"]


def _fill_what_the_basis_asks(steps: Steps) -> None:
    steps["budget"] |= {"rate_audited": True, "rate_audited_on": "2026-02-20", "rate_auditor": "Revision Nord"}
    for part in _parts(steps["interventions"]):
        for intervention in part["interventions"]:
            intervention |= {"rent_oere": 650_000, "entry_fee_oere": 1_200_000, "deposit_oere": 1_950_000}


def _parts(data: dict[str, Any]) -> list[dict[str, Any]]:
    return list(data["departments"].values()) if "departments" in data else [data]


def _known_fields(definition: FormDefinition, step: str, data: dict[str, Any], kind: str) -> dict[str, Any]:
    """Leave out what the form does not ask this operator for this legal basis, also inside rows."""
    fields = definition.step(step).fields
    if step != "departments" and "departments" in data:
        return {"departments": {id_: _cut(fields, part, kind) for id_, part in data["departments"].items()}}
    return _cut(fields, data, kind)


def _cut(fields: Any, row: dict[str, Any], kind: str) -> dict[str, Any]:
    asked = {field.id: field for field in fields if is_asked(field, row, kind)}
    return {name: _cut_value(asked[name], value, kind) for name, value in row.items() if name in asked}


def _cut_value(field: Any, value: Any, kind: str) -> Any:
    if not field.fields:
        return value
    if isinstance(value, list):
        return [_cut(field.fields, row, kind) for row in value]
    return _cut(field.fields, value, kind) if isinstance(value, dict) else value


def _refuse_incomplete(definition: FormDefinition, steps: Steps, plan: Plan) -> None:
    checks = check_all(definition, Context(steps))
    wrong = {step: check.findings for step, check in checks.items() if not check.complete}
    if wrong:
        raise ValueError(f"{plan.name} ({plan.legal_basis.id}) is not complete: {wrong}")
