"""Who works at the tilbud: staff groups, their hours, the night, and the occupancy that the rate reckons with."""

from collections.abc import Sequence
from typing import Any

from devstack.demonstration.country import Plan, Unit

EVERYWHERE = ("management", "untrained", "technical-staff", "administrative-staff", "other-staff", "social-worker")
OF_GROUP = {
    "residential": ("social-educator", "pedagogical-assistant", "pedagogue-helper", "teacher", "psychologist"),
    "housing": (
        "social-educator", "social-and-health-assistant", "social-and-health-helper", "care-assistant", "nurse",
        "occupational-therapist", "physiotherapist", "peer-worker", "pedagogical-assistant",
    ),
    "treatment": ("misuse-counsellor", "doctor", "nurse", "psychologist", "psychotherapist", "peer-worker"),
    "day": ("workshop-assistant", "social-educator", "speech-therapist", "occupational-therapist", "pedagogue-helper"),
}  # fmt: skip
COMPETENCES = (
    "To tredjedele af personalet har efteruddannelse i neuropædagogik.",
    "Alle er oplært i konfliktnedtrapning; tre er vejledere i Low Arousal®.",
    "To medarbejdere taler tegnsprog, én læser punktskrift.",
    "Personalet taler dansk, engelsk, arabisk, somali og grønlandsk (kalaallisut).",
    "Halvdelen har en diplomuddannelse; lederen har en master (M.Ed.).",
)
NIGHTS = ("awake", "sleeping", "awake-and-sleeping", "on-call", "none")
OCCUPANCY = (85, 92.5, 95, 96.5, 97, 98, 100, 102.5)


def staff_groups(plan: Plan) -> dict[str, Any]:
    """Return the step ``staff-groups`` of the whole tilbud."""
    draw = plan.chance("staff groups")
    own = list(dict.fromkeys(each for basis in plan.legal_bases for each in OF_GROUP[basis.group]))
    chosen = draw.sample(own, draw.randint(2, min(5, len(own))))
    step: dict[str, Any] = {
        "staff_groups": [*chosen, *draw.sample(EVERYWHERE, draw.randint(1, 4))],
        "treatment_experience_years": round(draw.uniform(2, 19), 1),
    }
    competences = draw.choice((None, *COMPETENCES))
    return step | ({"special_competences": competences} if competences else {})


def staffing(plan: Plan, unit: Unit, employed: Sequence[str], capacity: int) -> dict[str, Any]:
    """Return the step of one department: hours for some of the ``employed`` groups, about as many as it has places."""
    draw = plan.chance(f"staffing {unit.id}")
    groups = draw.sample(employed, draw.randint(min(2, len(employed)), len(employed)))
    hours = [round(capacity * draw.uniform(2, 26) * 2) / 2 for _ in groups]
    return {
        "positions": [
            {"staff_group": group, "hours_per_week": each} for group, each in zip(groups, hours, strict=True)
        ],
        "night_staff": draw.choice(NIGHTS),
        "occupancy_percent": draw.choice(OCCUPANCY),
    }
