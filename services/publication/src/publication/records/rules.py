"""When a tilbud is public, and what its public record says (R83, R84, R88, R89). Pure, from state to record."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from chassis.clock import day_of
from contracts.events.approval import TilsynPublished
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
from contracts.reference import authority_name, find_municipality
from contracts.sanctions import Supervision, next_change
from publication.records.state import Approval, ApprovedStep, TilbudState


def supervision_of(state: TilbudState, day: date) -> Supervision:
    """Return what the tilsyn of a tilbud say about it on the Danish ``day``: approval and sanctions."""
    return Supervision.on(day, _tilsyn(state), _ceased_on(state))


def public_record(tilbud_id: str, state: TilbudState, day: date) -> PublicTilbud | None:
    """Return the public record of a tilbud on a Danish day, with version 0, or None when it is not public (R83).

    What takes a tilbud off the search is looked at first and needs nothing else: removal never waits.
    """
    supervision = supervision_of(state, day)
    if not supervision.is_approved or supervision.deciding is None or state.latest_approval is None:
        return None
    content = _PublicContent.of(state, state.latest_approval)
    return content.record(tilbud_id, supervision, supervision.deciding) if content else None


def next_change_on(state: TilbudState, day: date) -> date | None:
    """Return the first day after ``day`` on which the record changes without any fact; None when it does not."""
    return next_change(_tilsyn(state), _ceased_on(state), after=day)


def _tilsyn(state: TilbudState) -> list[TilsynPublished]:
    return list(state.tilsyn.values())


def _ceased_on(state: TilbudState) -> date | None:
    return state.cessation.ceased_on if state.cessation else None


def is_address_hidden(state: TilbudState) -> bool:
    """Return whether the address of a tilbud is a secret, whether the tilbud is public or not."""
    return hides_address({key: step.data for key, step in state.steps.items()})


class _PublicContent:
    """The approved content of a tilbud that has all its mandatory steps, cut down to what the public may see."""

    def __init__(self, state: TilbudState, latest_approval: Approval, departments: tuple[str, ...]) -> None:
        self.state = state
        self.approved_at = latest_approval.approved_at
        self.departments = departments
        self.hidden = is_address_hidden(state)
        self.not_approved_yet: list[str] = []
        self.parts = {key: self._part(key, step) for key, step in state.steps.items()}

    @classmethod
    def of(cls, state: TilbudState, latest_approval: Approval) -> "_PublicContent | None":
        """Return None while a mandatory step has no approved content."""
        company = state.steps.get("company")
        if company is None or state.first_approval is None:
            return None
        step = state.steps.get("departments")
        departments = department_ids(step.data) if step else ()
        definition = _form(company.data, state.first_approval.approved_at)
        missing = [key for key in mandatory_keys(definition, departments) if key not in state.steps]
        return None if missing else cls(state, latest_approval, departments)

    def _part(self, key: str, step: ApprovedStep) -> dict[str, Any]:
        name, _, department = key.partition("/")
        definition = _form(self.state.steps["company"].data, step.approved_at)
        if name not in definition.step_ids:
            return {}
        data = public_data(definition, name, step.data)
        if name == "places":
            data |= self._fast_lane(definition, department or None, step)
        return _without_place(data) if self.hidden else data

    def _fast_lane(self, definition: FormDefinition, department: str | None, step: ApprovedStep) -> dict[str, Any]:
        """Return what was reported after the approved content was sent; it is marked as not approved yet."""
        report = self.state.vacancies
        if report is None or report.changed_at <= step.submitted_at:
            return {}
        reported = next((_values(each) for each in report.departments if each.department_id == department), {})
        allowed = fast_lane_fields(definition, "places")
        newer = {name: value for name, value in reported.items() if name in allowed and step.data.get(name) != value}
        pointer = f"/departments/{department}/steps" if department else "/steps"
        if (department in self.departments) if department else not self.departments:
            self.not_approved_yet += [f"{pointer}/places/{name}" for name in newer]
        return newer

    def record(self, tilbud_id: str, supervision: Supervision, deciding: TilsynPublished) -> PublicTilbud:
        company, contact = self.parts["company"], self.parts["contact"]
        code = str(contact["address"]["municipality"])
        operator = self.state.operator.operator if self.state.operator else None
        return PublicTilbud(
            id=tilbud_id,
            name=contact["name"],
            version=0,
            authority=_authority(self.state),
            operator_name=operator.name if operator else str(company.get("company_name", "")),
            operator_kind=str(company.get("operator_kind", operator.kind if operator else "")),
            primary_legal_basis=company["primary_legal_basis"],
            legal_bases=company["legal_bases"],
            municipality=code,
            region=region_of(code),
            steps=self._whole_steps(),
            departments=[self._department(row, code) for row in self._rows()],
            tilsyn=_public_tilsyn(deciding),
            orders=supervision.orders,
            conditions=supervision.conditions,
            intensified=supervision.intensified,
            announced=supervision.announced_periods,
            address_hidden=self.hidden,
            approved_at=self.approved_at,
            confirmed_at=self._confirmed_at(),
            not_approved_yet=sorted(self.not_approved_yet),
        )

    def _whole_steps(self) -> dict[str, dict[str, Any]]:
        """Return the steps of the tilbud itself; what stands for each department is not repeated here."""
        definition = _form(self.state.steps["company"].data, self.approved_at)
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

    def _confirmed_at(self) -> datetime:
        report = self.state.vacancies
        return max(self.approved_at, report.changed_at) if report else self.approved_at


def _form(company: Mapping[str, Any], moment: datetime) -> FormDefinition:
    return form(company["primary_legal_basis"], day_of(moment), company["legal_bases"])


def _values(reported: DepartmentVacancies) -> dict[str, Any]:
    values: dict[str, Any] = {"vacancies": reported.vacancies}
    if reported.waiting_time_weeks is not None:
        values["waiting_time_weeks"] = reported.waiting_time_weeks
    return values


def hidden_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored record as it is when the address was a secret: so of a past version."""
    steps = {name: _without_place(step) for name, step in record["steps"].items()}
    return {**record, "steps": steps, "address_hidden": True}


def _without_place(data: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out all that leads to the address; the register of companies gives the address of a P-number."""
    shown = without_address(data)
    shown.pop("p_number", None)
    rows = shown.get("departments")
    if isinstance(rows, list):
        shown["departments"] = [{key: value for key, value in row.items() if key != "p_number"} for row in rows]
    return shown


def _public_tilsyn(tilsyn: TilsynPublished) -> PublicTilsyn:
    return PublicTilsyn.model_validate(tilsyn.model_dump(by_alias=True))


def _authority(state: TilbudState) -> PublicAuthority:
    """Return who supervises; until that is known, the authority that approved last."""
    assigned = state.authority or state.latest_approval
    identifier = assigned.authority if assigned else ""
    return PublicAuthority(id=identifier, name=authority_name(identifier))


def region_of(code: str) -> str | None:
    """Return the region of a municipality; None where the municipality has none or is unknown."""
    found = find_municipality(code)
    return found.region if found else None
