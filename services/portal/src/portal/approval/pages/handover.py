"""Change of authority: to whom a subject can go and why, and taking it back (R127, R128)."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from chassis.errors import FieldError
from contracts.access import Privilege
from portal.clients import Refused, ServiceClient, segment
from portal.dependencies import ID_PATTERN, database_of, service_client
from portal.form.controls import SummaryLine
from portal.form.form_data import FormData
from portal.kinds import KINDS, ListedKind
from portal.overview.queries import name_of
from portal.rendering import page, page_router, see_other
from portal.sessions.access import AuthorityChanger
from portal.sessions.submitted_form import TypedForm
from portal.sessions.visitor import Visitor

Json = dict[str, Any]
STATUS = {"invalid": 422, "handover-pending": 409, "authority-changed": 409, "idempotency-mismatch": 409}
# So few fit on a page with their reasons; of more the kommuner go into a list.
FEW = 10
ANOTHER = "kommune"
# A handover is settled in a moment, unless a service is away.
ATTEMPTS, PAUSE_SECONDS = 6, 0.3


def create_routers() -> tuple[APIRouter, ...]:
    """Return the pages of each kind that can be handed over."""
    return tuple(_router_of(kind) for kind in KINDS if kind.events.handover_requested)


def _router_of(kind: ListedKind) -> APIRouter:
    router = page_router(f"{kind.approve_base}/{{{kind.id_field}}}/myndighed")
    subject = Annotated[str, Path(alias=kind.id_field, pattern=ID_PATTERN)]

    @router.get("", description=f"Show who supervises a {kind.id}, to whom it can go, and why.")
    async def show(request: Request, visitor: AuthorityChanger, subject_id: subject) -> Response:
        return await _show(request, kind, visitor, subject_id, FormData({}), [], 200)

    @router.post("", description=f"Hand a {kind.id} over with all own current cases.")
    async def hand_over(request: Request, visitor: AuthorityChanger, subject_id: subject, form: TypedForm) -> Response:
        to = form.text(ANOTHER) if form.text("to") == ANOTHER else form.text("to")
        body = {"to": to, "reason": form.text("reason") or None}
        return await _ask(request, kind, visitor, subject_id, form, "handover", body)

    @router.post("/tilbage", description=f"Take a {kind.id} back that one has handed over.")
    async def take_back(request: Request, visitor: AuthorityChanger, subject_id: subject, form: TypedForm) -> Response:
        body = {"reason": form.text("reason") or None}
        return await _ask(request, kind, visitor, subject_id, form, "take-back", body)

    @router.get("/{handover_id}", description="Show whether a handover has come about.")
    async def show_handover(
        request: Request,
        visitor: AuthorityChanger,
        subject_id: subject,
        handover_id: Annotated[str, Path(pattern=ID_PATTERN)],
    ) -> Response:
        handover = await _settled(service_client(request, visitor), handover_id)
        return page(
            request,
            "approval/handover-receipt.html",
            **await _identity(request, kind, subject_id),
            handover=handover,
        )

    return router


async def _ask(
    request: Request,
    kind: ListedKind,
    visitor: Visitor,
    subject_id: str,
    form: FormData,
    act: str,
    body: Json,
) -> Response:
    if form.is_unconfirmed:
        return await _show(request, kind, visitor, subject_id, form, [], 200)
    missing = _missing(body)
    if missing:
        return await _show(request, kind, visitor, subject_id, form, missing, 422)
    path = f"/v1/{kind.id}/{segment(subject_id)}/{act}"
    try:
        accepted = await service_client(request, visitor).post("jurisdiction", path, body, command=form.command)
    except Refused as refusal:
        if refusal.slug not in STATUS:
            raise
        return await _show(request, kind, visitor, subject_id, form, refusal.reasons, STATUS[refusal.slug])
    return see_other(f"{kind.approve_base}/{subject_id}/myndighed/{segment(accepted.body['id'])}")


def _missing(body: Json) -> list[FieldError]:
    texts = {"to": "Vælg, hvilken myndighed der skal have tilsynet.", "reason": "Skriv, hvorfor tilsynet skifter."}
    return [FieldError(f"/{name}", "missing", text) for name, text in texts.items() if name in body and not body[name]]


async def _settled(services: ServiceClient, handover_id: str) -> Json:
    for attempt in range(ATTEMPTS):
        found: Json = (await services.get("jurisdiction", f"/v1/handovers/{segment(handover_id)}")).body
        if found["state"] != "pending" or attempt == ATTEMPTS - 1:
            break
        await asyncio.sleep(PAUSE_SECONDS)
    return found


async def _show(
    request: Request,
    kind: ListedKind,
    visitor: Visitor,
    subject_id: str,
    form: FormData,
    errors: list[FieldError],
    status: int,
) -> Response:
    services, base = service_client(request, visitor), f"/v1/{kind.id}/{segment(subject_id)}"
    options, authority = await asyncio.gather(
        services.get("jurisdiction", f"{base}/handover-options"), services.get("jurisdiction", f"{base}/authority")
    )
    near, kommuner = _split(options.body["items"])
    by_field = {error.pointer.removeprefix("/"): error.detail for error in errors}
    own = visitor.principal.scopes(Privilege.CHANGE_AUTHORITY)
    return page(
        request,
        "approval/handover.html",
        status=status,
        **await _identity(request, kind, subject_id),
        authority=authority.body,
        near=near,
        kommuner=kommuner,
        another=ANOTHER,
        may_take_back=bool(own & set(authority.body["givers"])),
        form=form,
        errors=by_field,
        lines=[SummaryLine(text, f"#{name}" if name in {"to", "reason"} else None) for name, text in by_field.items()],
    )


def _split(options: list[Json]) -> tuple[list[Json], list[Json]]:
    """Return the options that are shown with their reasons, and the kommuner that a list is chosen from."""
    if len(options) <= FEW:
        return options, []
    first = next((each for each in options if each["authority"].startswith("kommune-")), None)
    kommuner = [each for each in options if each["authority"].startswith("kommune-") and each is not first]
    return [each for each in options if each not in kommuner], kommuner


async def _identity(request: Request, kind: ListedKind, subject_id: str) -> Json:
    async with database_of(request).read() as session:
        name = await name_of(session, kind.id, subject_id)
    return {"kind": kind, "subject_id": subject_id, "name": name}
