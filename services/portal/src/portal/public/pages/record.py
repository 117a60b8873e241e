"""The public page of a tilbud, now and on an earlier day, and what changed in it (R83 to R89)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import Query, Request
from starlette.responses import Response

from chassis.clock import today
from portal.addresses import here
from portal.clients import Refused, ServiceClient, segment
from portal.dependencies import Cursor, TilbudId, database_of, service_client
from portal.kinds import TILBUD
from portal.overview.queries import followed_of
from portal.public.denmark_map import map_with
from portal.public.record.history import entries
from portal.public.record.json_ld import json_ld
from portal.public.record.location import location_of
from portal.public.record.parts import parts_of
from portal.public.record.view import explained_themes, view_of
from portal.public.search_return import search_before
from portal.public.texts.loading import Texts
from portal.recently_seen import remember_seen
from portal.rendering import canonical, page, page_router
from portal.sessions.access import MaybeVisitor
from portal.sessions.visitor import Visitor

router = page_router()

Json = Mapping[str, Any]
Day = Annotated[str, Query(max_length=200)]
GONE = "tilbud-gone"
NOT_A_DAY = "Skriv datoen som dag, måned og år, for eksempel 2026-03-31."
NOT_PUBLIC = "Tilbuddet var ikke offentligt den dag."
IN_THE_FUTURE = "Vælg en dato, der ikke ligger ude i fremtiden."


@router.get("/tilbud/{tilbud_id}")
async def show_tilbud(request: Request, visitor: MaybeVisitor, tilbud_id: TilbudId, as_of: Day = "") -> Response:
    """Show the public record of a tilbud: 404 when it never was public, 410 with the reason when it was.

    On an earlier day, too, but not of one that is not public any more: what was withdrawn stays away.
    """
    services = service_client(request, None)
    path = f"/v1/tilbud/{segment(tilbud_id)}"
    tilbud = (await services.get("publication", path)).body
    if as_of := as_of.strip():
        day = _day(as_of)
        if day is None or day > today():
            return _ask_for_day(request, tilbud, as_of, IN_THE_FUTURE if day else NOT_A_DAY, 422)
        past = await _on(services, path, day)
        if past is None:
            return _ask_for_day(request, tilbud, as_of, NOT_PUBLIC, 404)
        return await _show(request, visitor, past, as_of=day.isoformat(), previous=[])
    response = await _show(request, visitor, tilbud, as_of="", previous=await _previous(services, tilbud))
    if visitor is not None:
        remember_seen(request, response, tilbud["id"])
    return response


@router.get("/tilbud/{tilbud_id}/historik")
async def show_history(request: Request, _: MaybeVisitor, tilbud_id: TilbudId, cursor: Cursor = "") -> Response:
    """Show what changed in the public record, the newest first; of one that is gone only when and where."""
    services, path = service_client(request, None), f"/v1/tilbud/{segment(tilbud_id)}"
    found = await services.get("publication", f"{path}/changes", {"cursor": cursor} if cursor else None)
    tilbud, name = None, tilbud_id
    try:
        tilbud = (await services.get("publication", path)).body
        name = tilbud["name"]
    except Refused as refusal:
        if refusal.slug != GONE:
            raise
        name = refusal.members.get("removed", {}).get("name", name)
    names = {part.id: part.name for part in parts_of(tilbud)} if tilbud else {}
    return page(
        request,
        "public/record/history.html",
        tilbud_id=tilbud_id,
        name=name,
        is_public=tilbud is not None,
        entries=entries(found.body["items"], names, with_values=tilbud is not None),
        more=found.body["next"],
        as_of="",
        day_error="",
    )


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


async def _on(services: ServiceClient, path: str, day: date) -> Json | None:
    """Return the record as it was at the end of a day; None where the tilbud was not public then."""
    try:
        found: Json = (await services.get("publication", path, {"as_of": day.isoformat()})).body
    except Refused as refusal:
        if refusal.slug not in {"not-found", GONE}:
            raise
        return None
    return found


def _ask_for_day(request: Request, tilbud: Json, as_of: str, error: str, status: int) -> Response:
    return page(
        request,
        "public/record/other-day.html",
        status=status,
        tilbud_id=tilbud["id"],
        name=tilbud["name"],
        as_of=as_of,
        day_error=error,
    )


async def _show(
    request: Request, visitor: Visitor | None, tilbud: Json, *, as_of: str, previous: Sequence[Json]
) -> Response:
    texts: Texts = request.app.state.texts
    location = location_of(tilbud)
    words, day = texts.explanations(), date.fromisoformat(as_of) if as_of else today()
    return page(
        request,
        "public/record/page.html",
        tilbud=tilbud,
        tilbud_id=tilbud["id"],
        view=view_of(tilbud, words, day),
        words=words,
        themes=explained_themes(tilbud, words),
        as_of=as_of,
        day_error="",
        previous=previous,
        followed=await _is_followed(request, visitor, tilbud["id"]),
        here=here(request),
        back=search_before(request),
        location=location,
        map=map_with(request.app.state.settings.assets_dir, location.points),
        linked_data=None if as_of else json_ld(tilbud, canonical(request)),
    )


async def _previous(services: ServiceClient, tilbud: Json) -> list[Json]:
    """Return the tilsyn before the one that the record tells of; none where publication cannot say."""
    try:
        found = await services.find("publication", f"/v1/tilbud/{segment(tilbud['id'])}/tilsyn")
    except Refused:
        return []
    latest = (tilbud["tilsyn"] or {}).get("tilsyn_id")
    return [each for each in found.body["items"] if each["tilsyn_id"] != latest] if found else []


async def _is_followed(request: Request, visitor: Visitor | None, tilbud_id: str) -> bool:
    if visitor is None:
        return False
    async with database_of(request).read() as session:
        return tilbud_id in await followed_of(session, TILBUD.id, visitor, [tilbud_id])
