"""The tilsyn of a tilbud: the list, and one (R31, R90, R96)."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Path, Query, Request
from starlette.responses import Response

from contracts.access import Privilege
from portal.clients import segment
from portal.dependencies import Cursor, TilbudId, database_of, service_client
from portal.kinds import TILBUD
from portal.overview.queries import name_of
from portal.rendering import page, page_router
from portal.sessions.access import SignedIn
from portal.sessions.visitor import Visitor
from portal.supervision.pages.write_tilsyn import supervised_subject

MOST_VERSIONS = 2_147_483_647

router = page_router("/tilsyn")


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
        may_create=await supervised_subject(request, visitor, tilbud_id) is not None,
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


# The id is an outside party's and may hold a slash.
@router.get("/{tilsyn_id:path}")
async def show_tilsyn(
    request: Request,
    visitor: SignedIn,
    tilsyn_id: Annotated[str, Path(min_length=1, max_length=200)],
    authority: Annotated[str, Query(max_length=50)] = "",
    version: Annotated[int | None, Query(ge=1, le=MOST_VERSIONS)] = None,
) -> Response:
    """Show one tilsyn, for officers in an earlier version too. A transferred one is read-only; an own one is corrected
    by a new version.
    """
    wanted = {name: each for name, each in (("authority", authority), ("version", version)) if each}
    found = await service_client(request, visitor).get("approval", f"/v1/tilsyn/{segment(tilsyn_id)}", wanted)
    tilbud_id = found.body["tilbud_id"]
    return page(
        request,
        "supervision/tilsyn.html",
        tilsyn=found.body,
        name=await _name(request, tilbud_id),
        tilbud_path=visitor.subject_path(TILBUD, tilbud_id),
        is_earlier=bool(version),
        may_correct=not version and await _may_correct(request, visitor, found.body),
    )


async def _may_correct(request: Request, visitor: Visitor, tilsyn: Mapping[str, Any]) -> bool:
    if tilsyn["external"] or visitor.principal.scopes(Privilege.CREATE_TILSYN).isdisjoint({tilsyn["authority"]}):
        return False
    subject = await supervised_subject(request, visitor, tilsyn["tilbud_id"])
    return subject is not None and subject.authority == tilsyn["authority"]


async def _name(request: Request, tilbud_id: str) -> str:
    async with database_of(request).read() as session:
        return await name_of(session, TILBUD.id, tilbud_id)
