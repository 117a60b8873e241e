"""What the search knows of a public record: one row for each department, made from the record and nothing else.

A record that hides its address therefore hides it from the search and from distances too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.events.publication import PublicDepartment, PublicTilbud
from contracts.reference import Postcode, legal_basis, municipality, nearest_postcode, region
from contracts.vocabularies import Vocabulary, vocabulary
from publication.words import fold, joined, sort_key

WHEELCHAIR = "wheelchair"
DAY_AND_NIGHT = "day-and-night"
# Economy is judged beside the quality model's themes and is no part of the mean (B.6).
ECONOMY = "economy"
COPIED = (
    *("audiences", "legal_bases", "methods", "approaches", "municipality", "region", "operator_kind"),
    *("night_staff", "accessible", "prison_approved", "vacancies", "quality"),
)
# Whom a tilbud is not for must not make it found by just these words.
NOT_SEARCHED = frozenset({"exclusions"})
MAX_WORDS_LENGTH = 60_000


@dataclass(frozen=True)
class Unit:
    """One department with all that holds for it, or the whole tilbud where there are none."""

    tilbud: PublicTilbud
    department: PublicDepartment | None

    def step(self, name: str) -> Mapping[str, Any]:
        """Return the department's own step, or that of the tilbud."""
        own = self.department.steps.get(name) if self.department else None
        return own if own is not None else self.tilbud.steps.get(name, {})

    def rows(self, step: str, field: str) -> list[Mapping[str, Any]]:
        """Return the rows of a list in a step."""
        return list(self.step(step).get(field) or [])

    @property
    def described(self) -> Mapping[str, Any]:
        """Return what the step of departments says about this department."""
        rows = self.tilbud.steps.get("departments", {}).get("departments") or []
        identifier = self.department.id if self.department else None
        return next((row for row in rows if row.get("id") == identifier), {})


def units_of(tilbud: PublicTilbud) -> list[Unit]:
    """Return the departments of ``tilbud``, or itself alone."""
    return [Unit(tilbud, each) for each in tilbud.departments] or [Unit(tilbud, None)]


def search_values(unit: Unit) -> dict[str, Any]:
    """Return the columns of the search row of ``unit``, without its version and its time."""
    bases = (unit.department.legal_bases if unit.department else []) or unit.tilbud.legal_bases
    groups = _from_lists(unit, "target-groups", "packages", "target_groups")
    values: dict[str, Any] = {
        "audiences": sorted({legal_basis(each).audience for each in bases}),
        "legal_bases": list(bases),
        "target_groups": with_parents("target-groups", groups),
        "services": with_parents("services", _from_lists(unit, "interventions", "interventions", "services")),
        "methods": sorted({row["method"] for row in unit.rows("methods", "methods")}),
        "approaches": sorted({row["approach"] for row in unit.rows("approaches", "approaches")}),
        "ages": _ages(unit),
        "municipality": _municipality(unit),
        "operator_kind": unit.tilbud.operator_kind,
        "night_staff": unit.step("staffing").get("night_staff"),
        "accessible": WHEELCHAIR in _accessibility(unit),
        "prison_approved": unit.step("agreements").get("prison_approved") is True,
        "vacancies": unit.step("places").get("vacancies"),
        "quality": quality(unit.tilbud),
    }
    values["region"] = _region_of(values["municipality"])
    rate = _lowest_rate(unit)
    point = _point(unit)
    values["rate_oere"] = rate["rate_oere"] if rate else None
    values["latitude"], values["longitude"] = (point.latitude, point.longitude) if point else (None, None)
    name = unit.department.name if unit.department else ""
    values["title"] = joined([unit.tilbud.name, name])
    values["sort_name"] = sort_key(f"{unit.tilbud.name} {name}".strip())
    values["words"] = joined(_words(unit, values))[:MAX_WORDS_LENGTH]
    return values | {"item": _item(unit, values, rate)}


def _item(unit: Unit, values: Mapping[str, Any], rate: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what a list of results shows."""
    tilbud, places = unit.tilbud, unit.step("places")
    return {
        "tilbud_id": tilbud.id,
        "department_id": unit.department.id if unit.department else None,
        "name": tilbud.name,
        "department_name": unit.department.name if unit.department else None,
        "authority": tilbud.authority.model_dump(),
        "operator_name": tilbud.operator_name,
        "primary_legal_basis": tilbud.primary_legal_basis,
        **{name: values[name] for name in COPIED},
        "target_groups": _from_lists(unit, "target-groups", "packages", "target_groups"),
        "services": _from_lists(unit, "interventions", "interventions", "services"),
        "age_from": min(values["ages"], default=None),
        "age_to": max(values["ages"], default=None),
        "places": places.get("approved_places"),
        "waiting_time_weeks": places.get("waiting_time_weeks"),
        "rate_oere": rate["rate_oere"] if rate else None,
        "rate_unit": rate["rate_unit"] if rate else None,
        "rate_year": rate.get("rate_year") if rate else None,
        "city": (unit.described.get("address") or unit.tilbud.steps["contact"].get("address") or {}).get("city"),
        "address_hidden": tilbud.address_hidden,
        "decision": tilbud.tilsyn.decision if tilbud.tilsyn else None,
        "sanctions": bool(tilbud.orders or tilbud.conditions or tilbud.intensified),
        "not_approved_yet": _own_pointers(unit),
        "confirmed_at": tilbud.confirmed_at.isoformat().replace("+00:00", "Z"),
    }


def _own_pointers(unit: Unit) -> list[str]:
    if unit.department is None:
        return unit.tilbud.not_approved_yet
    start = f"/departments/{unit.department.id}/"
    return [each for each in unit.tilbud.not_approved_yet if each.startswith(start)]


def quality(tilbud: PublicTilbud) -> float | None:
    """Return the mean of the theme scores (1 to 5) of the deciding tilsyn, or None where it gave none."""
    themes = tilbud.tilsyn.themes if tilbud.tilsyn else []
    scores = [each.score for each in themes if each.score is not None and each.theme != ECONOMY]
    return round(sum(scores) / len(scores), 2) if scores else None


def _from_lists(unit: Unit, step: str, field: str, inner: str) -> list[str]:
    return list(dict.fromkeys(each for row in unit.rows(step, field) for each in row.get(inner) or []))


def with_parents(name: str, terms: Iterable[str]) -> list[str]:
    """Return ``terms`` of the vocabulary ``name`` and every term above them."""
    known = vocabulary(name)
    above = {parent.id for each in terms if each in known for parent in known.ancestors(each)}
    return sorted(above | set(terms))


def _ages(unit: Unit) -> list[int]:
    packages = unit.rows("target-groups", "packages")
    return sorted({age for row in packages for age in range(int(row["age_from"]), int(row["age_to"]) + 1)})


def _municipality(unit: Unit) -> str:
    own = unit.department.municipality if unit.department else None
    return own or unit.tilbud.municipality


def _region_of(code: str) -> str | None:
    try:
        return municipality(code).region
    except KeyError:
        return None


def _accessibility(unit: Unit) -> set[str]:
    own = unit.described.get("accessibility") or []
    return {*own, *(unit.step("supplementary").get("accessibility") or [])}


def _lowest_rate(unit: Unit) -> Mapping[str, Any] | None:
    """Return the intervention with the lowest rate; rates per day and night are asked first, as they compare."""
    rated = [row for row in unit.rows("interventions", "interventions") if row.get("rate_oere")]
    comparable = [row for row in rated if row.get("rate_unit") == DAY_AND_NIGHT]
    return min(comparable or rated, key=lambda row: int(row["rate_oere"]), default=None)


def _point(unit: Unit) -> Postcode | None:
    address = unit.described.get("address") or unit.tilbud.steps["contact"].get("address") or {}
    try:
        return nearest_postcode(str(address.get("postcode", "")))
    except KeyError:
        return None


def _words(unit: Unit, values: Mapping[str, Any]) -> list[str]:
    """Return every text that a query may hit: id, names, terms with their synonyms, and the free text."""
    found = [unit.tilbud.id, values["title"], unit.tilbud.operator_name, unit.tilbud.authority.name]
    found += [word for words in term_words(values).values() for word in words]
    found += [_municipality_name(values["municipality"]), _region_name(values["region"])]
    address = unit.described.get("address") or unit.tilbud.steps["contact"].get("address") or {}
    found += [str(address.get(part, "")) for part in ("street", "postcode", "city")]
    found += _housing_words(unit)
    shown = unit.department.steps if unit.department else {}
    found += [*_texts(unit.described), *_texts(dict(shown)), *_texts(_open_steps(unit))]
    return found


def _open_steps(unit: Unit) -> dict[str, Any]:
    left_out = {"departments", "company", "contact"}
    return {name: step for name, step in unit.tilbud.steps.items() if name not in left_out}


def term_words(values: Mapping[str, Any]) -> dict[tuple[str, str], list[str]]:
    """Return the words of each term of a row, by facet and id: its label and its synonyms."""
    named = {
        "target_group": ("target-groups", values["target_groups"]),
        "service": ("services", values["services"]),
        "method": ("methods", values["methods"]),
        "approach": ("approaches", values["approaches"]),
        "audience": ("audiences", values["audiences"]),
        "night_staff": ("night-staff", [values["night_staff"]] if values["night_staff"] else []),
        "operator_kind": ("operator-kinds", [values["operator_kind"]]),
    }
    found = {(facet, each): _term(vocabulary(name), each) for facet, (name, terms) in named.items() for each in terms}
    return found | {("legal_basis", each): _basis_words(each) for each in values["legal_bases"]}


def _term(known: Vocabulary, identifier: str) -> list[str]:
    if identifier not in known:
        return [identifier]
    term = known.term(identifier)
    return [term.label, *term.synonyms]


def _basis_words(identifier: str) -> list[str]:
    basis = legal_basis(identifier)
    return [basis.label, basis.kind_label, basis.paragraph]


def _housing_words(unit: Unit) -> list[str]:
    forms = [unit.described.get("housing_form"), *(unit.step("supplementary").get("housing_forms") or [])]
    known = vocabulary("housing-forms")
    return [word for each in forms if each for word in _term(known, each)]


def _municipality_name(code: str) -> str:
    try:
        return municipality(code).full_name
    except KeyError:
        return ""


def _region_name(identifier: str | None) -> str:
    return region(identifier).name if identifier else ""


def _texts(value: Any) -> list[str]:
    """Return every text inside ``value`` that a person wrote: those with a space in them."""
    if isinstance(value, str):
        return [fold(value)] if " " in value or value[:1].isupper() else []
    if isinstance(value, Mapping):
        return [text for name, each in value.items() if name not in NOT_SEARCHED for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return []
