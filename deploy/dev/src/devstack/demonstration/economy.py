"""The money of the tilbud: last year's accounts, next year's budget, and with whom there are standing agreements."""

from typing import Any

from stdnum import ean as ean_number

from contracts.reference import AuthorityKind, authorities, municipality
from devstack.demonstration import operators
from devstack.demonstration.country import Plan
from devstack.demonstration.statements import statement_id

# Numbers that begin like this and pass the check belong to no authority.
EAN_START = "57989999"
RESULTS = ("surplus", "surplus", "surplus", "deficit", "balance")
AUDITORS = ("Revision Nord", "BDK & Partnere P/S", "Tal-Ro Revision ApS", "Søgaard/Møller")
PAST = (
    "Alle medarbejdere har gennemført et forløb i neuropædagogik.",
    "Vi har fået ny leder og flyttet aflastningen i egne lokaler.",
    "Et år med mange nye borgere; vi har ansat en sygeplejerske og en psykolog.",
)
COMING = (
    "Vi vil arbejde med medbestemmelse og med sundhed i hverdagen.",
    "Vi bygger om & udvider med fire pladser.",
    "Personalet efteruddannes i åben dialog.",
)
GROUP_NOTE = "Koncernen stiller administration og vikarer til rådighed til selvkostpris."
VISO = "Udredning og rådgivning om domfældte med udviklingshæmning."
Step = dict[str, Any]


def agreements(plan: Plan) -> Step:
    """Return the step ``agreements``."""
    draw = plan.chance("agreements")
    kommuner = [each.id for each in authorities() if each.kind is not AuthorityKind.SOCIALTILSYN]
    viso = draw.random() < 0.15  # noqa: PLR2004
    step: Step = {
        "operating_agreement": _operating_agreement(plan),
        "fixed_purchases": draw.sample(kommuner, draw.choice((0, 0, 1, 2, 4))),
        "viso": viso,
        "prison_approved": draw.random() < 0.15,  # noqa: PLR2004
    }
    if not plan.operator.is_private or draw.random() < 0.3:  # noqa: PLR2004
        step["ean"] = _ean(plan.index)
    return step | ({"viso_services": VISO} if viso else {})


def _operating_agreement(plan: Plan) -> str | None:
    """One private tilbud in six has an agreement; with the host of the region's socialtilsyn another one supervises."""
    kind = plan.deal("operating agreement", ("none",) * 10 + ("home", "host"))
    if not plan.operator.is_private or plan.supervised_by is not AuthorityKind.SOCIALTILSYN or kind == "none":
        return None
    home = municipality(plan.place.postcode.municipality)
    host = operators.host_in(home.region) if kind == "host" else None
    return f"kommune-{host.code if host else home.code}"


def _ean(index: int) -> str:
    body = f"{EAN_START}{index % 10_000:04d}"
    return f"{body}{ean_number.calc_check_digit(body)}"


def annual_report(plan: Plan, year: int) -> Step:
    """Return the accounts of the year before ``year``; one in ten has not had a whole year yet."""
    draw = plan.chance("accounts")
    if draw.random() < 0.1:  # noqa: PLR2004
        return {"has_report": False}
    revenue = draw.randint(20, 900) * 10_000_000
    kind = draw.choice(RESULTS)
    return {
        "has_report": True,
        "year": year - 1,
        "revenue_oere": revenue,
        "result_kind": kind,
        "result_oere": 0 if kind == "balance" else _share(revenue, draw.uniform(0.002, 0.09)),
        "staff_wages_oere": _share(revenue, draw.uniform(0.55, 0.72)),
        "leader_wages_oere": draw.randint(55, 98) * 1_000_000,
        "board_fees_oere": draw.choice((0, 0, 4_500_000)),
        "competence_costs_oere": _share(revenue, draw.uniform(0.003, 0.02)),
        "property_costs_oere": _share(revenue, draw.uniform(0.06, 0.18)),
        "equity_oere": _share(revenue, draw.uniform(0.02, 0.4)),
        "equity_is_negative": draw.random() < 0.1,  # noqa: PLR2004
        "total_assets_oere": _share(revenue, draw.uniform(0.3, 0.9)),
        "accounts_submitted": draw.random() < 0.9,  # noqa: PLR2004
        "sickness_absence_days": round(draw.uniform(1, 21), 1),
        "staff_turnover_percent": round(draw.uniform(0, 48), 1),
        "development_past": draw.choice(PAST),
        "development_coming": draw.choice(COMING),
    }


def budget(plan: Plan, year: int, *, in_group: bool) -> Step:
    """Return the budget of the year after ``year``, with what only some legal bases ask."""
    draw = plan.chance("budget")
    income = draw.randint(20, 900) * 10_000_000
    step: Step = {
        "year": year + 1,
        "schema": "private" if plan.operator.is_private else "public",
        "rate_income_oere": income,
        "other_income_oere": _share(income, draw.choice((0.0, 0.0, 0.01, 0.06))),
        "staff_wages_oere": _share(income, draw.uniform(0.55, 0.72)),
        "leader_wages_oere": draw.randint(55, 98) * 1_000_000,
        "board_fees_oere": draw.choice((0, 0, 4_500_000)),
        "competence_costs_oere": _share(income, draw.uniform(0.003, 0.02)),
        "property_costs_oere": _share(income, draw.uniform(0.06, 0.18)),
        "administration_costs_oere": _share(income, draw.uniform(0.03, 0.08)),
        "other_costs_oere": _share(income, draw.uniform(0.05, 0.12)),
        "rate_audited": draw.random() < 0.7,  # noqa: PLR2004
        "rate_audited_on": f"{year - 1}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}",
        "rate_auditor": draw.choice(AUDITORS),
        "rate_statement": statement_id(plan.number),
    }
    return step | ({"group_note": GROUP_NOTE} if in_group else {})


def _share(whole: int, part: float) -> int:
    """Return a part of an amount in øre, in whole kroner."""
    return round(whole * part / 100) * 100
