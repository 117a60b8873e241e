"""What identifies a tilbud and decides its authority, read from its row and from what is reported."""

from collections.abc import Mapping
from typing import Any

from contracts.events import CaseApproved
from contracts.events.parties import Address, Operator, OperatorKind, Person, TilbudFacts
from reporting.subjects.models import Tilbud

Data = dict[str, Any]
COMPANY = "company"
CONTACT = "contact"
AGREEMENTS = "agreements"


def created_facts(tilbud: Tilbud) -> TilbudFacts:
    """Return what identifies ``tilbud`` by its row: as created, or as last approved."""
    return TilbudFacts(
        name=tilbud.name,
        operator=Operator(
            cvr=tilbud.cvr,
            name=tilbud.company_name or "",
            kind=OperatorKind(tilbud.operator_kind),
            municipality=tilbud.operator_municipality,
            region=tilbud.operator_region,
        ),
        address=Address.model_validate(tilbud.address),
        primary_legal_basis=tilbud.primary_legal_basis,
        legal_bases=tilbud.legal_bases,
    )


def reported_facts(tilbud: Tilbud, steps: Mapping[str, Data]) -> TilbudFacts:
    """Return what identifies the tilbud by the reported steps; they must be complete."""
    contact, company_step = steps[CONTACT], steps[COMPANY]
    return TilbudFacts(
        name=contact["name"],
        operator=Operator(
            cvr=tilbud.cvr,
            name=tilbud.company_name or "",
            kind=OperatorKind(company_step["operator_kind"]),
            municipality=company_step.get("operator_municipality"),
            region=company_step.get("operator_region"),
        ),
        address=Address.model_validate(contact["address"]),
        primary_legal_basis=company_step["primary_legal_basis"],
        legal_bases=company_step["legal_bases"],
    )


def reported_people(steps: Mapping[str, Data]) -> tuple[Person, Person | None]:
    """Return the leader and the contact person of the reported steps; they must be complete."""
    contact = steps[CONTACT]
    return _person(contact["leader"]), _person(contact["contact_person"]) if _is_named(contact) else None


def origin(tilbud: Tilbud) -> dict[str, Data]:
    """Return what the authority typed at the creation, as the first answers of the form (R30)."""
    company_step = {
        "legal_bases": tilbud.legal_bases,
        "primary_legal_basis": tilbud.primary_legal_basis,
        "operator_kind": tilbud.operator_kind,
        "operator_municipality": tilbud.operator_municipality,
        "operator_region": tilbud.operator_region,
    }
    contact_step = {
        "name": tilbud.name,
        "address": tilbud.address,
        "leader": tilbud.leader,
        "contact_person": tilbud.contact,
    }
    return {COMPANY: _without_none(company_step), CONTACT: _without_none(contact_step)}


def fixed(tilbud: Tilbud) -> dict[str, Data]:
    """Return the values that the portal fills in and nobody types (R40); not what no register has answered yet."""
    company_step = {
        "tilbud_id": tilbud.id,
        "cvr": tilbud.cvr,
        "company_name": tilbud.company_name,
        "company_form": tilbud.company_form,
    }
    return {COMPANY: _without_none(company_step)}


def looked_up(tilbud: Tilbud, step: str, data: Data) -> Data:
    """Return what the registers said of what is typed in ``step``: who has the EAN number (R42)."""
    if step != AGREEMENTS or not data.get("ean"):
        return {}
    return _without_none({"ean_name": tilbud.ean_owners.get(data["ean"])})


def apply_contact(tilbud: Tilbud, approval: CaseApproved) -> None:
    """Let the row of ``tilbud`` say what was approved in the step ``contact``."""
    tilbud.name = approval.tilbud.name
    tilbud.address = approval.tilbud.address.model_dump()
    tilbud.leader = approval.leader.model_dump()
    tilbud.contact = approval.contact.model_dump() if approval.contact else None


def apply_company(tilbud: Tilbud, approval: CaseApproved) -> None:
    """Let the row of ``tilbud`` say what was approved in the step ``company``."""
    facts = approval.tilbud
    tilbud.operator_kind = facts.operator.kind.value
    tilbud.operator_municipality = facts.operator.municipality
    tilbud.operator_region = facts.operator.region
    tilbud.primary_legal_basis = facts.primary_legal_basis
    tilbud.legal_bases = list(facts.legal_bases)


def _person(data: Data) -> Person:
    return Person(name=data["name"], email=data["email"], phone=data.get("phone") or "")


def _is_named(contact: Data) -> bool:
    person: Any = contact.get("contact_person")
    return isinstance(person, dict) and bool(person.get("name"))


def _without_none(data: Data) -> Data:
    return {name: value for name, value in data.items() if value is not None}
