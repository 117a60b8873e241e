"""Whom the tilbud of the country are for: target-group packages of every age, by what the law lets a tilbud take."""

from typing import Any

from contracts.reference import LegalBasis
from devstack.demonstration.country import Plan, Unit

Ages = tuple[tuple[int, int], ...]

CHILDREN = (
    "neglect", "attachment-disorder", "school-absence", "outward-behaviour", "inward-behaviour", "autism", "trauma",
    "attention-disorder", "self-harm", "suicidal-thoughts", "sexually-offending-behaviour", "conflict-in-family",
    "unaccompanied-minor", "crime", "crime-against-persons", "other-crime", "eating-disorder", "drug-abuse",
    "intellectual-disability", "multiple-disability", "congenital-brain-injury", "other-developmental-disorder",
    "sexual-abuse", "speech-impairment", "hearing-impairment", "anxiety", "rare-condition",
)  # fmt: skip
ADULTS = (
    "autism", "anxiety", "depression", "brain-injury", "acquired-brain-injury", "intellectual-disability", "stress",
    "personality-disorder", "altered-perception-of-reality", "bipolar-disorder", "dementia", "other-mental-difficulty",
    "physical-disability", "mobility-impairment", "visual-impairment", "hearing-impairment", "deafblindness",
    "speech-impairment", "other-physical-disability", "multiple-disability", "rare-condition", "attention-disorder",
    "developmental-disorder", "mental-difficulties", "cognitive-disability", "mental-disability", "disability",
    "self-harm", "other-social-problem", "eating-disorder", "trauma",
)  # fmt: skip
ADDICTION = (
    "drug-abuse",
    "alcohol-abuse",
    "substance-abuse",
    "social-isolation",
    "depression",
    "other-crime",
    "prostitution",
)
HOMELESS = (
    "homelessness",
    "substance-abuse",
    "social-isolation",
    "social-problem",
    "prostitution",
    "crime",
    "other-crime",
)
CRISIS = ("violence", "sexual-abuse", "other-abuse", "abuse", "trauma", "stress")
POOLS = {
    "kvindekrisecenter": CRISIS,
    "herberg-forsorgshjem": HOMELESS,
    "stofmisbrugsbehandling": ADDICTION,
    "stofmisbrugsbehandling-anonym": ADDICTION,
    "alkoholmisbrugsbehandling": ADDICTION,
}

AGES_OF_CHILDREN: Ages = ((0, 6), (3, 9), (6, 12), (7, 15), (10, 17), (12, 17), (12, 22), (14, 18), (15, 22), (0, 17))
AGES_OF_ADULTS: Ages = ((18, 65), (18, 55), (18, 99), (25, 60), (30, 75), (40, 120), (50, 85), (35, 67), (18, 120))
AGES: dict[str, Ages] = {
    "saerligt-dagtilbud": ((0, 3), (0, 6), (2, 6), (3, 7)),
    "saerligt-klubtilbud": ((7, 12), (10, 14), (12, 17), (14, 17)),
    "efterskole-kostskole": ((14, 17), (15, 18), (13, 17)),
    "botilbud-unge-voksne": ((18, 25), (18, 30), (17, 35), (16, 24)),
    "kvindekrisecenter": ((18, 99), (0, 17), (18, 120)),
    "friplejebolig": ((65, 120), (60, 120), (55, 120)),
    "stofmisbrugsbehandling-anonym": ((18, 120), (15, 25)),
}
HOW_MANY = (1, 1, 2, 2, 3, 4)
EXCLUSIONS = (
    "Borgere med aktivt misbrug.",
    "Borgere, der ikke kan bo sammen med andre.",
    "Borgere, som er til fare for sig selv eller andre.",
    "Børn, der har brug for et sikret tilbud.",
)
DESCRIPTIONS = (
    "Mennesker, som har brug for en forudsigelig hverdag med få skift.",
    "Der er fast personale og mulighed for skærmning.",
    "Vi tager også imod akut, når der er en ledig plads.",
    "Her er plads til borgere, der kan deltage i et fællesskab en del af dagen.",
)


def target_groups(plan: Plan, unit: Unit, capacity: int) -> dict[str, Any]:
    """Return the step of one department; no package has more than ``capacity`` places."""
    draw = plan.chance(f"packages {unit.id}")
    ages = _ages(unit.basis)
    chosen = draw.sample(ages, min(draw.choice(HOW_MANY), len(ages)))
    step: dict[str, Any] = {"packages": []}
    for index, (youngest, oldest) in enumerate(chosen):
        package = {
            "id": f"pakke-{index + 1}-{youngest}-{oldest}",
            "age_from": youngest,
            "age_to": oldest,
            "target_groups": draw.sample(_pool(unit.basis), draw.randint(1, 4)),
            "places": draw.randint(1, capacity),
        }
        if len(plan.legal_bases) > 1:
            package["legal_basis"] = draw.choice(unit.legal_bases).id
        if draw.random() < 0.5:  # noqa: PLR2004  Half of them say more.
            package["description"] = draw.choice(DESCRIPTIONS)
        step["packages"].append(package)
    exclusions = draw.choice((None, *EXCLUSIONS))
    return step | ({"exclusions": exclusions} if exclusions else {})


def _pool(basis: LegalBasis) -> tuple[str, ...]:
    return POOLS.get(basis.id, CHILDREN if basis.audience == "children" else ADULTS)


def _ages(basis: LegalBasis) -> Ages:
    return AGES.get(basis.id, AGES_OF_CHILDREN if basis.audience == "children" else AGES_OF_ADULTS)
