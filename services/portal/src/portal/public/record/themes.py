"""Below which theme an answer stands on the page. A step that no theme names is a theme of its own. Pure."""

from dataclasses import dataclass

from contracts.form import FormDefinition, Step


@dataclass(frozen=True)
class Theme:
    """One theme; those that are looked for first are open."""

    id: str
    title: str
    steps: tuple[str, ...]
    is_open: bool = False


AUTHORITIES = "myndigheder"
THEMES = (
    Theme("hvem", "Hvem er tilbuddet for?", ("target-groups",), is_open=True),
    Theme("hjaelp", "Hjælp og pris", ("interventions",), is_open=True),
    Theme("pladser", "Pladser", ("places",), is_open=True),
    Theme("metoder", "Metoder og faglig tilgang", ("approaches", "methods", "values")),
    Theme("bolig", "Bolig og omgivelser", ("supplementary",)),
    Theme("personale", "Personale", ("staffing", "staff-groups")),
    Theme("kontakt", "Kontakt", ("contact",)),
    Theme("kvalitetssikring", "Akkreditering og kvalitetssikring", ("accreditation",)),
    Theme("oekonomi", "Økonomi", ("annual-report", "budget")),
    Theme(AUTHORITIES, "Oplysninger for myndigheder", ("company", "agreements")),
)
# A rate says little without these, which are asked elsewhere (L4).
MOVED = {("staffing", "occupancy_percent"): "hjaelp", ("budget", "rate_audited"): "hjaelp"}
# The headings and the departments say these.
SAID_ELSEWHERE = {("contact", "name"), ("company", "tilbud_id")}
ELSEWHERE = frozenset({"departments"})


def themes_of(definition: FormDefinition) -> list[Theme]:
    """Return the themes, those of steps that no theme names before what authorities need."""
    known = {step for theme in THEMES for step in theme.steps} | ELSEWHERE
    new = [Theme(step.id, step.title, (step.id,)) for step in definition.steps if step.id not in known]
    return [*THEMES[:-1], *new, THEMES[-1]]


def fields_below(theme: Theme, step: Step) -> tuple[str, ...]:
    """Return the ids of the fields of ``step`` that stand below ``theme``."""
    usual = step.id in theme.steps
    places = [(field.id, MOVED.get((step.id, field.id))) for field in step.fields]
    shown = [name for name, moved in places if (moved == theme.id if moved else usual)]
    return tuple(name for name in shown if (step.id, name) not in SAID_ELSEWHERE)
