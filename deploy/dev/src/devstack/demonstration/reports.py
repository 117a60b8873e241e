"""What a tilbud reports: every step, and what a second report changes; both fit its legal bases on their day."""

from datetime import date
from typing import Any

from contracts.reference import municipalities, municipality
from devstack.demonstration import economy, interventions, names, packages, places, practice, premises, staff
from devstack.demonstration.country import Plan, Unit
from devstack.demonstration.form_answers import Steps, as_asked, blank_steps
from devstack.demonstration.histories import Change
from devstack.demonstration.named_tilbud import steps_of_guides

# The leader's number; its date is one and its last four digits are nobody's.
CPR = "010180-0000"
PHONES = ("98{0:06d}", "98 {1} {2} {3}", "+45 98{0:06d}", "+45 98 {1} {2} {3}")
# One private tilbud in eight is a part of something larger; a secured unit or a ship moves it to another socialtilsyn.
IN_GROUP = (True,) + (False,) * 7
FEATURES = {
    "doegninstitution": ((), (), ("secured",)),
    "botilbud-laengerevarende": ((),) * 9 + (("secured",),),
    "opholdssted": ((),) * 7 + (("ship",),),
    "efterskole-kostskole": (("boarding-over-8",),),
}
# A crisis centre is secret unless it says itself that it is not.
SECRET = (None, None, True, False)


def creation(plan: Plan) -> dict[str, Any]:
    """Return the body of ``POST /v1/tilbud`` for ``plan``."""
    operator = plan.operator
    return {
        "name": plan.name,
        "address": plan.place.data,
        "operator": {
            "cvr": operator.cvr,
            "kind": operator.kind.value,
            "municipality": operator.municipality,
            "region": operator.region,
        },
        "leader": {**_leader(plan), "cpr": CPR},
        "contact": None,
        "primary_legal_basis": plan.legal_basis.id,
        "legal_bases": [basis.id for basis in plan.legal_bases],
    }


def report(plan: Plan, day: date) -> Steps:
    """Return the first report of ``plan`` on ``day``, with the answers that the form asks for its legal bases."""
    steps = steps_of_guides(plan) if plan.is_named else _steps(plan, day, plan.reported_departments)
    return as_asked(plan, day, steps)


def second_report(plan: Plan, first: date, day: date) -> Steps:
    """Return the whole steps that ``plan``, first reported on the day ``first``, changes on ``day``."""
    before = _steps(plan, first, plan.reported_departments)
    if plan.history.change is Change.DEPARTMENT_ADDED:
        after = _steps(plan, first, plan.departments)
    else:
        after = before | _CHANGES[plan.history.change](plan, day, before)
    known = as_asked(plan, first, before)
    return {step: data for step, data in as_asked(plan, day, after).items() if data != known.get(step)}


def correction(plan: Plan, first: date, again: date | None) -> Steps:
    """Return what ``plan`` corrects in its first report, or in the one of the day ``again``; nothing: it insists."""
    returned = report(plan, first) if again is None else second_report(plan, first, again)
    if "values" not in returned:
        return {}
    goals = f"{returned['values']['professional_goals']} Hver borger har tre mål, og de vurderes hver måned."
    return {"values": returned["values"] | {"professional_goals": goals}}


def _steps(plan: Plan, day: date, departments: int) -> Steps:
    company = _company(plan)
    employed = staff.staff_groups(plan)
    units = plan.units(departments)
    steps = {
        "company": company,
        "contact": _contact(plan),
        "agreements": economy.agreements(plan),
        "values": practice.values(plan),
        "accreditation": practice.accreditation(plan, day),
        "methods": practice.methods(plan),
        "annual-report": economy.annual_report(plan, day.year),
        "budget": economy.budget(plan, day.year, in_group=company["in_group"]),
        "departments": premises.departments(plan, units),
        "approaches": practice.approaches(plan),
        "staff-groups": employed,
        "supplementary": premises.supplementary(plan),
        **_by_unit(plan, units, employed["staff_groups"], day.year),
    }
    answered = {
        step: {name: value for name, value in data.items() if value is not None} for step, data in steps.items()
    }
    return blank_steps([unit.id for unit in units if unit.id]) | answered


def _by_unit(plan: Plan, units: list[Unit], employed: list[str], year: int) -> Steps:
    parts = {unit.id: _parts(plan, unit, employed, year) for unit in units}
    if None in parts:
        return parts[None]
    steps = parts[units[0].id]
    return {step: {"departments": {id_: part[step] for id_, part in parts.items()}} for step in steps}


def _parts(plan: Plan, unit: Unit, employed: list[str], year: int) -> Steps:
    capacity = places.capacity(plan, unit)
    for_whom = packages.target_groups(plan, unit, capacity)
    ids = [package["id"] for package in for_whom["packages"]]
    return {
        "target-groups": for_whom,
        "interventions": interventions.interventions(plan, unit, ids, year),
        "places": places.places(plan, unit, capacity),
        "staffing": staff.staffing(plan, unit, employed, capacity),
    }


def _company(plan: Plan) -> dict[str, Any]:
    operator, draw = plan.operator, plan.chance("company")
    step: dict[str, Any] = {
        "legal_bases": [basis.id for basis in plan.legal_bases],
        "primary_legal_basis": plan.legal_basis.id,
        "operator_kind": operator.kind.value,
        "operator_municipality": operator.municipality,
        "operator_region": operator.region,
        "in_group": operator.is_private and plan.deal("in group", IN_GROUP),
        "group_name": f"{names.root(draw)} & {names.root(draw)} Holding A/S",
        "group_head_municipality": draw.choice(municipalities()).code,
        "p_number": f"1099{plan.number:06d}",
        "specialist_features": list(plan.deal("features", FEATURES.get(plan.legal_basis.id, ((),)))),
    }
    if plan.legal_basis.supervised_by != plan.supervised_by and plan.supervised_by == "socialtilsyn":
        step["part_of"] = municipality(plan.place.postcode.municipality).socialtilsyn
    return step


def _contact(plan: Plan) -> dict[str, Any]:
    draw = plan.chance("contact")
    return {
        "name": plan.name,
        "address": plan.place.data,
        "address_hidden": plan.deal("secret", SECRET),
        "phone": _phone(plan, "phone"),
        "email": f"post@{plan.slug}.example",
        "website": f"https://{plan.slug}.example",
        "leader": _leader(plan),
        "contact_person": draw.choice((None, _person(plan, "visitation"))),
    }


def _leader(plan: Plan) -> dict[str, str]:
    # The number of a tilbud stands in its leader's address: so a second run knows what is there.
    if plan.is_named:
        return {"name": f"Leder {plan.number}", "email": f"leder@{plan.slug}.example", "phone": "98000001"}
    return _person(plan, "leder")


def _person(plan: Plan, role: str) -> dict[str, str]:
    return {
        "name": names.person(plan.index, role),
        "email": f"{role}@{plan.slug}.example",
        "phone": _phone(plan, role),
    }


def _phone(plan: Plan, of: str) -> str:
    draw = plan.chance(f"phone {of}")
    number = f"00{draw.randint(0, 9_999):04d}"
    return draw.choice(PHONES).format(int(number), *(number[place : place + 2] for place in (0, 2, 4)))


def _new_values(_: Plan, __: date, before: Steps) -> Steps:
    values = before["values"]
    addition = " Vi har i år arbejdet særligt med medinddragelse."
    return {"values": values | {"values": values["values"] + addition}}


def _new_leader(plan: Plan, _: date, before: Steps) -> Steps:
    person = before["contact"]["leader"] | {"name": names.person(plan.index, "new leader")}
    return {"contact": before["contact"] | {"leader": person}}


def _new_rates(_: Plan, day: date, before: Steps) -> Steps:
    step = before["interventions"]
    if "departments" not in step:
        return {"interventions": interventions.dearer(step, day.year + 1)}
    dearer = {id_: interventions.dearer(part, day.year + 1) for id_, part in step["departments"].items()}
    return {"interventions": {"departments": dearer}}


def _new_staff(_: Plan, __: date, before: Steps) -> Steps:
    competences = {"special_competences": "En medarbejder er blevet uddannet i Marte Meo-metoden."}
    return {"staff-groups": before["staff-groups"] | competences}


def _new_premises(_: Plan, __: date, before: Steps) -> Steps:
    step = before["supplementary"]
    return {"supplementary": step | {"physical_frame": f"{step['physical_frame']}\nDer er kommet et nyt sanserum."}}


_CHANGES = {
    Change.VALUES: _new_values,
    Change.LEADER: _new_leader,
    Change.RATES: _new_rates,
    Change.STAFF: _new_staff,
    Change.PREMISES: _new_premises,
}
