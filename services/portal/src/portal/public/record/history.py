"""What changed in a public record, in people's words: which answer, from what, to what. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.form import Audience, Field, FieldType
from contracts.form.definition import NESTED_TYPES
from contracts.form.loading import steps_of
from contracts.kinds import TILBUD
from portal.form.display import as_text
from portal.public.record.parts import Json

WHAT = {
    ("PUT", "approved"): "Nye oplysninger er godkendt",
    ("PUT", "tilsyn"): "Nyt fra tilsynet",
    ("PUT", "vacancies"): "Ledige pladser er opdateret",
    ("PUT", "corrected"): "Oplysningerne er rettet",
    ("PUT", "handover"): "Tilbuddet har fået en ny tilsynsmyndighed",
    ("DELETE", "ceased"): "Tilbuddet vises ikke længere, fordi det er ophørt",
    ("DELETE", "tilsyn"): "Tilbuddet vises ikke længere efter en afgørelse om tilsyn",
}
CHANGED, REMOVED = "Oplysningerne er opdateret", "Tilbuddet vises ikke længere"
PUBLISHED = "Tilbuddet er offentligt"
# What the national operator says of the answers corrects none of them.
MARKED = "Social- og Boligstyrelsen har markeret, at oplysninger ikke er rettet"
UNMARKED = "Markeringen fra Social- og Boligstyrelsen er fjernet"
# What follows from the answers themselves is told with them.
LABELS = {
    "operator_name": "Driftsherre",
    "authority": "Tilsynsmyndighed",
    "tilsyn": "Seneste tilsyn",
    "orders": "Påbud",
    "conditions": "Vilkår",
    "intensified": "Skærpet tilsyn",
    "announced": "Varslet skærpet tilsyn",
    "marking": "Markering fra Social- og Boligstyrelsen",
    "address_hidden": "Hemmelig adresse",
}
VALUES = frozenset({"operator_name"})
_TIES = frozenset({FieldType.SLUG, FieldType.REFERENCE, FieldType.REFERENCES})
# A longer text says more on the page itself.
LONGEST_VALUE = 120


@dataclass(frozen=True)
class Change:
    """One answer that changed; without ``old`` and ``new`` where a change entry does not repeat them."""

    label: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True)
class Entry:
    """What happened at one time, and whether the tilbud was public after it."""

    time: str
    what: str
    changes: list[Change]
    is_public: bool


def entries(items: Sequence[Json], names: Mapping[str, str], *, with_values: bool) -> list[Entry]:
    """Return a page of the public history; ``names`` are those of the departments by their ids.

    Without values where the tilbud is not public any more: what was withdrawn stays away.
    """
    return [_entry(item, names, with_values=with_values) for item in items]


def _entry(item: Json, names: Mapping[str, str], *, with_values: bool) -> Entry:
    is_public = item["method"] == "PUT"
    found = list(_changes(item["changes"], names))
    shown = found if with_values else list(dict.fromkeys(Change(each.label) for each in found))
    what = WHAT.get((item["method"], item["reason"]), CHANGED if is_public else REMOVED)
    if is_public and not item["changes"]:
        what = PUBLISHED
    elif is_public and all(each["path"].startswith("/marking") for each in item["changes"]):
        what = MARKED if any(each.get("new") for each in item["changes"]) else UNMARKED
    return Entry(item["time"], what, shown, is_public)


def _changes(changes: Sequence[Json], names: Mapping[str, str]) -> Iterator[Change]:
    told: set[Change] = set()
    for each in changes:
        path = [part.replace("~1", "/").replace("~0", "~") for part in str(each["path"]).split("/")[1:]]
        change = _change(path, each, names)
        if change and change not in told:
            told.add(change)
            yield change


def _change(path: Sequence[str], change: Json, names: Mapping[str, str]) -> Change | None:
    match path:
        case ["steps", "departments", "departments", department, *rest]:
            return _of_department(names.get(department, "En afdeling"), rest, change)
        case ["steps", step, *rest]:
            return _of_step("", step, rest, change)
        case ["departments", department, "steps", step, *rest]:
            return _of_step(names.get(department, "En afdeling"), step, rest, change)
        case [name, *rest] if name in LABELS:
            return _valued(LABELS[name], None, change) if name in VALUES and not rest else Change(LABELS[name])
        case _:
            return None


def _of_department(name: str, rest: Sequence[str], change: Json) -> Change | None:
    fields = _steps()["departments"][1][0].fields
    if not rest:
        return Change(f"{name} er ny" if change.get("old") is None else f"{name} er nedlagt")
    return _found(name, fields, rest, change)


def _of_step(part: str, step: str, rest: Sequence[str], change: Json) -> Change | None:
    if step not in _steps():
        return None
    title, fields = _steps()[step]
    return _found(part, fields, rest, change) if rest else Change(_joined(part, title))


def _steps() -> dict[str, tuple[str, tuple[Field, ...]]]:
    return {step.id: (step.title, step.fields) for step in steps_of(TILBUD.id)}


def _found(part: str, fields: Sequence[Field], path: Sequence[str], change: Json) -> Change | None:
    """Return the change of the field that a path leads to; None where the public is not told."""
    field = next((each for each in fields if each.id == path[0]), None)
    if field is None or field.audience is not Audience.PUBLIC or field.type in _TIES:
        return None
    rest = path[2:] if field.type is FieldType.LIST else path[1:]
    if rest and field.fields:
        return _found(_joined(part, field.label) if field.type is FieldType.GROUP else part, field.fields, rest, change)
    return _valued(_joined(part, field.label), field, change)


def _joined(part: str, label: str) -> str:
    return f"{part}: {label}" if part else label


def _valued(label: str, field: Field | None, change: Json) -> Change | None:
    """Return the change with its values; None where nothing was answered, before and after."""
    if (field and (field.personal or field.type in NESTED_TYPES)) or "new" not in change:
        return Change(label)
    old, new = (_text(field, change.get(name)) for name in ("old", "new"))
    if not (old or new):
        return None
    # Two long texts that begin alike show no difference.
    return Change(label) if old == new else Change(label, old or "ikke besvaret", new or "ikke besvaret")


def _text(field: Field | None, value: Any) -> str:
    text = as_text(field, value) if field else str(value or "")
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE].rstrip()} …"
