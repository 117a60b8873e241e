"""When a tilbud is public, and what its public record says: pure, from what is known to what is shown."""

from collections.abc import Mapping
from datetime import date, datetime
from itertools import chain
from typing import Any

from chassis.clock import day_of
from contracts import tilsyn
from contracts.events.approval import TilsynDecision, TilsynPublished
from contracts.events.publication import PublicAuthority, PublicDepartment, PublicTilbud, PublicTilsyn
from contracts.events.reporting import DepartmentVacancies
from contracts.form import (
    FormDefinition,
    department_ids,
    fast_lane_fields,
    form,
    hides_address,
    mandatory_keys,
    public_data,
    step_keys,
    without_address,
)
from contracts.reference import authority, municipality
from publication.facts import ApprovedStep, Known


def latest_deciding_tilsyn(known: Known) -> TilsynPublished | None:
    """Return the tilsyn that decides: highest ``decided_on``, on the same day the one accepted last.

    A visit without a decision changes no approval, so it is not asked.
    """
    deciding = [each for each in known.tilsyn.values() if each.decision is not TilsynDecision.NO_DECISION]
    return max(deciding, key=_age, default=None)


def has_ceased(known: Known) -> bool:
    """Return whether the tilbud is closed for good (row 99)."""
    ceased_on = known.cessation.ceased_on if known.cessation else None
    return tilsyn.has_ceased(ceased_on, map(tilsyn.Assessed.of, known.tilsyn.values()))


def public_record(tilbud_id: str, known: Known) -> PublicTilbud | None:
    """Return the public record of a tilbud, with version 0, or None when it is not public (row 83).

    What takes a tilbud off the search is asked first and needs nothing else: removal never waits.
    """
    deciding = latest_deciding_tilsyn(known)
    if has_ceased(known) or deciding is None or not deciding.decision.positive or known.latest is None:
        return None
    shown = _Shown.of(known)
    return shown.record(tilbud_id, deciding) if shown else None


class _Shown:
    """The approved content of a tilbud that has all its mandatory steps, cut down to what the public may see."""

    def __init__(self, known: Known, departments: tuple[str, ...]) -> None:
        self.known = known
        self.departments = departments
        self.hidden = hides_address({key: step.data for key, step in known.steps.items()})
        self.not_approved_yet: list[str] = []
        self.parts = {key: self._part(key, step) for key, step in known.steps.items()}

    @classmethod
    def of(cls, known: Known) -> "_Shown | None":
        """Return None while a mandatory step has no approved content."""
        company = known.steps.get("company")
        if company is None or known.first is None:
            return None
        listed = known.steps.get("departments")
        departments = department_ids(listed.data) if listed else ()
        asked = _form(company.data, known.first.approved_at)
        missing = [key for key in mandatory_keys(asked, departments) if key not in known.steps]
        return None if missing else cls(known, departments)

    def _part(self, key: str, step: ApprovedStep) -> dict[str, Any]:
        name, _, department = key.partition("/")
        definition = _form(self.known.steps["company"].data, step.approved_at)
        if name not in definition.step_ids:
            return {}
        data = public_data(definition, name, step.data)
        if name == "places":
            data |= self._fast_lane(definition, department or None, step)
        return without_place(data) if self.hidden else data

    def _fast_lane(self, definition: FormDefinition, department: str | None, step: ApprovedStep) -> dict[str, Any]:
        """Return what was reported after the approved content was sent; it is marked as not approved yet."""
        told = self.known.vacancies
        if told is None or told.changed_at <= step.submitted_at:
            return {}
        reported = next((_values(each) for each in told.departments if each.department_id == department), {})
        allowed = fast_lane_fields(definition, "places")
        news = {name: value for name, value in reported.items() if name in allowed and step.data.get(name) != value}
        place = f"/departments/{department}/steps" if department else "/steps"
        if (department in self.departments) if department else not self.departments:
            self.not_approved_yet += [f"{place}/places/{name}" for name in news]
        return news

    def record(self, tilbud_id: str, deciding: TilsynPublished) -> PublicTilbud:
        company, contact = self.parts["company"], self.parts["contact"]
        code = str(contact["address"]["municipality"])
        visits = _since(self.known, deciding)
        intensified = [each.intensified for each in visits if each.intensified]
        operator = self.known.operator.operator if self.known.operator else None
        return PublicTilbud(
            id=tilbud_id,
            name=contact["name"],
            version=0,
            authority=_authority(self.known),
            operator_name=operator.name if operator else str(company.get("company_name", "")),
            operator_kind=str(company.get("operator_kind", operator.kind if operator else "")),
            primary_legal_basis=company["primary_legal_basis"],
            legal_bases=company["legal_bases"],
            municipality=code,
            region=_region(code),
            steps=self._whole_steps(),
            departments=[self._department(row, code) for row in self._rows()],
            tilsyn=_public_tilsyn(deciding),
            orders=list(chain.from_iterable(each.orders for each in visits)),
            conditions=list(chain.from_iterable(each.conditions for each in visits)),
            intensified=intensified[-1] if intensified else None,
            address_hidden=self.hidden,
            approved_at=self._approved_at(),
            confirmed_at=self._confirmed_at(),
            not_approved_yet=sorted(self.not_approved_yet),
        )

    def _whole_steps(self) -> dict[str, dict[str, Any]]:
        """Return the steps of the tilbud itself; what stands for each department is not repeated here."""
        definition = _form(self.known.steps["company"].data, self._approved_at())
        keys = [key for key in step_keys(definition, self.departments) if "/" not in key]
        return {key: self.parts[key] for key in keys if key in self.parts}

    def _rows(self) -> list[Mapping[str, Any]]:
        rows = self.parts["departments"].get("departments") or []
        return [row for row in rows if row["id"] in self.departments]

    def _department(self, row: Mapping[str, Any], code: str) -> PublicDepartment:
        department = str(row["id"])
        steps = {key.partition("/")[0]: part for key, part in self.parts.items() if key.endswith(f"/{department}")}
        address = row.get("address") or {}
        return PublicDepartment(
            id=department,
            name=row["name"],
            municipality=address.get("municipality") or code,
            legal_bases=row.get("legal_bases") or [],
            steps=dict(sorted(steps.items())),
        )

    def _approved_at(self) -> datetime:
        if self.known.latest is None:
            raise ValueError("nothing is approved")
        return self.known.latest.approved_at

    def _confirmed_at(self) -> datetime:
        told = self.known.vacancies
        return max(self._approved_at(), told.changed_at) if told else self._approved_at()


def _form(company: Mapping[str, Any], moment: datetime) -> FormDefinition:
    return form(company["primary_legal_basis"], day_of(moment), company["legal_bases"])


def _values(told: DepartmentVacancies) -> dict[str, Any]:
    values: dict[str, Any] = {"vacancies": told.vacancies}
    if told.waiting_time_weeks is not None:
        values["waiting_time_weeks"] = told.waiting_time_weeks
    return values


def without_place(data: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out all that leads to the address; the register of companies gives the address of a P-number."""
    bare = without_address(data)
    bare.pop("p_number", None)
    rows = bare.get("departments")
    if isinstance(rows, list):
        bare["departments"] = [{key: value for key, value in row.items() if key != "p_number"} for row in rows]
    return bare


def _age(tilsyn: TilsynPublished) -> tuple[date, int, str]:
    return tilsyn.decided_on, tilsyn.accepted_number, tilsyn.tilsyn_id


def _since(known: Known, deciding: TilsynPublished) -> list[TilsynPublished]:
    """Return the deciding tilsyn and the visits after it, oldest first: their sanctions are in force."""
    return sorted((each for each in known.tilsyn.values() if _age(each) >= _age(deciding)), key=_age)


def _public_tilsyn(tilsyn: TilsynPublished) -> PublicTilsyn:
    return PublicTilsyn.model_validate(tilsyn.model_dump(by_alias=True))


def _authority(known: Known) -> PublicAuthority:
    """Return who supervises; until that is told, the authority that approved last."""
    told = known.authority or known.latest
    identifier = told.authority if told else ""
    try:
        return PublicAuthority(id=identifier, name=authority(identifier).name)
    except KeyError:
        return PublicAuthority(id=identifier, name=identifier)


def _region(code: str) -> str | None:
    try:
        return municipality(code).region
    except KeyError:
        return None
