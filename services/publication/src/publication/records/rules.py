"""When a tilbud is public, and what its public record says (R83, R84, R88, R89). Pure, from state to record."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from chassis.clock import day_of
from contracts.access import OFFICER_PRIVILEGES, Privilege, ScopedRight, employer_cvr
from contracts.events.approval import TilsynPublished
from contracts.events.publication import PublicAuthority, PublicDepartment, PublicSanction, PublicTilbud, PublicTilsyn
from contracts.events.reporting import DepartmentVacancies
from contracts.form import (
    FormDefinition,
    department_ids,
    fast_lane_fields,
    form,
    hides_address,
    mandatory_keys,
    parse_key,
    public_data,
    step_keys,
    without_address,
)
from contracts.reference import authority_name, find_municipality
from contracts.sanctions import DAY, SanctionKind, Supervision, next_change
from contracts.tilsyn import counts
from contracts.vacancies import FIGURES
from publication.records.confirmations import confirmations, pointer_of
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
    """Return the first day after ``day`` on which the record changes without any fact; None when it does not.

    An intensified tilsyn begins or ends, or a deadline has passed.
    """
    deadlines = [each.deadline for each in supervision_of(state, day).in_force if each.deadline and not each.overdue]
    days = [next_change(_tilsyn(state), _ceased_on(state), after=day), *(each + DAY for each in deadlines)]
    return min((each for each in days if each), default=None)


def _tilsyn(state: TilbudState) -> list[TilsynPublished]:
    tilsyn, assigned = state.tilsyn.values(), state.authority
    if assigned is None:
        return list(tilsyn)
    kinds, since = assigned.approving_kinds, assigned.approving_since
    return [each for each in tilsyn if counts(each.authority, each.decided_on, kinds, since)]


def _ceased_on(state: TilbudState) -> date | None:
    return state.cessation.ceased_on if state.cessation else None


def is_address_hidden(state: TilbudState) -> bool:
    """Return whether the address of a tilbud is a secret, whether the tilbud is public or not."""
    return hides_address({key: step.data for key, step in state.steps.items()})


def first_form(state: TilbudState) -> FormDefinition | None:
    """Return the form of the day of the first approval, which says what is mandatory; None before it."""
    company = state.steps.get("company")
    if company is None or state.first_approval is None:
        return None
    return _form(company.data, state.first_approval.approved_at)


def missing_keys(state: TilbudState) -> list[str] | None:
    """Return the mandatory steps without approved content, by their keys; None before it is known which those are."""
    definition = first_form(state)
    if definition is None:
        return None
    return [key for key in mandatory_keys(definition, _departments(state)) if key not in state.steps]


def _departments(state: TilbudState) -> tuple[str, ...]:
    step = state.steps.get("departments")
    return department_ids(step.data) if step else ()


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
        return None if missing_keys(state) != [] else cls(state, latest_approval, _departments(state))

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
        reported = report.of(department) if report else None
        if report is None or reported is None or report.time_of(reported) <= step.submitted_at:
            return {}
        allowed = fast_lane_fields(definition, "places")
        values = _values(reported)
        newer = {name: value for name, value in values.items() if name in allowed and step.data.get(name) != value}
        if (department in self.departments) if department else not self.departments:
            pointer = pointer_of(f"places/{department}" if department else "places")
            self.not_approved_yet += [f"{pointer}/{name}" for name in newer]
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
            # The register of companies gives an address for each number.
            operator_cvr=(operator.cvr or None) if operator and not self.hidden else None,
            operator_kind=str(company.get("operator_kind", operator.kind if operator else "")),
            primary_legal_basis=company["primary_legal_basis"],
            legal_bases=company["legal_bases"],
            municipality=code,
            region=region_of(code),
            steps=self._whole_steps(),
            departments=[self._department(row, code) for row in self._rows()],
            tilsyn=_public_tilsyn(deciding),
            orders=_sanctions(supervision, SanctionKind.ORDER),
            conditions=_sanctions(supervision, SanctionKind.CONDITION),
            intensified=supervision.intensified,
            announced=supervision.announced_periods,
            marking=self.state.sample.marking if self.state.sample else None,
            address_hidden=self.hidden,
            approved_at=self.approved_at,
            confirmed_at=self._confirmed_at(),
            confirmed=self._confirmed(),
            not_approved_yet=sorted(self.not_approved_yet),
        )

    def _whole_steps(self) -> dict[str, dict[str, Any]]:
        """Return the steps of the tilbud itself; what stands for each department is not repeated here."""
        return {key: self.parts[key] for key in self._keys() if "/" not in key}

    def _keys(self) -> list[str]:
        """Return the keys of the approved steps that are shown, in the order of the form."""
        definition = _form(self.state.steps["company"].data, self.approved_at)
        return [key for key in step_keys(definition, self.departments) if key in self.parts]

    def _confirmed(self) -> dict[str, datetime]:
        shown = {key: self.state.steps[key] for key in self._keys()}
        fast = {}
        for key, step in shown.items():
            name, _ = parse_key(key)
            definition = _form(self.state.steps["company"].data, step.approved_at)
            if name in definition.step_ids:
                lane = fast_lane_fields(definition, name)
                fast[key] = tuple(each for each in lane if self.parts[key].get(each) is not None)
        return confirmations(shown, self.state.vacancies, fast)

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
    values = reported.model_dump(include=set(FIGURES))
    return {name: value for name, value in values.items() if value is not None}


def _sanctions(supervision: Supervision, kind: SanctionKind) -> list[PublicSanction]:
    return [
        PublicSanction(id=each.id, text=each.text or "", deadline=each.deadline, overdue=each.overdue)
        for each in supervision.in_force
        if each.kind is kind
    ]


def hidden_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored record as it is when the address was a secret: so of a past version."""
    steps = {name: _without_place(step) for name, step in record["steps"].items()}
    shown = {name: value for name, value in record.items() if name != "operator_cvr"}
    return {**shown, "steps": steps, "address_hidden": True}


def _without_place(data: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out all that leads to the address; the register of companies gives one for a CVR number and a P-number."""
    shown = without_address(data)
    for number in ("cvr", "p_number"):
        shown.pop(number, None)
    rows = shown.get("departments")
    if isinstance(rows, list):
        shown["departments"] = [{key: value for key, value in row.items() if key != "p_number"} for row in rows]
    return shown


def _public_tilsyn(tilsyn: TilsynPublished) -> PublicTilsyn:
    return PublicTilsyn.model_validate(tilsyn.model_dump(by_alias=True))


def authority_of(state: TilbudState) -> str:
    """Return who supervises, by id; until that is known, the authority that approved last, or nobody."""
    assigned = state.authority or state.latest_approval
    return assigned.authority if assigned else ""


def may_see_conditions(state: TilbudState, rights: Iterable[ScopedRight], cvr: str) -> bool:
    """Return whether somebody may see why a tilbud is not public: who runs it, who supervises it, and the operator.

    ``rights`` and ``cvr`` are those of the token.
    """
    own = list(rights)
    if any(right.privilege == Privilege.RUN_OPERATIONS for right in own):
        return True
    authority, operator = authority_of(state), state.operator
    supervises = any(each.privilege in OFFICER_PRIVILEGES and each.scope in {authority, "*"} for each in own)
    employer = employer_cvr(own, cvr)
    return (supervises and authority != "") or (operator is not None and employer == operator.operator.cvr != "")


def _authority(state: TilbudState) -> PublicAuthority:
    identifier = authority_of(state)
    return PublicAuthority(id=identifier, name=authority_name(identifier))


def region_of(code: str) -> str | None:
    """Return the region of a municipality; None where the municipality has none or is unknown."""
    found = find_municipality(code)
    return found.region if found else None
