"""The form of a tilsyn that a kommune or a region makes: what is typed, what is sent, and where errors stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chassis.errors import FieldError
from contracts.vocabularies import Term, vocabulary
from portal.form.controls import SummaryLine
from portal.form.form_data import FormData
from portal.form.values import MalformedValue, as_typed, decimal_of

DECISIONS = {"yes": "approved", "no": "not-approved"}
ANSWERS = {decision: answer for answer, decision in DECISIONS.items()}
NO = "no"


@dataclass(frozen=True)
class ThemeFields:
    """A theme of the quality model as the form has it: with its criteria, and the indicators under each."""

    term: Term
    criteria: Sequence[tuple[Term, Sequence[Term]]]


def themes_on(day: date) -> list[ThemeFields]:
    """Return the themes that are judged on ``day`` (R97)."""
    return [ThemeFields(term, criteria_of(term.id, day)) for term in vocabulary("quality-themes").valid(day)]


def criteria_of(theme: str, day: date) -> list[tuple[Term, list[Term]]]:
    """Return the criteria of a theme that hold on ``day``, each with its indicators."""
    terms = vocabulary("quality-criteria").valid(day)
    criteria = [each for each in terms if each.belongs_to == theme]
    return [(each, [one for one in terms if one.parent == each.id]) for each in criteria]


def new_form(day: date) -> FormData:
    """Return the empty form, as it is opened on ``day``."""
    return FormData.of([("decided_on", day.isoformat())])


def form_of(tilsyn: Mapping[str, Any]) -> FormData:
    """Return the form filled with what a tilsyn says, for its correction."""
    pairs = [
        ("version", str(tilsyn["version"] + 1)),
        ("decision", ANSWERS.get(tilsyn["decision"], "")),
        *((name, tilsyn[name] or "") for name in ("kind", "decided_on", "visited_on", "conclusion")),
    ]
    for theme in tilsyn["themes"]:
        pairs.append((f"theme-{theme['theme']}", theme["conclusion"] or ""))
        pairs.append((f"score-{theme['theme']}", "" if theme["score"] is None else as_typed(theme["score"])))
    return FormData.of(pairs)


def read_tilsyn(form: FormData, errors: list[FieldError]) -> dict[str, Any]:
    """Return what approval is sent, and add what can be seen here already to ``errors``."""
    decision = DECISIONS.get(form.text("decision"))
    if decision is None:
        errors.append(FieldError("/decision", "missing", "Svar ja eller nej til, om oplysningerne er godkendt."))
    themes = [theme for each in vocabulary("quality-themes").terms if (theme := _theme(each.id, form, errors))]
    return {
        "kind": form.text("kind") or "announced",
        "decided_on": form.text("decided_on") or None,
        "visited_on": form.text("visited_on") or None,
        "decision": decision,
        "conclusion": form.text("conclusion") or None,
        "themes": themes,
    }


def _theme(theme: str, form: FormData, errors: list[FieldError]) -> dict[str, Any] | None:
    conclusion, score = form.text(f"theme-{theme}"), form.text(f"score-{theme}")
    if not conclusion and not score:
        return None
    number: float | None = None
    try:
        number = float(decimal_of(score)) if score else None
    except MalformedValue as malformed:
        errors.append(FieldError(f"/score-{theme}", malformed.code, "Skriv bedømmelsen som et tal fra 1 til 5."))
    return {"theme": theme, "conclusion": conclusion or None, "score": number}


def at_its_field(error: FieldError, themes: Sequence[Mapping[str, Any]]) -> FieldError:
    """Return an error of approval with the page's own name of the field, and the label that people know it by."""
    name, *rest = error.pointer.removeprefix("/").split("/")
    if name == "themes" and rest and rest[0].isdecimal() and int(rest[0]) < len(themes):
        theme = themes[int(rest[0])]["theme"]
        name = f"score-{theme}" if rest[1:] == ["score"] else f"theme-{theme}"
    label = _labels().get(name)
    return FieldError(f"/{name}", error.code, f"{label}: {error.detail}" if label else error.detail)


def summary_lines(errors: Mapping[str, str]) -> list[SummaryLine]:
    """Return the errors above the form; each leads to its field where it has one."""
    known = {"decision", *_labels()}
    return [SummaryLine(text, f"#{field}" if field in known else None) for field, text in errors.items()]


def _labels() -> dict[str, str]:
    labels = {
        "kind": "Tilsynets art",
        "decided_on": "Dato for afgørelsen",
        "visited_on": "Dato for besøget",
        "conclusion": "Samlet konklusion",
    }
    for theme in vocabulary("quality-themes").terms:
        labels |= {f"theme-{theme.id}": f"{theme.label}, konklusion", f"score-{theme.id}": f"{theme.label}, bedømmelse"}
    return labels
