"""The tilsyn of a tilbud: list, one, and creating one for a kommune or a region (R31, R90 to R93, R98)."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Path, Query, Request
from starlette.responses import Response

from chassis.clock import today
from chassis.errors import FieldError
from contracts.access import Privilege
from contracts.vocabularies import vocabulary
from portal.clients import Refused, segment
from portal.dependencies import Cursor, TilbudId, database_of, service_client
from portal.form.controls import SummaryLine
from portal.form.form_data import FormData
from portal.form.values import MalformedValue, decimal_of
from portal.kinds import TILBUD
from portal.overview.queries import name_of
from portal.rendering import page, page_router, see_other
from portal.sessions.access import SignedIn, TilsynCreator
from portal.sessions.submitted_form import TypedForm

router = page_router("/tilsyn")

STATUS = {"invalid": 422, "tilsyn-not-valid": 422, "conflict": 409, "unknown-tilbud": 422, "foreign-tilbud": 422}
DECISIONS = {"yes": "approved", "no": "not-approved"}
FIELDS = frozenset({"kind", "visited_on", "decision", "conclusion"})


@router.get("/tilbud/{tilbud_id}")
async def tilsyn_list(
    request: Request,
    visitor: SignedIn,
    tilbud_id: TilbudId,
    cursor: Cursor = "",
) -> Response:
    """List every completed tilsyn of a tilbud."""
    wanted = {"limit": "50", **({"cursor": cursor} if cursor else {})}
    found = await service_client(request, visitor).get("approval", f"/v1/tilbud/{segment(tilbud_id)}/tilsyn", wanted)
    return page(
        request,
        "supervision/list.html",
        tilbud_id=tilbud_id,
        name=await _name(request, tilbud_id),
        list_path=visitor.list_path(TILBUD),
        tilbud_path=visitor.subject_path(TILBUD, tilbud_id),
        found=found.body,
        in_force=sanctions_in_force(found.body),
        may_create=visitor.may(Privilege.CREATE_TILSYN),
    )


def sanctions_in_force(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the sanctions of a tilbud that stand now, in the shape that a public record has them in."""
    of_kind: dict[str, list[dict[str, Any]]] = {"order": [], "condition": [], "intensified": []}
    for each in answer.get("sanctions", []):
        of_kind[each["kind"]].append(each)
    return {
        "orders": of_kind["order"],
        "conditions": of_kind["condition"],
        "intensified": _with_reason(max(of_kind["intensified"], key=lambda each: str(each["until"]), default=None)),
        "announced": [_with_reason(each) for each in answer.get("announced", [])],
    }


def _with_reason(period: dict[str, Any] | None) -> dict[str, Any] | None:
    return {**period, "reason": period["text"]} if period else None


@router.get("/opret/{tilbud_id}")
async def new_tilsyn(request: Request, _: TilsynCreator, tilbud_id: TilbudId) -> Response:
    """Ask for a new tilsyn."""
    return await _show_form(request, tilbud_id, FormData({}), [], 200)


@router.post("/opret/{tilbud_id}")
async def publish_tilsyn(request: Request, visitor: TilsynCreator, tilbud_id: TilbudId, form: TypedForm) -> Response:
    """Publish the tilsyn; "Nej" takes the tilbud off the public search."""
    if form.is_unconfirmed:
        return await _show_form(request, tilbud_id, form, [], 200)
    errors: list[FieldError] = []
    body = _body(tilbud_id, form, errors)
    if errors:
        return await _show_form(request, tilbud_id, form, errors, 422)
    try:
        await service_client(request, visitor).post("approval", "/v1/tilsyn", body, command=form.command)
    except Refused as refusal:
        if refusal.slug not in STATUS:
            raise
        found = list(refusal.errors) or [FieldError("", refusal.slug, refusal.detail)]
        return await _show_form(request, tilbud_id, form, found, STATUS[refusal.slug])
    return see_other(f"/tilsyn/tilbud/{tilbud_id}")


# The id is an outside party's and may hold a slash.
@router.get("/{tilsyn_id:path}")
async def show_tilsyn(
    request: Request,
    visitor: SignedIn,
    tilsyn_id: Annotated[str, Path(min_length=1, max_length=200)],
    authority: Annotated[str, Query(max_length=50)] = "",
) -> Response:
    """Show one tilsyn; a transferred one is read-only, and so is every published one."""
    wanted = {"authority": authority} if authority else None
    found = await service_client(request, visitor).get("approval", f"/v1/tilsyn/{segment(tilsyn_id)}", wanted)
    tilbud_id = found.body["tilbud_id"]
    return page(
        request,
        "supervision/tilsyn.html",
        tilsyn=found.body,
        name=await _name(request, tilbud_id),
        tilbud_path=visitor.subject_path(TILBUD, tilbud_id),
    )


async def _name(request: Request, tilbud_id: str) -> str:
    async with database_of(request).read() as session:
        return await name_of(session, TILBUD.id, tilbud_id)


def _body(tilbud_id: str, form: FormData, errors: list[FieldError]) -> dict[str, Any]:
    decision = DECISIONS.get(form.text("decision"))
    if decision is None:
        errors.append(FieldError("/decision", "missing", "Svar ja eller nej til, om oplysningerne er godkendt."))
    themes = [theme for each in vocabulary("quality-themes").terms if (theme := _theme(each.id, form, errors))]
    return {
        "tilbud_id": tilbud_id,
        "kind": form.text("kind") or "announced",
        "visited_on": form.text("visited_on") or None,
        "decision": decision,
        "conclusion": form.text("conclusion") or None,
        "themes": themes,
    }


def _theme(theme: str, form: FormData, errors: list[FieldError]) -> dict[str, Any] | None:
    conclusion, score = form.text(f"theme-{theme}"), form.text(f"score-{theme}")
    if not conclusion and not score:
        return None
    number: float | None = None
    try:
        number = float(decimal_of(score)) if score else None
    except MalformedValue:
        errors.append(FieldError(f"/score-{theme}", "wrong-type", "Skriv karakteren som et tal fra 1 til 5."))
    return {"theme": theme, "conclusion": conclusion or None, "score": number}


async def _show_form(
    request: Request, tilbud_id: str, form: FormData, errors: list[FieldError], status: int
) -> Response:
    by_field = {error.pointer.strip("/").partition("/")[0]: error.detail for error in errors}
    known = {*FIELDS, *(f"score-{each.id}" for each in vocabulary("quality-themes").terms)}
    lines = [
        SummaryLine(error.detail, f"#{field}" if (field := error.pointer.strip("/")) in known else None)
        for error in errors
    ]
    return page(
        request,
        "supervision/create.html",
        status=status,
        tilbud_id=tilbud_id,
        name=await _name(request, tilbud_id),
        form=form,
        errors=by_field,
        lines=lines,
        themes=vocabulary("quality-themes").valid(today()),
        kinds=vocabulary("tilsyn-kinds").valid(today()),
    )
