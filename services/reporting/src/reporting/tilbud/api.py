"""Creating, listing and showing tilbud; their history; the fast lane of vacancies."""

from datetime import UTC, date, datetime, time
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BeforeValidator
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.app import Db
from chassis.auth import Principal
from chassis.clock import COPENHAGEN
from chassis.etags import IfMatch, etag
from chassis.idempotency import Answer, CommandDependency
from chassis.pagination import Page
from reporting.dependencies import Caller, Creator, TilbudId, Vault, problems
from reporting.models import Tilbud
from reporting.subjects.access import refuse_stranger
from reporting.tilbud.commands import create
from reporting.tilbud.queries import list_actions, list_history, list_tilbud, view_tilbud, view_vacancies
from reporting.tilbud.schemas import (
    ActionView,
    Created,
    CreateTilbud,
    HistoryItem,
    TilbudPage,
    TilbudView,
    VacanciesBody,
    VacanciesView,
)
from reporting.vacancies.commands import change_vacancies, vacancies_etag

router = APIRouter(prefix="/v1/tilbud", tags=["tilbud"], responses=problems())

Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=1_000)]


def _whole_day(text: object) -> object:
    # A date would otherwise be read as its first moment, so that what was approved today was not there today.
    if isinstance(text, str) and len(text) == len("2026-11-22"):
        return datetime.combine(date.fromisoformat(text), time.max, COPENHAGEN)
    return text


# In UTC a moment nearer to the calendar's ends than its zone's offset does not exist.
_FIRST, _LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
Moment = Annotated[
    AwareDatetime | None,
    BeforeValidator(_whole_day),
    Query(
        description="A day (all of it), or a moment with its zone (RFC 3339).",
        json_schema_extra={"anyOf": [{"type": "string", "format": each} for each in ("date-time", "date")]},
    ),
]


@router.post("", status_code=201, response_model=Created, responses=problems(403, 409))
async def post_tilbud(body: CreateTilbud, principal: Creator, vault: Vault, command: CommandDependency) -> Response:
    """Create a tilbud under the authority that the right is for (row 101)."""

    async def use_case(session: AsyncSession) -> Answer:
        tilbud_id = await create(session, body, principal, vault)
        return Answer(Created(id=tilbud_id), 201, {"Location": f"/v1/tilbud/{tilbud_id}"})

    return await command.run(use_case)


@router.get("", responses=problems(403))
async def get_list(
    principal: Caller,
    db: Db,
    q: Annotated[str | None, Query(max_length=200)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> TilbudPage:
    """List the tilbud of the caller's own organisation, or of the authority that the caller works for (row 15)."""
    async with db.read() as session:
        return await list_tilbud(session, principal, q, cursor, limit)


@router.get("/{tilbud_id}")
async def get_tilbud(
    tilbud_id: TilbudId, principal: Caller, db: Db, vault: Vault, response: Response, as_of: Moment = None
) -> TilbudView:
    """Show one tilbud; with ``as_of`` its approved data as it was then."""
    async with db.read() as session:
        tilbud = await known(session, tilbud_id, principal)
        view = await view_tilbud(session, tilbud, vault, _within_calendar(as_of))
    response.headers["ETag"] = etag(view.model_dump_json())
    return view


@router.get("/{tilbud_id}/history")
async def get_history(tilbud_id: TilbudId, principal: Caller, db: Db) -> Page[HistoryItem]:
    """List every approved version, newest first: who and when."""
    async with db.read() as session:
        tilbud = await known(session, tilbud_id, principal)
        return Page(items=await list_history(session, tilbud))


@router.get("/{tilbud_id}/actions")
async def get_actions(
    tilbud_id: TilbudId, principal: Caller, db: Db, cursor: Cursor = None, limit: Limit = 50
) -> Page[ActionView]:
    """List what was done about the tilbud here, newest first."""
    async with db.read() as session:
        tilbud = await known(session, tilbud_id, principal)
        return await list_actions(session, tilbud, cursor, limit)


@router.get("/{tilbud_id}/vacancies")
async def get_vacancies(tilbud_id: TilbudId, principal: Caller, db: Db, response: Response) -> VacanciesView:
    """Show the vacancies as reported last, with the ETag that a change needs."""
    async with db.read() as session:
        tilbud = await known(session, tilbud_id, principal)
    response.headers["ETag"] = vacancies_etag(tilbud)
    return view_vacancies(tilbud)


@router.put("/{tilbud_id}/vacancies", responses=problems(403, 409, 412, 428))
async def put_vacancies(
    tilbud_id: TilbudId,
    body: VacanciesBody,
    principal: Caller,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> VacanciesView:
    """Report vacancies and waiting time: public at once, marked as not approved yet (P1)."""
    async with db.begin() as session:
        tilbud = await change_vacancies(session, tilbud_id, body, principal, if_match)
    response.headers["ETag"] = vacancies_etag(tilbud)
    return view_vacancies(tilbud)


async def known(session: AsyncSession, tilbud_id: str, principal: Principal) -> Tilbud:
    """Return the tilbud to who may see it; not-found otherwise."""
    return refuse_stranger(principal, await session.get(Tilbud, tilbud_id))


def _within_calendar(moment: datetime | None) -> datetime | None:
    return min(max(moment, _FIRST), _LAST) if moment else None
