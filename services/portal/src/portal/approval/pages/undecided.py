"""What no rule could place: the national operator reads why, and decides who is the authority (R64)."""

from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from chassis.clock import today
from chassis.errors import FieldError
from contracts.reference import AuthorityKind, authorities
from portal.clients import Refused, segment
from portal.dependencies import ID_PATTERN, Cursor, database_of, service_client
from portal.form.controls import SummaryLine
from portal.form.form_data import FormData
from portal.kinds import KINDS
from portal.overview.queries import name_of
from portal.rendering import page, page_router, see_other
from portal.sessions.access import Operator
from portal.sessions.submitted_form import TypedForm
from portal.sessions.visitor import Visitor

Json = dict[str, Any]
PATH = "/kraever-afgoerelse"
STATUS = {"invalid": 422, "conflict": 409, "idempotency-mismatch": 409}
GROUPS = {
    AuthorityKind.SOCIALTILSYN: "Socialtilsyn",
    AuthorityKind.REGION: "Regioner",
    AuthorityKind.KOMMUNE: "Kommuner",
}
MISSING = {
    "authority": "Vælg, hvilken myndighed der er den rette.",
    "reason": "Skriv, hvorfor det er denne myndighed.",
}

router: APIRouter = page_router(PATH)
UndecidedId = Annotated[str, Path(pattern=ID_PATTERN)]


@router.get("")
async def list_undecided(request: Request, visitor: Operator, cursor: Cursor = "") -> Response:
    """List what waits for a decision, what has waited longest first."""
    params = {"cursor": cursor} if cursor else {}
    found = await service_client(request, visitor).get("jurisdiction", "/v1/undecided", params)
    names = [await _name_of(request, each) for each in found.body["items"]]
    return page(
        request,
        "approval/undecided-list.html",
        rows=list(zip(found.body["items"], names, strict=True)),
        total=found.body["total"],
        next=found.body["next"],
        base=PATH,
    )


@router.get("/{undecided_id}")
async def show_undecided(request: Request, visitor: Operator, undecided_id: UndecidedId) -> Response:
    """Show what waits for a decision and why, or what was decided."""
    return await _show(request, visitor, undecided_id, FormData({}), [], 200)


@router.post("/{undecided_id}")
async def decide(request: Request, visitor: Operator, undecided_id: UndecidedId, form: TypedForm) -> Response:
    """Decide who is the authority."""
    if form.is_unconfirmed:
        return await _show(request, visitor, undecided_id, form, [], 200)
    body = {name: form.text(name) for name in MISSING}
    missing = [FieldError(f"/{name}", "missing", MISSING[name]) for name, value in body.items() if not value]
    if missing:
        return await _show(request, visitor, undecided_id, form, missing, 422)
    try:
        path = f"/v1/undecided/{segment(undecided_id)}"
        await service_client(request, visitor).post("jurisdiction", path, body, command=form.command)
    except Refused as refusal:
        if refusal.slug not in STATUS:
            raise
        return await _show(request, visitor, undecided_id, form, refusal.reasons, STATUS[refusal.slug])
    return see_other(f"{PATH}/{segment(undecided_id)}")


async def _show(
    request: Request, visitor: Visitor, undecided_id: str, form: FormData, errors: list[FieldError], status: int
) -> Response:
    found = (await service_client(request, visitor).get("jurisdiction", f"/v1/undecided/{segment(undecided_id)}")).body
    by_field = {error.pointer.removeprefix("/"): error.detail for error in errors}
    return page(
        request,
        "approval/undecided.html",
        status=status,
        row=found,
        name=await _name_of(request, found),
        base=PATH,
        groups=_choices(),
        form=form,
        errors=by_field,
        lines=[SummaryLine(text, f"#{name}" if name in MISSING else None) for name, text in by_field.items()],
    )


def _choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return who can be chosen today, the socialtilsyn first."""
    order = list(GROUPS)
    ordered = sorted(
        (each for each in authorities() if each.holds(today())), key=lambda each: (order.index(each.kind), each.name)
    )
    return [
        (GROUPS[kind], [(each.id, each.name) for each in found])
        for kind, found in groupby(ordered, key=lambda each: each.kind)
    ]


async def _name_of(request: Request, row: Json) -> str:
    kind = KINDS[row["kind"]]
    async with database_of(request).read() as session:
        return await name_of(session, kind.id, row[kind.id_field])
