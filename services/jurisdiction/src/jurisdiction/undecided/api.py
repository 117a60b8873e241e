"""The HTTP API: what waits for a decision, for the national operator; and of one subject, for those concerned."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import NotFound
from contracts.access import Privilege
from jurisdiction.assignments.queries import is_concerned
from jurisdiction.dependencies import PROBLEM_STATUSES, Caller
from jurisdiction.kinds import KINDS, RoutedKind
from jurisdiction.routing.models import Undecided
from jurisdiction.undecided import commands, queries
from jurisdiction.undecided.schemas import UndecidedBody, UndecidedList, UndecidedView
from web.app import Db
from web.auth import Principal, holding
from web.idempotency import Answer, CommandDependency
from web.pagination import Cursor, Limit, Page
from web.problems import problem_responses

UndecidedId = Annotated[str, Path(min_length=1, max_length=200)]
Operator = Annotated[Principal, Depends(holding(Privilege.RUN_OPERATIONS))]


def create_router() -> APIRouter:
    """Return the routes; those about one subject are of the kinds that are registered."""
    router = APIRouter(prefix="/v1", tags=["undecided"], responses=problem_responses(*PROBLEM_STATUSES))
    router.add_api_route("/undecided", list_undecided, methods=["GET"], responses=problem_responses(403))
    router.add_api_route("/undecided/{undecided_id}", read_undecided, methods=["GET"], responses=problem_responses(403))
    router.add_api_route(
        "/undecided/{undecided_id}",
        decide_undecided,
        methods=["POST"],
        response_model=UndecidedView,
        responses=problem_responses(403, 409),
    )
    for kind in KINDS:
        _add_routes(router, kind)
    return router


async def list_undecided(_: Operator, db: Db, cursor: Cursor = None, limit: Limit = 50) -> Page[UndecidedView]:
    """List what no rule could place, what has waited longest first."""
    async with db.read() as session:
        return await queries.list_undecided(session, cursor, limit)


async def read_undecided(undecided_id: UndecidedId, _: Operator, db: Db) -> UndecidedView:
    """Show one of them, also when it is decided by now or has no need of it any more (`superseded`)."""
    async with db.read() as session:
        row = await session.get(Undecided, undecided_id)
    if row is None:
        raise NotFound
    return UndecidedView.of(row)


async def decide_undecided(
    undecided_id: UndecidedId,
    body: UndecidedBody,
    caller: Operator,
    command: CommandDependency,
    request: Request,
) -> Response:
    """Decide who is the authority of what no rule could place."""

    async def use_case(session: AsyncSession) -> Answer:
        row = await session.get(Undecided, undecided_id)
        if row is None:
            raise NotFound
        book = await request.app.state.rulebooks.of(session, row.kind)
        decided = await commands.decide_undecided(
            session, book, caller, undecided_id, authority=body.authority, reason=body.reason or ""
        )
        return Answer(UndecidedView.of(decided))

    return await command.run(use_case)


def _add_routes(router: APIRouter, kind: RoutedKind) -> None:
    @router.get(
        f"/{kind.id}/{{{kind.id_field}}}/undecided",
        description=f"Say what of a {kind.id} waits for a decision on who is the authority.",
    )
    async def list_undecided_of(
        subject_id: Annotated[str, Path(alias=kind.id_field, min_length=1, max_length=200)], caller: Caller, db: Db
    ) -> UndecidedList:
        async with db.read() as session:
            if not await is_concerned(session, caller, kind.id, subject_id):
                raise NotFound
            return UndecidedList(items=await queries.undecided_of(session, kind.id, subject_id))
