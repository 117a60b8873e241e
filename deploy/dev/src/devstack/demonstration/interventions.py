"""What kommuner can buy: interventions with services of every kind, and rates per every unit and in several years."""

from collections.abc import Sequence
from typing import Any

from devstack.demonstration.country import Plan, Unit

STAYS = {
    "botilbud-midlertidigt": "temporary-stay",
    "botilbud-laengerevarende": "long-term-stay",
    "botilbud-unge-voksne": "temporary-stay",
    "kvindekrisecenter": "emergency-stay",
    "herberg-forsorgshjem": "temporary-stay",
    "friplejebolig": "long-term-stay",
}
TREATMENTS = {
    "stofmisbrugsbehandling": "drug-treatment",
    "stofmisbrugsbehandling-anonym": "drug-treatment",
    "alkoholmisbrugsbehandling": "alcohol-treatment",
}
OF_GROUP = {
    "residential": (
        "stay", "emergency-stay", "respite-stay", "teaching", "family-treatment", "psychological-treatment", "leisure",
        "support-with-relations", "support-with-everyday-life", "contact-person", "aftercare", "assessment",
        "resource-assessment", "prevention", "risk-assessment",
    ),
    "housing": (
        "stay", "socio-pedagogical-support", "support-with-everyday-life", "support-with-health", "personal-care",
        "support-with-administration", "support-with-education-and-work", "support-with-parenthood", "practical-help",
        "contact-person", "training", "activity", "respite-stay", "psychiatric-treatment", "youth-education",
    ),
    "treatment": (
        "treatment", "drug-treatment", "alcohol-treatment", "psychological-treatment", "counselling", "aftercare",
        "psychiatric-treatment", "prevention", "family-treatment", "assessment",
    ),
    "day": (
        "activity", "sheltered-employment", "leisure", "training", "support-with-education-and-work", "youth-education",
        "support-with-relations", "practical-help", "teaching", "counselling",
    ),
}  # fmt: skip
# What the rate is for, and about what it is, in kroner.
UNITS: dict[str, tuple[tuple[str, int], ...]] = {
    "residential": (
        ("day-and-night", 3_200),
        ("day-and-night", 5_400),
        ("month", 96_000),
        ("day", 1_450),
        ("hour", 620),
    ),
    "housing": (("day-and-night", 1_150), ("day-and-night", 2_700), ("week", 14_500), ("month", 41_000), ("hour", 480)),
    "treatment": (("course", 38_000), ("hour", 740), ("week", 6_900), ("day", 1_250), ("month", 22_500)),
    "day": (("day", 590), ("hour", 210), ("month", 11_800), ("week", 2_950), ("course", 17_400)),
}
NAMES = {
    "residential": (
        "Døgnanbringelse",
        "Aflastning i weekender",
        "Akut anbringelse",
        "Ungehybel med støtte",
        "Intern skole",
    ),
    "housing": (
        "Døgnophold med støtte",
        "Døgnophold med let støtte",
        "Støtte i egen bolig",
        "Udslusning",
        "Nattevagt, tilkøb",
    ),
    "treatment": ("Dagbehandling", "Ambulant forløb", "Efterbehandling", "Afgiftning", "Samtaler for pårørende"),
    "day": (
        "Værksted & produktion",
        "Samvær i dagtimerne",
        "Aktivitet med kørsel",
        "Klub efter skole",
        "Én-til-én-støtte",
    ),
}
PAYMENTS = ("Kost og vask", "Kost, vask og rengøring", "Medicinhåndtering", "Internet/tv", "Transport")
DESCRIPTIONS = (
    "Fast kontaktperson og mindst én samtale om ugen.",
    "Støtten gives alle dage mellem klokken 7 og 22.",
    "Forløbet varer typisk tre til seks måneder og evalueres undervejs.",
    "Individuel og gruppebaseret støtte efter handleplanen.",
)
# Ends of rates: whole kroner are as common as øre.
ENDS = (0, 0, 50, 95)
# A rate is for last year, this year, or the next one.
YEARS = (-1, 0, 0, 0, 1)


def interventions(plan: Plan, unit: Unit, packages: Sequence[str], year: int) -> dict[str, Any]:
    """Return the step of one department that has these packages, as it is reported in ``year``."""
    draw = plan.chance(f"interventions {unit.id}")
    group = unit.basis.group
    rows = []
    for name in draw.sample(NAMES[group], draw.choice((1, 1, 2, 3))):
        rate_unit, kroner = draw.choice(UNITS[group])
        row: dict[str, Any] = {
            "name": name,
            "packages": draw.sample(packages, draw.randint(1, len(packages))),
            "services": _services(draw.sample(OF_GROUP[group], draw.randint(2, 5)), unit),
            "rate_oere": round(kroner * draw.uniform(0.6, 1.7)) * 100 + draw.choice(ENDS),
            "rate_unit": rate_unit,
            "rate_year": year + draw.choice(YEARS),
            "rent_oere": draw.randint(4_200, 9_900) * 100,
            "entry_fee_oere": draw.choice((0, 1_200_000, 2_450_000)),
            "deposit_oere": draw.choice((0, 1_260_000, 1_950_000)),
        }
        if draw.random() < 0.6:  # noqa: PLR2004
            row["description"] = draw.choice(DESCRIPTIONS)
        payment = draw.choice((None, None, 0, 185_000, 320_000, 412_550))
        if payment is not None:
            row |= {"user_payment_oere": payment, "user_payment_for": draw.choice(PAYMENTS)}
        rows.append(row)
    return {"interventions": rows}


def _services(chosen: list[str], unit: Unit) -> list[str]:
    """Put first what every tilbud of this type gives."""
    core = STAYS.get(unit.basis.id) or TREATMENTS.get(unit.basis.id)
    return list(dict.fromkeys([*([core] if core else []), *chosen]))


def dearer(step: dict[str, Any], year: int) -> dict[str, Any]:
    """Return the same interventions with the rates of ``year``, three per cent up."""
    rows = [row | {"rate_oere": row["rate_oere"] * 103 // 100, "rate_year": year} for row in step["interventions"]]
    return {"interventions": rows}
