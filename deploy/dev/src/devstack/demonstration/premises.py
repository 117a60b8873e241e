"""Where people live and are: departments, houses, their forms and who can get around in them."""

from random import Random
from typing import Any

from devstack.demonstration.country import Plan, Unit

ACCESSIBILITY = (
    "wheelchair",
    "step-free-access",
    "lift",
    "accessible-bathroom",
    "ceiling-hoist",
    "door-openers",
    "hearing-loop",
    "sign-language",
    "tactile-guidance",
    "low-sensory",
    "accessible-transport",
)
FORMS_OF_CHILDREN = (
    "room-with-bath", "room-shared-bath", "shared-housing", "training-flat", "farm-or-village", "ship",
)  # fmt: skip
FORMS_OF_ADULTS = (
    "shared-housing", "own-flat", "room-with-bath", "room-shared-bath", "sheltered-housing", "elderly-housing",
    "family-housing", "staircase-community", "training-flat", "alternative-housing", "farm-or-village",
)  # fmt: skip
FRAMES = (
    "Ti lejligheder i stueplan med egen terrasse og fælles køkken.",
    "Et nedlagt landbrug på fire længer med have, værksted og høns.",
    "Tre etager i en gammel bygning; der er kælder, men ingen elevator.",
    "Nyopførte boliger på 45 m² med eget bad, samlet om en gård.",
    "Lokaler på et tidligere plejehjem med store fællesrum og et stillerum.",
    "En villa med otte værelser, tæt på skole, bus og indkøb.",
    "Atelierer, træværksted og et køkken, hvor der laves mad hver dag.",
)
HOUSES = (
    "Vi ligger i et roligt kvarter med grønne områder og ti minutter til bus og butikker.",
    "Vi ligger på landet; der er egen bus, og dyrene passes sammen.",
    "Vi ligger midt i byen med alt lige uden for døren.\nDer er gårdhave og tagterrasse.",
    "Vi ligger ved vandet. Om sommeren sejler og bader vi – også dem, der sidder i kørestol.",
    "Husene er fra 1911 og er renoveret ad flere gange; ikke alle værelser er lige store.",
)
PETS = (
    "Mindre husdyr efter aftale.",
    "Fællesskabet har en hund og to katte.",
    "Kun fisk & fugle.",
    "Hest kan opstaldes.",
)
OTHER = (
    "Der er fælles ferie en gang om året.",
    "Pårørende er velkomne hele døgnet; der er et gæsteværelse.",
    "Vi samarbejder med »Den lokale fritidsforening« om sport og musik.",
    "Tilbuddet er røgfrit.",
)
SCHOOLS = ("none", "internal-school", "agreement")


def departments(plan: Plan, units: list[Unit]) -> dict[str, Any]:
    """Return the step ``departments``; without departments it is saved without rows."""
    return {"departments": [_department(plan, unit) for unit in units if unit.id]}


def _department(plan: Plan, unit: Unit) -> dict[str, Any]:
    draw = plan.chance(f"premises {unit.id}")
    row: dict[str, Any] = {
        "id": unit.id,
        "name": unit.name,
        "address": unit.place.data,
        "legal_bases": [basis.id for basis in unit.legal_bases],
        "physical_frame": draw.choice(FRAMES),
        "accessibility": _accessibility(draw),
    }
    if unit.basis.group in {"residential", "housing"}:
        row["housing_form"] = draw.choice(_forms(unit.basis.id, unit.basis.audience))
    return row


def supplementary(plan: Plan) -> dict[str, Any]:
    """Return the step ``supplementary`` of the whole tilbud."""
    draw = plan.chance("premises")
    basis = plan.legal_basis
    # Support in people's own homes comes without a home.
    at_home = basis.id == "botilbudslignende" and plan.deal("at home", (True, False, False))
    forms = ("no-housing",) if at_home else _forms(basis.id, basis.audience)
    step: dict[str, Any] = {
        "physical_frame": draw.choice(HOUSES),
        "accessibility": _accessibility(draw),
        "housing_forms": draw.sample(forms, min(draw.randint(1, 3), len(forms))),
        "internal_school": draw.choice(SCHOOLS),
        "stu": draw.random() < 0.2,  # noqa: PLR2004
        "pets": draw.random() < 0.5,  # noqa: PLR2004
        "pets_note": draw.choice(PETS),
    }
    other = draw.choice((None, *OTHER))
    return step | ({"other": other} if other else {})


def _accessibility(draw: Random) -> list[str]:
    return draw.sample(ACCESSIBILITY, draw.choice((0, 1, 2, 4, 7)))


def _forms(basis: str, audience: str) -> tuple[str, ...]:
    if basis == "friplejebolig":
        return ("free-care-home",)
    return FORMS_OF_CHILDREN if audience == "children" else FORMS_OF_ADULTS
