"""The columns of the CSV file: what each is called, what it means, and how it is found in a record. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

import yaml

from contracts.reference import find_municipality, find_region
from contracts.tilsyn import mean_quality
from publication.open_data.rows import Unit

Kind = Literal["text", "integer", "decimal", "boolean", "date", "time", "code", "codes"]
WHEELCHAIR = "wheelchair"


@dataclass(frozen=True)
class Column:
    """One column; ``codes`` is the list in ``/v1/code-lists`` that its values are from."""

    name: str
    kind: Kind
    label: str
    description: str
    value: Callable[[Unit], Any]
    codes: str | None = None
    unit: str | None = None


def _field(step: str, name: str) -> Callable[[Unit], Any]:
    return lambda unit: unit.step(step).get(name)


def _record(name: str) -> Callable[[Unit], Any]:
    return lambda unit: unit.record.get(name)


def _address(name: str) -> Callable[[Unit], Any]:
    return lambda unit: unit.address.get(name)


def _lowest(name: str) -> Callable[[Unit], Any]:
    return lambda unit: unit.rates[0].get(name) if unit.rates else None


def _tilsyn(name: str) -> Callable[[Unit], Any]:
    return lambda unit: (unit.record.get("tilsyn") or {}).get(name)


def _municipality(unit: Unit) -> str:
    own = unit.department.get("municipality") if unit.department else None
    return str(own or unit.record["municipality"])


def _municipality_name(unit: Unit) -> str | None:
    found = find_municipality(_municipality(unit))
    return found.name if found else None


def _region_name(unit: Unit) -> str | None:
    kommune = find_municipality(_municipality(unit))
    found = find_region(kommune.region) if kommune and kommune.region else None
    return found.name if found else None


def _ages(which: Callable[[list[int]], int], name: str) -> Callable[[Unit], Any]:
    def of(unit: Unit) -> int | None:
        ages = [int(row[name]) for row in unit.rows("target-groups", "packages") if row.get(name) is not None]
        return which(ages) if ages else None

    return of


def _quality(unit: Unit) -> float | None:
    themes = (unit.record.get("tilsyn") or {}).get("themes") or []
    return mean_quality({str(each.get("theme")): each.get("score") for each in themes})


def _accessibility(unit: Unit) -> list[str] | None:
    return unit.every((unit.described, "accessibility"), (unit.step("supplementary"), "accessibility"))


def _housing(unit: Unit) -> list[str] | None:
    return unit.every((unit.described, "housing_form"), (unit.step("supplementary"), "housing_forms"))


def _is_accessible(unit: Unit) -> bool | None:
    answered = _accessibility(unit)
    return None if answered is None else WHEELCHAIR in answered


def _sanctions(unit: Unit) -> list[str]:
    found = {"order": unit.record.get("orders"), "condition": unit.record.get("conditions")}
    return [kind for kind, given in {**found, "intensified": unit.record.get("intensified")}.items() if given]


def _given(unit: Unit) -> list[Mapping[str, Any]]:
    return [*(unit.record.get("orders") or []), *(unit.record.get("conditions") or [])]


def _next_deadline(unit: Unit) -> str | None:
    return min((each["deadline"] for each in _given(unit) if each.get("deadline")), default=None)


def _is_overdue(unit: Unit) -> bool | None:
    given = _given(unit)
    return any(each.get("overdue") for each in given) if given else None


def _intensified(name: str) -> Callable[[Unit], Any]:
    return lambda unit: (unit.record.get("intensified") or {}).get(name)


def _announced_from(unit: Unit) -> str | None:
    return next((each["from"] for each in unit.record.get("announced") or []), None)


def _authority(name: str) -> Callable[[Unit], Any]:
    return lambda unit: unit.record["authority"].get(name)


def _of_department(name: str) -> Callable[[Unit], Any]:
    return lambda unit: unit.department.get(name) if unit.department else None


# How each column is found in a record, in the order of the file.
_VALUES: Mapping[str, Callable[[Unit], Any]] = {
    "tilbud_id": _record("id"),
    "department_id": _of_department("id"),
    "name": _record("name"),
    "department_name": _of_department("name"),
    "authority_id": _authority("id"),
    "authority_name": _authority("name"),
    "operator_name": _record("operator_name"),
    "operator_cvr": _record("operator_cvr"),
    "operator_kind": _record("operator_kind"),
    "primary_legal_basis": _record("primary_legal_basis"),
    "legal_bases": lambda unit: unit.legal_bases,
    "target_groups": lambda unit: unit.collected("target-groups", "packages", "target_groups"),
    "age_from": _ages(min, "age_from"),
    "age_to": _ages(max, "age_to"),
    "services": lambda unit: unit.collected("interventions", "interventions", "services"),
    "municipality": _municipality,
    "municipality_name": _municipality_name,
    "region_name": _region_name,
    "street": _address("street"),
    "postcode": _address("postcode"),
    "city": _address("city"),
    "address_hidden": _record("address_hidden"),
    "phone": _field("contact", "phone"),
    "email": _field("contact", "email"),
    "website": _field("contact", "website"),
    "housing_forms": _housing,
    "accessibility": _accessibility,
    "wheelchair": _is_accessible,
    "prison_approved": _field("agreements", "prison_approved"),
    "night_staff": _field("staffing", "night_staff"),
    "approved_places": _field("places", "approved_places"),
    "vacancies": _field("places", "vacancies"),
    "waiting_time_weeks": _field("places", "waiting_time_weeks"),
    "vacancies_confirmed_at": lambda unit: unit.confirmed("places", "/vacancies"),
    "rate_oere": _lowest("rate_oere"),
    "rate_unit": _lowest("rate_unit"),
    "rate_year": _lowest("rate_year"),
    "occupancy_percent": _field("staffing", "occupancy_percent"),
    "rate_audited": _field("budget", "rate_audited"),
    "rate_confirmed_at": lambda unit: unit.confirmed("interventions"),
    "decision": _tilsyn("decision"),
    "decided_on": _tilsyn("decided_on"),
    "quality": _quality,
    "sanctions": _sanctions,
    "next_deadline": _next_deadline,
    "overdue": _is_overdue,
    "intensified_from": _intensified("from"),
    "intensified_until": _intensified("until"),
    "announced_from": _announced_from,
    "marked_since": lambda unit: (unit.record.get("marking") or {}).get("since"),
    "approved_at": _record("approved_at"),
    "version": _record("version"),
}
_WORDS = yaml.safe_load(files("publication.open_data").joinpath("columns.yaml").read_text("utf-8"))
COLUMNS = tuple(Column(name=name, value=value, **_WORDS[name]) for name, value in _VALUES.items())
