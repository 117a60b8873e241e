"""How the tilbud work, and what they build on: values, methods, approaches and proofs of quality."""

from datetime import date, timedelta
from random import Random
from typing import Any

from contracts.vocabularies import vocabulary
from devstack.demonstration.country import Plan

VALUES = (
    "{name} bygger på, at alle mennesker kan udvikle sig, når de mødes med respekt og forventning.",
    "På {name} er hverdagen det vigtigste. Vi gør tingene sammen – også når det tager tid.",
    "Vi tror på fællesskab, faglighed og fornyelse.\n\nPå {name} skal ingen gøre sig fortjent til at høre til.",
    "{name} er et lille tilbud med et stort netværk. Ansvar, åbenhed & ærlighed går forud for regler.",
    "Hos os er mennesket aldrig »en sag«. {name} spørger først og handler bagefter.",
)
GOALS = (
    "Vi følger op på målene hver tredje måned sammen med borgeren.",
    "80 % af de unge skal være i gang med uddannelse eller arbejde efter et år.",
    "Borgeren klarer mere af hverdagen selv, målt ved hver handleplan.",
    "Færre akutte indlæggelser, flere aftaler, der holder.",
    "Vi vil kunne vise, hvad der virker: 1) måling, 2) samtale, 3) justering.",
)
USES = (
    "Bruges i de ugentlige samtaler mellem borger og kontaktperson.",
    "Hele personalet er oplært, og metoden tages op ved hver supervision.",
    "Bruges i hverdagen, fx ved måltider, overgange og konflikter.",
    "Bruges af to særligt uddannede medarbejdere.",
    "Vi bruger dele af metoden og har tilpasset den til målgruppen.",
)
OWN_METHODS = ("Heste & mennesker", "“Trin for trin”", "Naturterapi (NT-7)", "Musik som nøgle")
OWN_APPROACHES = ("Landsbyens pædagogik", "Hverdagsrehabilitering à la carte", "Friluftspædagogik")
EVIDENCE = ("research", "promising", "own-experience", "unknown", None)
ISSUERS = ("Den uafhængige kvalitetsenhed", "Kvalitet & Omsorg I/S", "Norsk-Dansk Audit A/S", "Brugernes eget råd")


def values(plan: Plan) -> dict[str, Any]:
    """Return the step ``values``."""
    draw = plan.chance("values")
    return {"values": draw.choice(VALUES).format(name=plan.name), "professional_goals": draw.choice(GOALS)}


def methods(plan: Plan) -> dict[str, Any]:
    """Return the step ``methods``."""
    draw = plan.chance("methods")
    rows = _chosen(draw, "methods", "method", ("other-method", OWN_METHODS), draw.randint(1, 6))
    known = [draw.choice(EVIDENCE) for _ in rows]
    return {"methods": [row | ({"evidence": each} if each else {}) for row, each in zip(rows, known, strict=True)]}


def approaches(plan: Plan) -> dict[str, Any]:
    """Return the step ``approaches``."""
    draw = plan.chance("approaches")
    return {
        "approaches": _chosen(draw, "approaches", "approach", ("other-approach", OWN_APPROACHES), draw.randint(1, 4))
    }


def _chosen(
    draw: Random, list_of: str, field: str, own: tuple[str, tuple[str, ...]], how_many: int
) -> list[dict[str, Any]]:
    """Return rows for terms of a vocabulary; the term for what stands on no list gets a name of its own."""
    other, names = own
    rows = []
    for term in draw.sample(vocabulary(list_of).ids, how_many):
        name = {"name": draw.choice(names)} if term == other else {}
        rows.append({field: term, "description": draw.choice(USES)} | name)
    return rows


def accreditation(plan: Plan, day: date) -> dict[str, Any]:
    """Return the step ``accreditation`` as it is on ``day``: some proofs end, some are over, some never end."""
    draw = plan.chance("accreditation")
    rows = [_proof(draw, scheme, day) for scheme in draw.sample(_schemes(), draw.choice((0, 0, 1, 1, 2, 3)))]
    return {"has_accreditation": bool(rows)} | ({"accreditations": rows} if rows else {})


def _schemes() -> tuple[str, ...]:
    return vocabulary("accreditation-schemes").ids


def _proof(draw: Random, scheme: str, day: date) -> dict[str, Any]:
    issued = day - timedelta(days=draw.randint(20, 1_400))
    row: dict[str, Any] = {"scheme": scheme, "issuer": draw.choice(ISSUERS), "issued_on": issued.isoformat()}
    if scheme == "other-scheme":
        row["name"] = "Grøn omsorg, niveau 2"
    years = draw.choice((None, 1, 2, 3))
    if years:
        row["valid_until"] = (issued + timedelta(days=365 * years)).isoformat()
    if draw.random() < 0.5:  # noqa: PLR2004
        row["link"] = f"https://kvalitet.example/beviser/{scheme}?søg=års-bevis&side=2"
    return row
