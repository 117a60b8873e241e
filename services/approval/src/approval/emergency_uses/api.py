"""Emergency uses over HTTP: registered by kommuner, seen by them and by who supervises the tilbud."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from approval.dependencies import ABOUT_ONE, IdInPath
from approval.emergency_uses import commands, queries
from approval.emergency_uses.commands import REGISTERING
from approval.emergency_uses.rules import EmergencyUseState
from approval.emergency_uses.schemas import (
    EmergencyUseBody,
    EmergencyUsePage,
    EmergencyUseView,
    EndBody,
    ExtensionBody,
)
from approval.kinds import TILBUD
from web.app import Db
from web.auth import Principal, holding
from web.idempotency import Answer, CommandDependency
from web.pagination import Cursor, Limit
from web.problems import problem_responses

router = APIRouter(prefix="/v1", tags=["tilsyn"])

Registering = Annotated[Principal, Depends(holding(*REGISTERING))]
Seeing = Annotated[Principal, Depends(holding(*REGISTERING, TILBUD.privileges.approve))]
CHANGING = {**ABOUT_ONE, **problem_responses(409)}


@router.get("/emergency-uses")
async def list_emergency_uses(
    db: Db, principal: Seeing, state: EmergencyUseState | None = None, cursor: Cursor = None, limit: Limit = 50
) -> EmergencyUsePage:
    """List the uses that the caller's kommune registered, or of tilbud that its authority supervises."""
    privileges = (*REGISTERING, TILBUD.privileges.approve)
    authorities = {scope for privilege in privileges for scope in principal.scopes(privilege)}
    async with db.read() as session:
        return await queries.list_emergency_uses(session, authorities, state=state, cursor=cursor, limit=limit)


@router.post("/emergency-uses", status_code=201, response_model=EmergencyUseView, responses=problem_responses(409))
async def register_emergency_use(
    principal: Registering, body: EmergencyUseBody, command: CommandDependency
) -> Response:
    """Register that the caller's kommune uses a tilbud without approval: for three weeks."""

    async def use_case(session: AsyncSession) -> Answer:
        return Answer(queries.view_of(await commands.register(session, principal, body)), 201)

    return await command.run(use_case)


@router.post("/emergency-uses/{use_id}/extension", response_model=EmergencyUseView, responses=CHANGING)
async def extend_emergency_use(
    principal: Registering, use_id: IdInPath, body: ExtensionBody, command: CommandDependency
) -> Response:
    """Extend an own use by three weeks, in a special case and once."""

    async def use_case(session: AsyncSession) -> Answer:
        return Answer(queries.view_of(await commands.extend(session, principal, use_id, body.reason)), 200)

    return await command.run(use_case)


@router.post("/emergency-uses/{use_id}/end", response_model=EmergencyUseView, responses=CHANGING)
async def end_emergency_use(
    principal: Registering, use_id: IdInPath, body: EndBody, command: CommandDependency
) -> Response:
    """Say on which day an own use ended."""

    async def use_case(session: AsyncSession) -> Answer:
        return Answer(queries.view_of(await commands.end(session, principal, use_id, body.ended_on)), 200)

    return await command.run(use_case)
