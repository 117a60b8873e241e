"""The rows that are searched, one for each department, made from the public record and nothing else. Pure.

A record that hides its address therefore hides it from the search and from distances too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.events.publication import PublicDepartment, PublicTilbud
from contracts.reference import Postcode, find_located_postcode, find_municipality, find_region, legal_basis
from contracts.sanctions import SanctionKind
from contracts.tilsyn import mean_quality
from contracts.vocabularies import vocabulary
from publication.records.confirmations import rate_confirmed_at, vacancies_confirmed_at
from publication.records.rules import region_of
from publication.search.criteria import DAY_AND_NIGHT
from publication.search.facets import SET, VOCABULARIES, keys, words_of_basis, words_of_term
from publication.search.language.identifiers import LEADER, MAIL, NUMBER, SITE, identifier, people
from publication.search.words import fold, searchable_text, sort_key

WHEELCHAIR = "wheelchair"
# Whom a tilbud is not for must not make it found by just these words.
NOT_SEARCHED = frozenset({"exclusions"})
MAX_WORDS_LENGTH = 60_000
# Enough to tell names apart, and short enough for every cursor.
MAX_SORT_LENGTH = 100


@dataclass(frozen=True)
class IndexedUnit:
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


def units_of(tilbud: PublicTilbud) -> list[IndexedUnit]:
    """Return the departments of ``tilbud``, or itself alone."""
    return [IndexedUnit(tilbud, each) for each in tilbud.departments] or [IndexedUnit(tilbud, None)]


def search_values(unit: IndexedUnit) -> dict[str, Any]:
    """Return the columns of the search row of ``unit``, without its version and its time."""
    item = _item(unit)
    terms = _terms(item)
    point = _point(unit)
    name = item["department_name"] or ""
    title = searchable_text([unit.tilbud.name, name])
    return {
        "sort_name": sort_key(f"{unit.tilbud.name} {name}")[:MAX_SORT_LENGTH],
        "title": title,
        "words": searchable_text([unit.tilbud.id, title, *_words(unit, item, terms)])[:MAX_WORDS_LENGTH],
        "facets": _facets(item, terms),
        "identifiers": _identifiers(unit),
        "ages": _ages(unit),
        "group_ages": _group_ages(unit),
        "rates": _lowest_rates(unit),
        **{name: item[name] for name in ("vacancies", "rate_oere", "quality")},
        "latitude": point.latitude if point else None,
        "longitude": point.longitude if point else None,
        "item": item,
    }


def _item(unit: IndexedUnit) -> dict[str, Any]:
    """Return what a list of results shows."""
    tilbud, places, ages = unit.tilbud, unit.step("places"), _ages(unit)
    bases = (unit.department.legal_bases if unit.department else []) or tilbud.legal_bases
    rate = _lowest_rate(unit)
    code, point = _municipality(unit), _point(unit)
    department = unit.department.id if unit.department else None
    accessibility, sanctions = sorted(_accessibility(unit)), _sanctions(tilbud)
    return {
        "tilbud_id": tilbud.id,
        "department_id": department,
        "name": tilbud.name,
        "department_name": unit.department.name if unit.department else None,
        "authority": tilbud.authority.model_dump(),
        "operator_name": tilbud.operator_name,
        "operator_kind": tilbud.operator_kind,
        "primary_legal_basis": tilbud.primary_legal_basis,
        "legal_bases": list(bases),
        "audiences": sorted({legal_basis(each).audience for each in bases}),
        "target_groups": _from_lists(unit, "target-groups", "packages", "target_groups"),
        "services": _from_lists(unit, "interventions", "interventions", "services"),
        "methods": sorted({row["method"] for row in unit.rows("methods", "methods")}),
        "approaches": sorted({row["approach"] for row in unit.rows("approaches", "approaches")}),
        "age_from": min(ages, default=None),
        "age_to": max(ages, default=None),
        "municipality": code,
        "region": region_of(code),
        "city": _address(unit).get("city"),
        "address_hidden": tilbud.address_hidden,
        "place_approximate": bool(point and point.approximate),
        "night_staff": unit.step("staffing").get("night_staff"),
        "accessible": WHEELCHAIR in accessibility if accessibility else None,
        "prison_approved": unit.step("agreements").get("prison_approved"),
        "housing_forms": _housing_forms(unit),
        "place_kinds": sorted({row["kind"] for row in unit.rows("places", "distribution") if row.get("kind")}),
        "accessibility": accessibility,
        "staff_groups": sorted(unit.rows("staff-groups", "staff_groups")),
        "accreditations": sorted(
            {row["scheme"] for row in unit.rows("accreditation", "accreditations") if row.get("scheme")}
        ),
        "places": places.get("approved_places"),
        "vacancies": places.get("vacancies"),
        "waiting_time_weeks": places.get("waiting_time_weeks"),
        "rate_oere": rate["rate_oere"] if rate else None,
        "rate_unit": rate["rate_unit"] if rate else None,
        "rate_year": rate.get("rate_year") if rate else None,
        "rate_occupancy_percent": unit.step("staffing").get("occupancy_percent") if rate else None,
        "quality": quality(tilbud),
        "decision": tilbud.tilsyn.decision if tilbud.tilsyn else None,
        "sanctions": bool(sanctions),
        "sanction_kinds": sanctions,
        "intensified_since": tilbud.intensified.start.isoformat() if tilbud.intensified else None,
        "intensified_from": min((each.start.isoformat() for each in tilbud.announced), default=None),
        "marked_since": tilbud.marking.since.isoformat() if tilbud.marking else None,
        "not_approved_yet": _own_pointers(unit),
        "confirmed_at": _time(tilbud.confirmed_at),
        "vacancies_confirmed_at": _time(vacancies_confirmed_at(tilbud, department)),
        "rate_confirmed_at": _time(rate_confirmed_at(tilbud, department)),
    }


def _terms(item: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the terms of each facet that has a vocabulary, with the terms above them."""
    night_staff = [item["night_staff"]] if item["night_staff"] else []
    return {
        "target_group": with_parents("target-groups", item["target_groups"]),
        "service": with_parents("services", item["services"]),
        "method": item["methods"],
        "approach": item["approaches"],
        "audience": item["audiences"],
        "night_staff": night_staff,
        "operator_kind": [item["operator_kind"]],
        "housing_form": item["housing_forms"],
        "place_kind": item["place_kinds"],
        "accessibility": item["accessibility"],
        "staff_group": item["staff_groups"],
        "accreditation": item["accreditations"],
    }


def _facets(item: Mapping[str, Any], terms: Mapping[str, list[str]]) -> list[str]:
    """Return the values of every facet, in the order in which a result gives its reasons."""
    values = {
        **terms,
        "legal_basis": item["legal_bases"],
        "municipality": [item["municipality"]],
        "region": [item["region"]] if item["region"] else [],
        "sanction": item["sanction_kinds"],
        "accessible": [SET] if item["accessible"] else [],
        "prison_approved": [SET] if item["prison_approved"] else [],
        "vacancies": [SET] if (item["vacancies"] or 0) > 0 else [],
    }
    return [key for facet, chosen in values.items() for key in keys(facet, chosen)]


def _identifiers(unit: IndexedUnit) -> list[str]:
    """Return what the tilbud and the department are known by, as far as the record says it."""
    contact, company = unit.step("contact"), unit.step("company")
    leader, person = contact.get("leader") or {}, contact.get("contact_person") or {}
    parts = [contact, person, unit.described]
    found = {
        identifier(NUMBER, unit.tilbud.operator_cvr),
        *(identifier(NUMBER, each.get("p_number")) for each in (company, unit.described)),
        *(identifier(NUMBER, each.get("phone")) for each in parts),
        *(identifier(SITE, each.get(name)) for each in parts for name in ("email", "website")),
        *(identifier(MAIL, each.get("email")) for each in parts),
        *(each for some in (leader, person) for each in people(some.get("name"))),
        *people(leader.get("name"), LEADER),
    }
    return sorted(each for each in found if each)


def _own_pointers(unit: IndexedUnit) -> list[str]:
    if unit.department is None:
        return unit.tilbud.not_approved_yet
    start = f"/departments/{unit.department.id}/"
    return [each for each in unit.tilbud.not_approved_yet if each.startswith(start)]


def quality(tilbud: PublicTilbud) -> float | None:
    """Return the mean of the theme scores (1 to 5) of the deciding tilsyn, or None where it gave none."""
    themes = tilbud.tilsyn.themes if tilbud.tilsyn else []
    return mean_quality({each.theme: each.score for each in themes})


def _from_lists(unit: IndexedUnit, step: str, field: str, inner: str) -> list[str]:
    return list(dict.fromkeys(each for row in unit.rows(step, field) for each in row.get(inner) or []))


def with_parents(name: str, terms: Iterable[str]) -> list[str]:
    """Return ``terms`` of the vocabulary ``name`` and every term above them."""
    all_terms = vocabulary(name)
    above = {parent.id for each in terms if each in all_terms for parent in all_terms.ancestors(each)}
    return sorted(above | set(terms))


def _ages(unit: IndexedUnit) -> list[int]:
    packages = unit.rows("target-groups", "packages")
    return sorted({age for row in packages for age in range(int(row["age_from"]), int(row["age_to"]) + 1)})


def _group_ages(unit: IndexedUnit) -> list[str]:
    """Return the ages that each target group is taken at: those of other packages say nothing about it."""
    spans = {
        f"{group}:{int(row['age_from'])}-{int(row['age_to'])}"
        for row in unit.rows("target-groups", "packages")
        for group in with_parents("target-groups", row.get("target_groups") or [])
    }
    return sorted(spans)


def _lowest_rates(unit: IndexedUnit) -> dict[str, int]:
    """Return the lowest rate of each unit."""
    lowest: dict[str, int] = {}
    for row in unit.rows("interventions", "interventions"):
        if row.get("rate_oere") and row.get("rate_unit"):
            rate = int(row["rate_oere"])
            lowest[row["rate_unit"]] = min(rate, lowest.get(row["rate_unit"], rate))
    return lowest


def _municipality(unit: IndexedUnit) -> str:
    own = unit.department.municipality if unit.department else None
    return own or unit.tilbud.municipality


def _accessibility(unit: IndexedUnit) -> set[str]:
    own = unit.described.get("accessibility") or []
    return {*own, *(unit.step("supplementary").get("accessibility") or [])}


def _lowest_rate(unit: IndexedUnit) -> Mapping[str, Any] | None:
    """Return the intervention with the lowest rate; rates per day and night go first, as they compare."""
    rated = [row for row in unit.rows("interventions", "interventions") if row.get("rate_oere")]
    comparable = [row for row in rated if row.get("rate_unit") == DAY_AND_NIGHT]
    return min(comparable or rated, key=lambda row: int(row["rate_oere"]), default=None)


def _address(unit: IndexedUnit) -> Mapping[str, Any]:
    return unit.described.get("address") or unit.tilbud.steps["contact"].get("address") or {}


def _point(unit: IndexedUnit) -> Postcode | None:
    return find_located_postcode(str(_address(unit).get("postcode", "")))


def _words(unit: IndexedUnit, item: Mapping[str, Any], terms: Mapping[str, list[str]]) -> list[str]:
    """Return every text but its names that a query may hit: terms with their synonyms, places, free text."""
    found = [unit.tilbud.operator_name, unit.tilbud.authority.name]
    for facet, identifiers in terms.items():
        found += [word for each in identifiers for word in words_of_term(VOCABULARIES[facet], each)]
    found += [word for each in item["legal_bases"] for word in words_of_basis(each)]
    features = unit.step("company").get("specialist_features") or []
    found += [word for each in features for word in words_of_term("specialist-features", each)]
    found += [_municipality_name(item["municipality"]), _region_name(item["region"])]
    found += [str(_address(unit).get(part, "")) for part in ("street", "postcode", "city")]
    shown = unit.department.steps if unit.department else {}
    found += [*_texts(unit.described), *_texts(dict(shown)), *_texts(_open_steps(unit))]
    return found


def _open_steps(unit: IndexedUnit) -> dict[str, Any]:
    left_out = {"departments", "company", "contact"}
    return {name: step for name, step in unit.tilbud.steps.items() if name not in left_out}


def _housing_forms(unit: IndexedUnit) -> list[str]:
    forms = [unit.described.get("housing_form"), *(unit.step("supplementary").get("housing_forms") or [])]
    return list(dict.fromkeys(each for each in forms if each))


def _sanctions(tilbud: PublicTilbud) -> list[str]:
    """Return the kinds of sanctions that are in force."""
    kinds = {
        SanctionKind.ORDER: tilbud.orders,
        SanctionKind.CONDITION: tilbud.conditions,
        SanctionKind.INTENSIFIED: tilbud.intensified,
    }
    return [kind.value for kind, given in kinds.items() if given]


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def _municipality_name(code: str) -> str:
    found = find_municipality(code)
    return found.full_name if found else ""


def _region_name(identifier: str | None) -> str:
    found = find_region(identifier) if identifier else None
    return found.name if found else ""


def _texts(value: Any) -> list[str]:
    """Return every text inside ``value`` that a person wrote: those with a space in them, fields by their name."""
    if isinstance(value, str):
        return [fold(value)] if " " in value or value[:1].isupper() else []
    if isinstance(value, Mapping):
        return [text for name, each in sorted(value.items()) if name not in NOT_SEARCHED for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return []
