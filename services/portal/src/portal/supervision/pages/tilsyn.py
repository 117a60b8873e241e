"""The tilsyn of a tilbud: list, one, and creating one for a kommune or a region (R31, R90 to R93, R98)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import Path, Query, Request
from starlette.responses import Response

from chassis.clock import today
from chassis.errors import FieldError, NotFound
from contracts.access import Privilege
from contracts.vocabularies import vocabulary
from portal.clients import Refused, segment
from portal.dependencies import Cursor, TilbudId, database_of, service_client
from portal.form.controls import SummaryLine
from portal.form.form_data import FormData
from portal.form.values import MalformedValue, decimal_of
from portal.kinds import TILBUD
from portal.overview.models import Subject
from portal.overview.queries import find_subject, name_of, supervised_by
from portal.rendering import page, page_router, see_other
from portal.sessions.access import SignedIn, TilsynCreator
from portal.sessions.submitted_form import TypedForm
from portal.sessions.visitor import Visitor

router = page_router("/tilsyn")

STATUS = {
    "invalid": 422,
    "tilsyn-not-valid": 422,
    "conflict": 409,
    "unknown-tilbud": 422,
    "foreign-tilbud": 422,
    "idempotency-mismatch": 409,
}
DECISIONS = {"yes": "approved", "no": "not-approved"}


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
        may_create=await _supervised(request, visitor, tilbud_id) is not None,
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
async def new_tilsyn(request: Request, visitor: TilsynCreator, tilbud_id: TilbudId) -> Response:
    """Ask for a new tilsyn; of a tilbud that others supervise nothing is told."""
    return await _show_form(request, visitor, tilbud_id, FormData({}), [], 200)


@router.post("/opret/{tilbud_id}")
async def publish_tilsyn(request: Request, visitor: TilsynCreator, tilbud_id: TilbudId, form: TypedForm) -> Response:
    """Publish the tilsyn; "Nej" takes the tilbud off the public search."""
    if form.is_unconfirmed:
        return await _show_form(request, visitor, tilbud_id, form, [], 200)
    errors: list[FieldError] = []
    body = _body(tilbud_id, form, errors)
    if errors:
        return await _show_form(request, visitor, tilbud_id, form, errors, 422)
    try:
        await service_client(request, visitor).post("approval", "/v1/tilsyn", body, command=form.command)
    except Refused as refusal:
        if refusal.slug not in STATUS:
            raise
        found = [_at_its_field(error, body["themes"]) for error in refusal.reasons]
        return await _show_form(request, visitor, tilbud_id, form, found, STATUS[refusal.slug])
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


async def _supervised(request: Request, visitor: Visitor, tilbud_id: str) -> Subject | None:
    """Return the tilbud if the visitor may create tilsyn with it."""
    authorities = visitor.principal.scopes(Privilege.CREATE_TILSYN)
    async with database_of(request).read() as session:
        return await find_subject(session, tilbud_id, supervised_by(TILBUD.id, authorities))


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
    except MalformedValue as malformed:
        errors.append(FieldError(f"/score-{theme}", malformed.code, "Skriv karakteren som et tal fra 1 til 5."))
    return {"theme": theme, "conclusion": conclusion or None, "score": number}


def _at_its_field(error: FieldError, themes: Sequence[Mapping[str, Any]]) -> FieldError:
    """Return an error of approval with the page's own name of the field, and the label that people know it by."""
    name, *rest = error.pointer.removeprefix("/").split("/")
    if name == "themes" and rest and rest[0].isdecimal() and int(rest[0]) < len(themes):
        theme = themes[int(rest[0])]["theme"]
        name = f"score-{theme}" if rest[1:] == ["score"] else f"theme-{theme}"
    label = _labels().get(name)
    return FieldError(f"/{name}", error.code, f"{label}: {error.detail}" if label else error.detail)


def _labels() -> dict[str, str]:
    labels = {"kind": "Tilsynets art", "visited_on": "Dato for besøget", "conclusion": "Samlet konklusion"}
    for theme in vocabulary("quality-themes").terms:
        labels |= {f"theme-{theme.id}": f"{theme.label}, konklusion", f"score-{theme.id}": f"{theme.label}, karakter"}
    return labels


async def _show_form(
    request: Request, visitor: Visitor, tilbud_id: str, form: FormData, errors: list[FieldError], status: int
) -> Response:
    subject = await _supervised(request, visitor, tilbud_id)
    if subject is None:
        raise NotFound
    by_field = {error.pointer.removeprefix("/"): error.detail for error in errors}
    known = {"decision", *_labels()}
    lines = [SummaryLine(text, f"#{field}" if field in known else None) for field, text in by_field.items()]
    return page(
        request,
        "supervision/create.html",
        status=status,
        tilbud_id=tilbud_id,
        name=subject.name or tilbud_id,
        form=form,
        errors=by_field,
        lines=lines,
        themes=vocabulary("quality-themes").valid(today()),
        kinds=vocabulary("tilsyn-kinds").valid(today()),
    )
