"""Making a tilsyn, and correcting an own one, for a kommune or a region (R91 to R93, R98)."""

from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.responses import Response

from chassis.clock import today
from chassis.errors import FieldError, NotFound
from chassis.ids import uuid7
from contracts.access import Privilege
from contracts.vocabularies import vocabulary
from portal.clients import Refused, segment
from portal.dependencies import TilbudId, database_of, service_client
from portal.form.form_data import COMMAND, FormData
from portal.kinds import TILBUD
from portal.overview.models import Subject
from portal.overview.queries import find_subject, supervised_by
from portal.rendering import page, page_router, see_other
from portal.sessions.access import TilsynCreator
from portal.sessions.submitted_form import CSRF, TypedForm
from portal.sessions.visitor import Visitor
from portal.supervision.tilsyn_form import (
    NO,
    at_its_field,
    form_of,
    new_form,
    read_tilsyn,
    summary_lines,
    themes_on,
)

router = page_router("/tilsyn")

STATUS = {
    "invalid": 422,
    "tilsyn-not-valid": 422,
    "conflict": 409,
    "unknown-tilbud": 422,
    "foreign-tilbud": 422,
    "idempotency-mismatch": 409,
}
# What the buttons of the question say.
CONFIRMED, EDIT = "confirmed", "edit"


@dataclass(frozen=True)
class Writing:
    """A tilsyn that somebody writes: a new one of ``tilbud``, or the correction of ``tilsyn_id``."""

    tilbud: Subject
    tilsyn_id: str | None = None

    @property
    def path(self) -> str:
        """Return where its form is."""
        if self.tilsyn_id is None:
            return f"/tilsyn/opret/{self.tilbud.id}"
        return f"/tilsyn/ret/{self.tilbud.id}/{segment(self.tilsyn_id)}"

    @property
    def name(self) -> str:
        """Return what the tilbud is called."""
        return self.tilbud.name or self.tilbud.id


@router.get("/opret/{tilbud_id}")
async def new_tilsyn(request: Request, visitor: TilsynCreator, tilbud_id: TilbudId) -> Response:
    """Ask for a new tilsyn; of a tilbud that others supervise nothing is told."""
    return _form_page(request, await _writing(request, visitor, tilbud_id), new_form(today()))


@router.post("/opret/{tilbud_id}")
async def publish_tilsyn(request: Request, visitor: TilsynCreator, tilbud_id: TilbudId, form: TypedForm) -> Response:
    """Publish the tilsyn; "Nej" takes the tilbud off the public search and is asked about once more."""
    return await _publish(request, visitor, await _writing(request, visitor, tilbud_id), form)


@router.get("/ret/{tilbud_id}/{tilsyn_id}")
async def tilsyn_to_correct(
    request: Request, visitor: TilsynCreator, tilbud_id: TilbudId, tilsyn_id: TilbudId
) -> Response:
    """Show an own tilsyn in the form; one that was transferred is corrected where it comes from."""
    writing = await _writing(request, visitor, tilbud_id, tilsyn_id)
    wanted = {"authority": writing.tilbud.authority}
    found = await service_client(request, visitor).get("approval", f"/v1/tilsyn/{segment(tilsyn_id)}", wanted)
    if found.body["tilbud_id"] != tilbud_id or found.body["external"]:
        raise NotFound
    return _form_page(request, writing, form_of(found.body))


@router.post("/ret/{tilbud_id}/{tilsyn_id}")
async def publish_correction(
    request: Request, visitor: TilsynCreator, tilbud_id: TilbudId, tilsyn_id: TilbudId, form: TypedForm
) -> Response:
    """Publish the corrected tilsyn in the place of the version that was shown."""
    return await _publish(request, visitor, await _writing(request, visitor, tilbud_id, tilsyn_id), form)


async def _writing(request: Request, visitor: Visitor, tilbud_id: str, tilsyn_id: str | None = None) -> Writing:
    """Return what is written, if the visitor may create tilsyn with the tilbud; NotFound otherwise."""
    subject = await supervised_subject(request, visitor, tilbud_id)
    if subject is None:
        raise NotFound
    return Writing(subject, tilsyn_id)


async def supervised_subject(request: Request, visitor: Visitor, tilbud_id: str) -> Subject | None:
    """Return the tilbud if the visitor may create tilsyn with it."""
    authorities = visitor.principal.scopes(Privilege.CREATE_TILSYN)
    async with database_of(request).read() as session:
        return await find_subject(session, tilbud_id, supervised_by(TILBUD.id, authorities))


async def _publish(request: Request, visitor: Visitor, writing: Writing, form: FormData) -> Response:
    if form.is_unconfirmed or form.text("do") == EDIT:
        return _form_page(request, writing, form)
    errors: list[FieldError] = []
    tilsyn = read_tilsyn(form, errors)
    asks_first = form.text("decision") == NO and form.text("do") != CONFIRMED
    held_back = bool(errors) or asks_first
    if held_back:
        # Approval never publishes what has no decision: it only says what else is wrong, so that all is said at once.
        tilsyn["decision"] = None
    command = uuid7() if held_back else form.command
    status = 422
    try:
        body = {"tilbud_id": writing.tilbud.id, **_corrected(writing, form), **tilsyn}
        await service_client(request, visitor).post("approval", "/v1/tilsyn", body, command=command)
    except Refused as refusal:
        if refusal.slug not in STATUS:
            raise
        status = STATUS[refusal.slug]
        found = [at_its_field(each, tilsyn["themes"]) for each in refusal.reasons]
        errors += [each for each in found if not (held_back and each.pointer == "/decision")]
    if errors:
        return _form_page(request, writing, form, errors, status)
    return _question(request, writing, form) if asks_first else see_other(f"/tilsyn/tilbud/{writing.tilbud.id}")


def _corrected(writing: Writing, form: FormData) -> dict[str, Any]:
    """Return which version of which tilsyn is sent; nothing of a new one."""
    version = form.text("version")
    if writing.tilsyn_id is None:
        return {}
    return {"tilsyn_id": writing.tilsyn_id, "version": int(version) if version.isdecimal() else None}


def _form_page(
    request: Request, writing: Writing, form: FormData, errors: list[FieldError] | None = None, status: int = 200
) -> Response:
    by_field = {error.pointer.removeprefix("/"): error.detail for error in errors or []}
    return page(
        request,
        "supervision/create.html",
        status=status,
        writing=writing,
        form=form,
        errors=by_field,
        lines=summary_lines(by_field),
        themes=themes_on(today()),
        kinds=vocabulary("tilsyn-kinds").valid(today()),
    )


def _question(request: Request, writing: Writing, form: FormData) -> Response:
    """Ask whether the tilbud is to leave the public search: that happens as soon as it is confirmed."""
    typed: list[tuple[str, Any]] = form.without({CSRF, COMMAND, "do"}).pairs
    return page(request, "supervision/confirm.html", writing=writing, form=form, typed=typed)
