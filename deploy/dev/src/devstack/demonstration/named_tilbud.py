"""What the named tilbud of the guides report, the examples of the contracts with little changed, and their tilsyn."""

import copy
import random
from datetime import date, timedelta
from typing import Any

from contracts.events.parties import OperatorKind
from contracts.form.loading import steps_of
from devstack.demonstration.country import Plan
from devstack.demonstration.form_answers import Steps, examples
from devstack.demonstration.seeded_choices import SEED
from devstack.demonstration.statements import statement_id

ADULTS = ("autism", "anxiety", "depression", "brain-injury", "intellectual-disability", "personality-disorder")
METHODS = ("motivational-interviewing", "low-arousal", "krap", "structured-teaching", "act", "mentalisation")
APPROACHES = ("neuropedagogical", "appreciative", "cognitive", "recovery", "relational", "systemic")
RATES_OERE = (95_000, 180_000, 240_000, 298_000, 355_000, 412_500, 520_000)
VACANCIES = (0, 0, 1, 2, 4)
THEMES = ("target-group-methods-results", "health-and-wellbeing", "competences", "physical-environment")
EXAMPLE = "Kornblomsten"


def steps_of_guides(plan: Plan) -> Steps:
    """Return every step of a named tilbud, with more answers than its legal basis asks for."""
    steps = copy.deepcopy(examples())
    _identify(steps, plan)
    _describe(steps, plan)
    if not plan.departments:
        _without_departments(steps)
    audited = {"rate_audited": True, "rate_audited_on": "2026-02-20", "rate_auditor": "Revision Nord"}
    audited["rate_statement"] = statement_id(plan.number)
    return steps | {"budget": {**steps["budget"], **audited, "schema": OperatorKind.PRIVATE.value}}


def _identify(steps: Steps, plan: Plan) -> None:
    basis = plan.legal_basis.id
    steps["company"] |= {
        "legal_bases": [basis],
        "primary_legal_basis": basis,
        "operator_kind": plan.operator.kind.value,
    }
    contact = steps["contact"]
    contact |= {"name": plan.name, "address": plan.place.data, "email": f"post@{plan.slug}.example"}
    contact["website"] = f"https://{plan.slug}.example"
    contact["leader"] |= {"name": f"Leder {plan.number}", "email": f"leder@{plan.slug}.example"}
    for department in steps["departments"]["departments"]:
        department |= {"legal_bases": [basis], "address": plan.place.data}
    for step, field in (("values", "values"), ("supplementary", "physical_frame")):
        steps[step][field] = steps[step][field].replace(EXAMPLE, plan.name)


def _describe(steps: Steps, plan: Plan) -> None:
    draw = random.Random(SEED + plan.number)  # noqa: S311  Demonstration data need no secrecy.
    steps["methods"]["methods"] = [_part(steps, "methods", "method", id_) for id_ in draw.sample(METHODS, 2)]
    chosen = draw.sample(APPROACHES, 2)
    steps["approaches"]["approaches"] = [_part(steps, "approaches", "approach", id_) for id_ in chosen]
    steps["agreements"]["prison_approved"] = draw.random() < 0.1  # noqa: PLR2004
    for department in ("afd-1", "afd-2"):
        package = steps["target-groups"]["departments"][department]["packages"][0]
        package["target_groups"] = draw.sample(ADULTS, 2)
        package["age_from"], package["age_to"] = 18, 65
        intervention = steps["interventions"]["departments"][department]["interventions"][0]
        intervention["rate_oere"] = draw.choice(RATES_OERE)
        places = steps["places"]["departments"][department]
        places["distribution"][0]["legal_basis"] = plan.legal_basis.id
        places["vacancies"] = draw.choice(VACANCIES)


def _part(steps: Steps, step: str, field: str, chosen: str) -> dict[str, Any]:
    return {**steps[step][step][0], field: chosen}


def _without_departments(steps: Steps) -> None:
    steps["departments"]["departments"] = []
    for step in steps_of("tilbud"):
        if step.per_department:
            steps[step.id] = steps[step.id]["departments"]["afd-1"]


def tilsyn_of_guides(plan: Plan, today: date) -> dict[str, Any]:
    """Return the one tilsyn of a named tilbud."""
    draw = random.Random(SEED + plan.number)  # noqa: S311
    day = (today - timedelta(days=draw.randint(5, 400))).isoformat()
    return {
        "number": 1,
        "version": 1,
        "kind": draw.choice(("announced", "unannounced")),
        "visited_on": day,
        "decided_on": day,
        "decision": "approved",
        "conclusion": "Tilbuddet arbejder ud fra en klar målgruppe og følger systematisk op på borgernes mål.",
        "themes": [{"theme": theme, "score": round(draw.uniform(2.8, 5.0), 1)} for theme in THEMES],
    }
