"""The HTTP API of handovers, with routes for each kind of subject that can be handed over."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.access import Privilege
from jurisdiction.dependencies import PROBLEM_STATUSES, Caller
from jurisdiction.handovers import commands, queries
from jurisdiction.handovers.models import Handover
from jurisdiction.handovers.schemas import (
    AcceptedHandover,
    HandoverBody,
    HandoverView,
    OptionBody,
    OptionsBody,
    TakeBackBody,
    handover_view,
    view_of,
)
from jurisdiction.kinds import KINDS, RoutedKind
from web.app import Db
from web.auth import Principal, holding
from web.idempotency import Answer, CommandDependency
from web.openapi import headers
from web.problems import problem_responses

ACCEPTED = 202
Changer = Annotated[Principal, Depends(holding(Privilege.CHANGE_AUTHORITY))]
CHANGING: dict[str, Any] = {
    "status_code": ACCEPTED,
    "response_model": AcceptedHandover,
    "responses": {**problem_responses(403, 409), ACCEPTED: headers("Location")},
}


def create_router() -> APIRouter:
    """Return the routes of the kinds that are registered."""
    router = APIRouter(prefix="/v1", tags=["handovers"], responses=problem_responses(*PROBLEM_STATUSES))
    for kind in KINDS:
        if kind.events.handover_requested:
            _add_routes(router, kind)

    @router.get("/handovers/{handover_id}", response_model=handover_view())
    async def read_handover(
        handover_id: Annotated[str, Path(min_length=1, max_length=200)], caller: Caller, db: Db
    ) -> HandoverView:
        """Show a handover: on its way, applied, or refused with the reason."""
        async with db.read() as session:
            return view_of(await queries.find_handover(session, caller, handover_id))

    return router


def _add_routes(router: APIRouter, kind: RoutedKind) -> None:
    subject = Annotated[str, Path(alias=kind.id_field, min_length=1, max_length=200)]
    base = f"/{kind.id}/{{{kind.id_field}}}"

    @router.get(
        f"{base}/handover-options",
        responses=problem_responses(403),
        description=f"Say to whom the caller can hand a {kind.id} over, and when to them.",
    )
    async def list_handover_options(subject_id: subject, caller: Changer, db: Db, request: Request) -> OptionsBody:
        async with db.read() as session:
            book = await request.app.state.rulebooks.of(session, kind.id)
            found = await queries.options_of(session, book, caller, kind.id, subject_id)
        return OptionsBody(items=[OptionBody(**vars(each)) for each in found])

    @router.post(f"{base}/handover", **CHANGING, description=f"Hand a {kind.id} over with all own current cases.")
    async def hand_over(
        subject_id: subject,
        body: HandoverBody,
        caller: Changer,
        command: CommandDependency,
        request: Request,
    ) -> Response:
        async def use_case(session: AsyncSession) -> Answer:
            key = (kind.id, subject_id)
            book = await request.app.state.rulebooks.of(session, kind.id)
            return _accepted(await commands.hand_over(session, book, caller, key, to=body.to, reason=body.reason or ""))

        return await command.run(use_case)

    @router.post(f"{base}/take-back", **CHANGING, description=f"Take a {kind.id} back that one has handed over.")
    async def take_back(
        subject_id: subject,
        body: TakeBackBody,
        caller: Changer,
        command: CommandDependency,
    ) -> Response:
        async def use_case(session: AsyncSession) -> Answer:
            key = (kind.id, subject_id)
            return _accepted(await commands.take_back(session, caller, key, reason=body.reason or ""))

        return await command.run(use_case)


def _accepted(handover: Handover) -> Answer:
    body = AcceptedHandover(id=handover.id, state="pending")
    return Answer(body, ACCEPTED, {"Location": f"/v1/handovers/{handover.id}"})
