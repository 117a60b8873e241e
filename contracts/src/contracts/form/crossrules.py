"""Rules that look at more than one answer: inside a step, or between a step and those before it.

Each rule gets one object of answers (a whole step, or one department's part), where it stands, and the
current data of the other steps, which may be anything at all.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeGuard

from contracts.addresses import address_problems
from contracts.dates import parse_day
from contracts.form.findings import Code, Context, Finding
from contracts.form.keys import DEPARTMENTS, department_ids
from contracts.kinds import Registry

Row = Mapping[str, Any]
YEARS_AHEAD = 2
COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule looks: the pointer of the object, its department, the other steps, and the day."""

    pointer: str
    department: str | None
    context: Context
    at: date

    def part(self, step: str) -> Row:
        """The data of another step: this department's part when the tilbud has departments."""
        data = self.context.step(step)
        parts = data.get(DEPARTMENTS)
        if self.department is None:
            return data
        part = parts.get(self.department) if isinstance(parts, Mapping) else None
        return part if isinstance(part, Mapping) else {}


Rule = Callable[[Row, Place], Iterator[Finding]]
RulesOfSteps = Mapping[str, tuple[Rule, ...]]


def _primary_is_chosen(data: Row, place: Place) -> Iterator[Finding]:
    primary = data.get("primary_legal_basis")
    if primary and primary not in texts(data.get("legal_bases")):
        yield Finding(
            f"{place.pointer}/primary_legal_basis",
            Code.NOT_AMONG,
            "Den primære tilbudstype skal være en af de valgte tilbudstyper.",
        )


def _periods_are_sound(data: Row, place: Place) -> Iterator[Finding]:
    """A period is one of a chosen type, ends after it began, and that of the primary type is not over (R106)."""
    rows = list(_rows(data, "legal_basis_periods", place))
    yield from _unique(rows, ("legal_basis",), "Den samme tilbudstype står i to rækker.")
    for row, pointer in rows:
        basis = row.get("legal_basis")
        begins, ends = parse_day(row.get("valid_from")), parse_day(row.get("valid_until"))
        if basis and basis not in texts(data.get("legal_bases")):
            yield Finding(f"{pointer}/legal_basis", Code.NOT_AMONG, "Tilbudstypen er ikke valgt ovenfor.")
        if begins and ends and ends < begins:
            yield Finding(f"{pointer}/valid_until", Code.NOT_IN_ORDER, "Dagen ligger før den første dag.")
        elif ends and ends < place.at and basis == data.get("primary_legal_basis"):
            detail = "Den primære tilbudstype er udløbet. Ret dagen, eller vælg en anden primær tilbudstype."
            yield Finding(f"{pointer}/valid_until", Code.OUT_OF_RANGE, detail)


def _address_belongs_together(data: Row, place: Place) -> Iterator[Finding]:
    address = data.get("address")
    parts = [text(address.get(each)) for each in ("postcode", "city", "municipality")] if _is_row(address) else []
    code, city, municipality = parts or (None, None, None)
    if code and city and municipality:
        for problem in address_problems(code, city, municipality):
            yield Finding(f"{place.pointer}/address/{problem.field}", Code(problem.code), problem.detail)


def _department_addresses_belong_together(data: Row, place: Place) -> Iterator[Finding]:
    for row, pointer in _rows(data, DEPARTMENTS, place):
        yield from _address_belongs_together(row, replace(place, pointer=pointer))


def _accreditation_dates(data: Row, place: Place) -> Iterator[Finding]:
    for row, pointer in _rows(data, "accreditations", place):
        issued, until = parse_day(row.get("issued_on")), parse_day(row.get("valid_until"))
        if issued and issued > place.at:
            yield Finding(f"{pointer}/issued_on", Code.OUT_OF_RANGE, "Datoen ligger i fremtiden.")
        if issued and until and until < issued:
            yield Finding(f"{pointer}/valid_until", Code.NOT_IN_ORDER, "Datoen ligger før udstedelsen.")


def _report_year_is_over(data: Row, place: Place) -> Iterator[Finding]:
    if number(data.get("year")) > place.at.year:
        yield Finding(f"{place.pointer}/year", Code.OUT_OF_RANGE, "Regnskabsåret er ikke begyndt endnu.")


def _result_fits_its_kind(data: Row, place: Place) -> Iterator[Finding]:
    result, kind = data.get("result_oere"), data.get("result_kind")
    if isinstance(result, int) and kind in ("surplus", "deficit", "balance") and (result == 0) != (kind == "balance"):
        yield Finding(
            f"{place.pointer}/result_oere",
            Code.MISMATCH,
            "Beløbet passer ikke med, om året gav overskud, underskud eller nul.",
        )


def _budget_year_is_near(data: Row, place: Place) -> Iterator[Finding]:
    if number(data.get("year")) > place.at.year + YEARS_AHEAD:
        yield Finding(f"{place.pointer}/year", Code.OUT_OF_RANGE, "Budgetåret ligger for langt ude i fremtiden.")


def _budget_schema_fits_operator(data: Row, place: Place) -> Iterator[Finding]:
    kind, schema = operator_kind(place.context), data.get("schema")
    if kind and schema and (kind == "private") != (schema == "private"):
        yield Finding(f"{place.pointer}/schema", Code.MISMATCH, "Budgetskemaet passer ikke til tilbuddets driftsform.")


def _audit_is_not_in_future(data: Row, place: Place) -> Iterator[Finding]:
    audited = parse_day(data.get("rate_audited_on"))
    if audited and audited > place.at:
        yield Finding(f"{place.pointer}/rate_audited_on", Code.OUT_OF_RANGE, "Datoen ligger i fremtiden.")


def _department_ids_differ(data: Row, place: Place) -> Iterator[Finding]:
    yield from _unique(_rows(data, DEPARTMENTS, place), ("id",), "To afdelinger har samme id.")


def _departments_use_chosen_bases(data: Row, place: Place) -> Iterator[Finding]:
    for row, pointer in _rows(data, DEPARTMENTS, place):
        for each in texts(row.get("legal_bases")):
            yield from _chosen_basis(each, f"{pointer}/legal_bases", place)


def _packages_are_sound(data: Row, place: Place) -> Iterator[Finding]:
    rows = list(_rows(data, "packages", place))
    yield from _unique(rows, ("id",), "To målgruppepakker har samme id.")
    for row, pointer in rows:
        if number(row.get("age_from")) > number(row.get("age_to"), otherwise=1000):
            yield Finding(f"{pointer}/age_to", Code.NOT_IN_ORDER, "“Alder til” er lavere end “Alder fra”.")
        yield from _chosen_basis(row.get("legal_basis"), f"{pointer}/legal_basis", place)


def _interventions_name_packages(data: Row, place: Place) -> Iterator[Finding]:
    known = {row.get("id") for row in mappings(place.part("target-groups").get("packages")) if text(row.get("id"))}
    for row, pointer in _rows(data, "interventions", place):
        for index, each in enumerate(texts(row.get("packages"))):
            if each not in known:
                detail = "Målgruppepakken findes ikke på trinnet Målgruppe."
                yield Finding(f"{pointer}/packages/{index}", Code.NOT_AMONG, detail)
        if number(row.get("rate_year")) > place.at.year + YEARS_AHEAD:
            yield Finding(f"{pointer}/rate_year", Code.OUT_OF_RANGE, "Takståret ligger for langt ude i fremtiden.")


def _vacancies_fit_places(data: Row, place: Place) -> Iterator[Finding]:
    approved = number(data.get("approved_places"), otherwise=10**9)
    if number(data.get("vacancies")) > approved:
        detail = "Der kan ikke være flere ledige pladser end godkendte."
        yield Finding(f"{place.pointer}/vacancies", Code.EXCEEDS, detail)
    packages = mappings(place.part("target-groups").get("packages"))
    if any(number(each.get("places")) > approved for each in packages):
        detail = "En målgruppepakke har flere pladser, end der er godkendt."
        yield Finding(f"{place.pointer}/approved_places", Code.EXCEEDS, detail)


def _distribution_adds_up(data: Row, place: Place) -> Iterator[Finding]:
    rows = list(_rows(data, "distribution", place))
    approved = data.get("approved_places")
    if rows and isinstance(approved, int) and sum(number(row.get("places")) for row, _ in rows) != approved:
        detail = "Fordelingens sum er ikke lig med antallet af godkendte pladser."
        yield Finding(f"{place.pointer}/distribution", Code.MISMATCH, detail)
    yield from _unique(rows, ("legal_basis", "kind"), "Den samme tilbudstype og art står i to rækker.")
    for row, pointer in rows:
        yield from _chosen_basis(row.get("legal_basis"), f"{pointer}/legal_basis", place)


def _positions_use_staff_groups(data: Row, place: Place) -> Iterator[Finding]:
    employed = texts(place.context.step("staff-groups").get("staff_groups"))
    rows = list(_rows(data, "positions", place))
    yield from _unique(rows, ("staff_group",), "Den samme faggruppe står i to rækker.")
    for row, pointer in rows:
        group = row.get("staff_group")
        if group and group not in employed:
            detail = "Faggruppen er ikke valgt på trinnet Faggrupper."
            yield Finding(f"{pointer}/staff_group", Code.NOT_AMONG, detail)


OF_TILBUD: RulesOfSteps = {
    "company": (_primary_is_chosen, _periods_are_sound),
    "contact": (_address_belongs_together,),
    "accreditation": (_accreditation_dates,),
    "annual-report": (_report_year_is_over, _result_fits_its_kind),
    "budget": (_budget_year_is_near, _budget_schema_fits_operator, _audit_is_not_in_future),
    "departments": (_department_ids_differ, _departments_use_chosen_bases, _department_addresses_belong_together),
    "target-groups": (_packages_are_sound,),
    "interventions": (_interventions_name_packages,),
    "places": (_vacancies_fit_places, _distribution_adds_up),
    "staffing": (_positions_use_staff_groups,),
}

# A kind without an entry has no rules across answers.
RULES: Registry[RulesOfSteps] = Registry(tilbud=OF_TILBUD)


def broken_rules(kind: str, step: str, data: Row, place: Place) -> Iterator[Finding]:
    """Every finding of the rules of that step in that kind of form."""
    rules = RULES.find(kind) or {}
    for rule in rules.get(step, ()):
        yield from rule(data, place)


def operator_kind(context: Context) -> str | None:
    """Who operates the tilbud by the reported data: municipal, regional or private; None while unknown."""
    return text(context.step(COMPANY).get("operator_kind"))


def departments(context: Context) -> tuple[str, ...]:
    """The ids of the reported departments."""
    return department_ids(context.step(DEPARTMENTS))


def text(value: object) -> str | None:
    """The value when it is a text that says something, else None."""
    return value if isinstance(value, str) and value else None


def texts(value: object) -> tuple[str, ...]:
    """The texts of a list; () for anything else."""
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def mappings(value: object) -> tuple[Row, ...]:
    """The objects of a list; () for anything else."""
    return tuple(each for each in value if isinstance(each, Mapping)) if isinstance(value, list) else ()


def _is_row(value: object) -> TypeGuard[Row]:
    return isinstance(value, Mapping)


def number(value: object, otherwise: float = 0) -> float:
    """The number, or `otherwise` when it is none."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else otherwise


def _rows(data: Row, field: str, place: Place) -> Iterator[tuple[Row, str]]:
    for index, row in enumerate(mappings(data.get(field))):
        yield row, f"{place.pointer}/{field}/{index}"


def _chosen_basis(basis: object, pointer: str, place: Place) -> Iterator[Finding]:
    if basis and basis not in texts(place.context.step("company").get("legal_bases")):
        yield Finding(pointer, Code.NOT_AMONG, "Tilbudstypen er ikke valgt på trinnet Virksomhedsoplysninger.")


def _unique(rows: Iterable[tuple[Row, str]], keys: tuple[str, ...], detail: str) -> Iterator[Finding]:
    seen: set[tuple[str, ...]] = set()
    for row, pointer in rows:
        value = tuple(str(row.get(key)) for key in keys if row.get(key) is not None)
        if len(value) == len(keys) and value in seen:
            yield Finding(f"{pointer}/{keys[-1]}", Code.NOT_UNIQUE, detail)
        seen.add(value)
