"""Creating a tilbud (R101, R103)."""

from typing import Any

from fastapi import Request
from starlette.responses import Response

from chassis.errors import FieldError
from contracts.addresses import municipality_typed
from contracts.reference import legal_bases, regions
from contracts.text import RefusedText
from contracts.vocabularies import vocabulary
from portal.clients import Refused, segment
from portal.dependencies import TilbudId, service_client
from portal.form.controls import SummaryLine
from portal.form.form_data import FormData
from portal.rendering import page, page_router, see_other
from portal.sessions.access import TilbudCreator
from portal.sessions.submitted_form import TypedForm

router = page_router("/opret")

STATUS = {
    "other-authority": 409,
    "invalid": 422,
    "conflict": 409,
    "no-authority-found": 422,
    "forbidden": 403,
    "idempotency-mismatch": 409,
}
# The field of the page for each value of the body: the pointers of the service's errors are looked up here.
FIELDS = {
    "/name": "name",
    "/address/street": "street",
    "/address/postcode": "postcode",
    "/address/city": "city",
    "/address/municipality": "municipality",
    "/operator/cvr": "cvr",
    "/operator/kind": "operator_kind",
    "/operator/municipality": "operator_municipality",
    "/operator/region": "operator_region",
    "/leader/name": "leader_name",
    "/leader/cpr": "leader_cpr",
    "/leader/email": "leader_email",
    "/leader/phone": "leader_phone",
    "/contact/name": "contact_name",
    "/contact/email": "contact_email",
    "/contact/phone": "contact_phone",
    "/primary_legal_basis": "primary_legal_basis",
    "/legal_bases": "legal_bases",
    "/confirmed_authority": "confirmed_authority",
}
POINTERS = {name: pointer for pointer, name in FIELDS.items()}
ALWAYS_REQUIRED = tuple(
    name
    for pointer, name in FIELDS.items()
    if not pointer.startswith(("/contact", "/confirmed", "/operator/mun", "/operator/reg"))
)
CONTACT = ("contact_name", "contact_email", "contact_phone")
MISSING = "Feltet skal udfyldes."


@router.get("")
async def new_tilbud(request: Request, _: TilbudCreator) -> Response:
    """Ask for a new tilbud."""
    return _show(request, FormData({}), [], 200)


@router.post("")
async def create(request: Request, visitor: TilbudCreator, form: TypedForm) -> Response:
    """Create the tilbud; nothing is created unless everything is there."""
    if form.is_unconfirmed:
        return _show(request, form, [], 200)
    wrong = [*_missing(form), *_unknown(form)]
    if wrong:
        return _show(request, form, wrong, 422)
    services = service_client(request, visitor)
    try:
        created = await services.post("reporting", "/v1/tilbud", _body(form), command=form.command)
    except Refused as refusal:
        if refusal.slug not in STATUS:
            raise
        right = refusal.members.get("authority")
        return _show(request, form, _reasons(refusal), STATUS[refusal.slug], right)
    tilbud_id = str(created.body["id"])
    if await services.find("reporting", f"/v1/tilbud/{segment(tilbud_id)}"):
        return see_other(f"/opret/kvittering/{segment(tilbud_id)}")
    # It has gone to the authority that was confirmed: nobody here can open it, and its id is said once.
    return page(request, "approval/created.html", tilbud=None, tilbud_id=tilbud_id)


@router.get("/kvittering/{tilbud_id}")
async def receipt(request: Request, visitor: TilbudCreator, tilbud_id: TilbudId) -> Response:
    """Show the new tilbuds-id."""
    found = await service_client(request, visitor).get("reporting", f"/v1/tilbud/{segment(tilbud_id)}")
    return page(request, "approval/created.html", tilbud=found.body, tilbud_id=tilbud_id)


def _reasons(refusal: Refused) -> list[FieldError]:
    if refusal.slug == "other-authority":
        return [FieldError("/confirmed_authority", refusal.slug, refusal.detail)]
    return refusal.reasons


def _missing(form: FormData) -> list[FieldError]:
    required = (
        list(ALWAYS_REQUIRED)
        + _required_of_operator(form)
        + (list(CONTACT) if form.text("other_contact") == "yes" else [])
    )
    return [FieldError(POINTERS[name], "missing", MISSING) for name in required if not form.texts(name)]


def _unknown(form: FormData) -> list[FieldError]:
    """Return where no kommune has what was typed for its name or code."""
    found = []
    for name in ("municipality", *_required_of_operator(form)):
        if name.endswith("municipality") and form.text(name):
            try:
                municipality_typed(form.text(name))
            except RefusedText as refusal:
                found.append(FieldError(POINTERS[name], refusal.code, refusal.detail))
    return found


def _required_of_operator(form: FormData) -> list[str]:
    kinds = {"municipal": ["operator_municipality"], "regional": ["operator_region"]}
    return kinds.get(form.text("operator_kind"), [])


def _body(form: FormData) -> dict[str, Any]:
    kind = form.text("operator_kind")
    return {
        "name": form.text("name"),
        "address": {
            **{name: form.text(name) for name in ("street", "postcode", "city")},
            "municipality": municipality_typed(form.text("municipality")),
        },
        "operator": {
            "cvr": form.text("cvr").replace(" ", ""),
            "kind": kind,
            "municipality": municipality_typed(form.text("operator_municipality")) if kind == "municipal" else None,
            "region": (form.text("operator_region") or None) if kind == "regional" else None,
        },
        "leader": {name: form.text(f"leader_{name}") for name in ("name", "cpr", "email", "phone")},
        "contact": _contact(form),
        "primary_legal_basis": form.text("primary_legal_basis"),
        "legal_bases": form.texts("legal_bases"),
        "confirmed_authority": form.text("confirmed_authority") or None,
    }


def _contact(form: FormData) -> dict[str, str] | None:
    if form.text("other_contact") != "yes":
        return None
    return {name: form.text(f"contact_{name}") for name in ("name", "email", "phone")}


def _show(
    request: Request,
    form: FormData,
    errors: list[FieldError],
    status: int,
    right: dict[str, str] | None = None,
) -> Response:
    by_field = {_field_of(error.pointer): error.detail for error in errors}
    lines = [_line(error) for error in errors]
    return page(
        request,
        "approval/create.html",
        status=status,
        form=form,
        errors=by_field,
        lines=lines,
        right=right,
        bases=[(each.id, each.label) for each in legal_bases() if not each.is_plejefamilie],
        regions=[(each.id, each.name) for each in regions()],
        kinds=[(each.id, each.label) for each in vocabulary("operator-kinds").terms],
    )


def _field_of(pointer: str) -> str:
    while pointer and pointer not in FIELDS:
        pointer = pointer.rpartition("/")[0]
    return FIELDS.get(pointer, "")


def _line(error: FieldError) -> SummaryLine:
    field = _field_of(error.pointer)
    text = f"{LABELS[field]}: {error.detail}" if field in LABELS else error.detail
    return SummaryLine(text, f"#{field}" if field else None)


LABELS = {
    "name": "Tilbuddets navn",
    "street": "Vej og husnummer",
    "postcode": "Postnummer",
    "city": "By",
    "municipality": "Kommune",
    "cvr": "CVR-nummer",
    "operator_kind": "Driftsform",
    "operator_municipality": "Kommune, der driver tilbuddet",
    "operator_region": "Region, der driver tilbuddet",
    "leader_name": "Lederens navn",
    "leader_cpr": "Lederens CPR-nummer",
    "leader_email": "Lederens e-mail",
    "leader_phone": "Lederens telefon",
    "contact_name": "Kontaktpersonens navn",
    "contact_email": "Kontaktpersonens e-mail",
    "contact_phone": "Kontaktpersonens telefon",
    "primary_legal_basis": "Primær tilbudstype",
    "legal_bases": "Tilbudstyper",
    "confirmed_authority": "Myndighed",
}
