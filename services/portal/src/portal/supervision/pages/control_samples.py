"""Control samples on pages: run by the national operator, answered by the tilbud, read by who supervises it (L3)."""

from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request
from starlette.responses import Response

from chassis.errors import FieldError
from contracts.access import Privilege
from contracts.form.loading import steps_of
from portal.clients import Refused
from portal.dependencies import Cursor, service_client
from portal.form.controls import SummaryLine
from portal.form.form_data import FormData
from portal.kinds import TILBUD
from portal.rendering import page, page_router, see_other
from portal.sessions.access import SampleRunner, SignedIn
from portal.sessions.submitted_form import TypedForm
from portal.sessions.visitor import Visitor
from portal.supervision import sample_words

LIST = "/stikproever"
SERVICE = "/v1/control-samples"
router = page_router(LIST)

SampleId = Annotated[str, Path(pattern="^[0-9a-f-]{36}$")]
ActPath = Literal["rettelse", "paabud", "hoering", "markering", "fastholdelse", "afslutning", "svar"]
Shown = Literal["", "overdue", "documentation", "correction", "order", "hearing", "marked", "closed"]
STATUS = {"invalid": 422, "conflict": 409, "idempotency-mismatch": 409, "stale": 412}
ACTS = {form.path: act for act, form in sample_words.FORMS.items()} | {"afslutning": "closure", "svar": "answers"}
# The name of each field of the page that asks for what the service calls so.
OTHER_NAMES = {"closure": {"reason": "closing_reason"}}
FIELDS = {
    "tilbud_id": "Tilbuds-id",
    "steps": "Trin",
    "reason": "Tekst",
    "closing_reason": "Begrundelse",
    "deadline": "Frist",
    "outcome": "Hvordan ender den?",
    "text": "Svar",
}


@router.get("")
async def list_samples(
    request: Request,
    visitor: SignedIn,
    vis: Annotated[Shown, Query()] = "",
    tilbud: Annotated[str, Query(max_length=200)] = "",
    cursor: Cursor = "",
) -> Response:
    """List the samples that the visitor may see, those whose deadline has passed first, and count them."""
    wanted = {"overdue": "true"} if vis == "overdue" else {"state": vis} if vis else {}
    wanted |= {name: each for name, each in (("tilbud_id", tilbud), ("cursor", cursor)) if each}
    found = await service_client(request, visitor).get("approval", SERVICE, wanted)
    return page(
        request,
        "supervision/control-samples.html",
        found=found.body,
        words=sample_words,
        shown=vis,
        tilbud=tilbud,
        runs=_runs(visitor),
    )


@router.get("/ny")
async def new_sample(
    request: Request, visitor: SampleRunner, tilbud: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """Ask for a new sample."""
    del visitor
    return _form_page(request, FormData.of([("tilbud_id", tilbud)]), [], 200)


@router.post("/ny")
async def begin_sample(request: Request, visitor: SampleRunner, form: TypedForm) -> Response:
    """Begin a sample: the tilbud is asked for documentation."""
    if form.is_unconfirmed:
        return _form_page(request, form, [], 200)
    body = {
        "tilbud_id": form.text("tilbud_id"),
        "steps": form.texts("steps"),
        "reason": form.text("reason"),
        "deadline": form.text("deadline"),
    }
    try:
        begun = await service_client(request, visitor).post("approval", SERVICE, body, command=form.command)
    except Refused as refusal:
        if refusal.slug not in STATUS:
            raise
        return _form_page(request, form, refusal.reasons, STATUS[refusal.slug])
    return see_other(f"{LIST}/{begun.body['id']}")


@router.get("/{sample_id}")
async def show_sample(request: Request, visitor: SignedIn, sample_id: SampleId) -> Response:
    """Show everything that was done in a sample, and the form of what the visitor may do next."""
    return await _sample_page(request, visitor, sample_id)


@router.post("/{sample_id}/{act_path}")
async def act(request: Request, visitor: SignedIn, sample_id: SampleId, act_path: ActPath, form: TypedForm) -> Response:
    """Go on in a sample, end it, or answer for the tilbud."""
    name = ACTS[act_path]
    if form.is_unconfirmed:
        return await _sample_page(request, visitor, sample_id, form=form, name=name)
    path = f"{SERVICE}/{sample_id}/{name}"
    try:
        services = service_client(request, visitor)
        await services.post(
            "approval", path, _body(name, form), command=form.command, etag=form.text("etag") or '"none"'
        )
    except Refused as refusal:
        if refusal.slug not in STATUS:
            raise
        status = STATUS[refusal.slug]
        return await _sample_page(
            request, visitor, sample_id, form=form, name=name, errors=refusal.reasons, status=status
        )
    return see_other(f"{LIST}/{sample_id}")


def _body(name: str, form: FormData) -> dict[str, Any]:
    if name == "answers":
        return {"text": form.text("text")}
    if name == "closure":
        return {"outcome": form.text("outcome"), "reason": form.text("closing_reason")}
    return {"reason": form.text("reason")} | ({"deadline": form.text("deadline")} if name == "correction" else {})


def _errors_of(errors: list[FieldError], name: str = "") -> tuple[dict[str, str], list[SummaryLine]]:
    """Return the errors by the names of their fields, and as lines above the page that lead there."""
    by_field: dict[str, str] = {}
    lines = []
    for error in errors:
        said = error.pointer.removeprefix("/").partition("/")[0]
        field = OTHER_NAMES.get(name, {}).get(said, said)
        title = FIELDS.get(field)
        text = f"{title}: {error.detail}" if title else error.detail
        lines.append(SummaryLine(text, f"#{field}" if title else None))
        if title:
            by_field[field] = text
    return by_field, lines


def _form_page(request: Request, form: FormData, found: list[FieldError], status: int) -> Response:
    errors, lines = _errors_of(found)
    return page(
        request,
        "supervision/control-sample-new.html",
        status=status,
        form=form,
        errors=errors,
        lines=lines,
        steps=[(step.id, step.title) for step in steps_of(TILBUD.id)],
    )


async def _sample_page(
    request: Request,
    visitor: Visitor,
    sample_id: str,
    *,
    form: FormData | None = None,
    name: str = "",
    errors: list[FieldError] | None = None,
    status: int = 200,
) -> Response:
    found = await service_client(request, visitor).get("approval", f"{SERVICE}/{sample_id}")
    by_field, lines = _errors_of(errors or [], name)
    sample = found.body
    offered = {*sample["next_acts"], *(["answers"] if sample["may_answer"] else [])}
    lost = [form.typed(each) for each in ("reason", "closing_reason", "text")] if form and name not in offered else []
    return page(
        request,
        "supervision/control-sample.html",
        status=status,
        sample=sample,
        etag=found.etag,
        words=sample_words,
        titles={step.id: step.title for step in steps_of(TILBUD.id)},
        form=form or FormData({}),
        name=name,
        errors=by_field,
        lines=lines,
        lost=[each for each in lost if each.strip()],
        runs=_runs(visitor),
        path_of_tilbud=_path_of_tilbud(visitor, sample),
    )


def _path_of_tilbud(visitor: Visitor, sample: dict[str, Any]) -> str:
    """Return where the visitor works with the tilbud; the operator sees what everybody sees."""
    if _runs(visitor):
        return f"/tilbud/{sample['tilbud_id']}"
    return visitor.subject_path(TILBUD, sample["tilbud_id"])


def _runs(visitor: Visitor) -> bool:
    return visitor.may(Privilege.RUN_SAMPLES)
