"""Inbound events over HTTPS, for supervision systems that do not speak Kafka, and their receipts."""

from typing import Annotated, Any
from urllib.parse import unquote_to_bytes

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from approval.dependencies import ABOUT_ONE, IdInPath
from approval.inbound import commands, queries
from approval.inbound.cloudevents import BATCH, MAX_BATCH, is_batch
from approval.inbound.queries import receipt_address
from approval.inbound.rules import MAX_ID_LENGTH, authority_speaking
from approval.inbound.schemas import (
    ATTRIBUTE,
    DATA,
    EXAMPLE_DATA,
    EXAMPLE_EVENT,
    STRUCTURED_EVENT,
    Accepted,
    AcceptedBatch,
    EventStatus,
    Position,
    ReceiptList,
    ReceiptView,
)
from chassis.envelope import STRUCTURED
from contracts.access import Privilege
from web.app import Db
from web.auth import Principal, holding
from web.errors import UnsupportedMediaType
from web.idempotency import Answer, CommandDependency
from web.pagination import Limit
from web.problems import problem_responses

router = APIRouter(prefix="/v1/external", tags=["external"])

System = Annotated[Principal, Depends(holding(Privilege.PUBLISH_TILSYN))]
AttributeInQuery = Annotated[str, Query(min_length=1, max_length=MAX_ID_LENGTH)]
WAITS: dict[int | str, dict[str, Any]] = {202: {"description": "It waits for its tilbud; ask again in a second."}}
DOCUMENTED: dict[str, Any] = {
    "requestBody": {
        "required": True,
        # As a third body it would stop the Python clients that are generated: they cannot tell lists apart.
        "description": "A CloudEvent: its data in binary mode, or the whole event in structured mode. A batch of up to "
        f"{MAX_BATCH} whole events is a JSON array of the type `{BATCH}`.",
        "content": {
            "application/json": {"schema": DATA, "example": EXAMPLE_DATA},
            STRUCTURED: {"schema": STRUCTURED_EVENT, "example": EXAMPLE_EVENT},
        },
    },
    "parameters": [
        {
            "name": f"ce-{name}",
            "in": "header",
            "required": False,
            "description": "Of an event in binary mode.",
            "schema": {"type": "string", "pattern": r"^1\.0$"} if name == "specversion" else ATTRIBUTE,
        }
        for name in ("specversion", "id", "source", "type")
    ],
}


@router.post(
    "/events",
    status_code=202,
    response_model=Accepted | AcceptedBatch,
    responses=problem_responses(409),
    openapi_extra=DOCUMENTED,
)
async def receive_event(request: Request, principal: System, command: CommandDependency) -> Response:
    """Take one CloudEvent, or a batch; receipts are at the addresses in the answer, and on the authority's topic."""
    # Never a field of the event: the right says who speaks.
    authority = authority_speaking(principal.scopes(Privilege.PUBLISH_TILSYN))
    body = await request.body()
    headers = _headers(request)

    async def use_case(session: AsyncSession) -> Answer:
        receipt_ids = await commands.receive_over_http(session, authority, headers, body)
        addresses = [receipt_address(each) for each in receipt_ids]
        if is_batch(headers):
            return Answer(AcceptedBatch(receipts=addresses), 202)
        [address] = addresses
        return Answer(Accepted(receipt=address), 202, {"Location": address})

    return await command.run(use_case)


@router.get("/events", responses={**ABOUT_ONE, 202: WAITS[202] | {"model": EventStatus}})
async def show_event(
    db: Db,
    principal: System,
    response: Response,
    source: AttributeInQuery,
    id: AttributeInQuery,  # noqa: A002
) -> EventStatus:
    """Show what became of an event of the own authority, by its source and id; 202 while it waits for its tilbud."""
    async with db.read() as session:
        status = await queries.event_status(session, principal.scopes(Privilege.PUBLISH_TILSYN), source, id)
    _mark_waiting(response, status.accepted)
    return status


@router.get("/receipts")
async def list_receipts(
    db: Db, principal: System, after: Annotated[Position, Query()] = 0, limit: Limit = 50
) -> ReceiptList:
    """List the receipts of the own authority behind a position; a receipt is kept for a hundred days."""
    async with db.read() as session:
        return await queries.list_receipts(session, principal.scopes(Privilege.PUBLISH_TILSYN), after, limit)


@router.get("/receipts/{receipt_id}", responses={**ABOUT_ONE, 202: WAITS[202] | {"model": ReceiptView}})
async def show_receipt(db: Db, principal: System, receipt_id: IdInPath, response: Response) -> ReceiptView:
    """Show a receipt of the own authority; 202 while the event waits for its tilbud."""
    async with db.read() as session:
        answer = await queries.show_receipt(session, principal.scopes(Privilege.PUBLISH_TILSYN), receipt_id)
    _mark_waiting(response, answer["accepted"])
    return ReceiptView.model_validate(answer)


def _mark_waiting(response: Response, accepted: bool | None) -> None:  # noqa: FBT001
    if accepted is None:
        response.status_code = 202
        response.headers["Retry-After"] = "1"


def _headers(request: Request) -> list[tuple[str, bytes]]:
    """Return the headers in the spelling that Kafka messages have; over HTTP their values are percent-encoded.

    UnsupportedMediaType for another type than JSON; a body without a type is taken for JSON.
    """
    media_type = request.headers.get("content-type", "")
    if media_type and "json" not in media_type.lower():
        raise UnsupportedMediaType("Send én CloudEvent som JSON, eller flere som en liste.")
    raw = [(name.decode("latin-1").lower(), value) for name, value in request.headers.raw]
    return [
        (f"ce_{name[3:]}", unquote_to_bytes(value)) if name.startswith("ce-") else (name, value)
        for name, value in raw
        if name.startswith("ce-") or name == "content-type"
    ]
