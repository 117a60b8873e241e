"""Inbound events over HTTPS, for supervision systems that do not speak Kafka."""

from typing import Annotated, Any
from urllib.parse import unquote_to_bytes

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from approval.dependencies import RESPONSES, IdInPath
from approval.inbound import commands, queries
from approval.inbound.rules import authority_speaking
from approval.inbound.schemas import Accepted, ReceiptView
from chassis.app import Db
from chassis.auth import Principal, holding
from chassis.envelope import STRUCTURED
from chassis.errors import UnsupportedMediaType
from chassis.idempotency import Answer, CommandDependency
from contracts.access import Privilege

router = APIRouter(prefix="/v1/external", tags=["external"], responses=RESPONSES)

System = Annotated[Principal, Depends(holding(Privilege.PUBLISH_TILSYN))]
ATTRIBUTE = {"type": "string", "minLength": 1, "maxLength": 200}
DOCUMENTED: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A CloudEvent: its data in binary mode, or the whole event in structured mode.",
        "content": {
            "application/json": {"schema": {"type": "object"}},
            STRUCTURED: {
                "schema": {
                    "type": "object",
                    "required": ["specversion", "id", "source", "type", "data"],
                    "properties": {
                        "specversion": {"const": "1.0"},
                        "id": ATTRIBUTE,
                        "source": ATTRIBUTE,
                        "type": {"type": "string"},
                        "data": {"type": "object"},
                    },
                }
            },
        },
    },
    "parameters": [
        {"name": f"ce-{name}", "in": "header", "required": False, "schema": ATTRIBUTE}
        for name in ("id", "source", "type")
    ],
}


@router.post("/events", status_code=202, response_model=Accepted, openapi_extra=DOCUMENTED)
async def receive_event(request: Request, principal: System, command: CommandDependency) -> Response:
    """Take one CloudEvent; its receipt is at the address in the answer, and on the authority's receipts topic."""
    # Never a field of the event: the right says who speaks.
    authority = authority_speaking(principal.scopes(Privilege.PUBLISH_TILSYN))
    body = await request.body()
    headers = _headers(request)

    async def use_case(session: AsyncSession) -> Answer:
        receipt_id = await commands.receive_over_http(session, authority, headers, body)
        address = f"/v1/external/receipts/{receipt_id}"
        return Answer(Accepted(receipt=address), 202, {"Location": address})

    return await command.run(use_case)


@router.get("/receipts/{receipt_id}", responses={202: {"model": ReceiptView, "description": "It waits."}})
async def show_receipt(db: Db, principal: System, receipt_id: IdInPath, response: Response) -> ReceiptView:
    """Show a receipt of the own authority; 202 while the event waits for its tilbud."""
    async with db.read() as session:
        answer = await queries.show_receipt(session, principal.scopes(Privilege.PUBLISH_TILSYN), receipt_id)
    if answer["accepted"] is None:
        response.status_code = 202
        response.headers["Retry-After"] = "1"
    return ReceiptView.model_validate(answer)


def _headers(request: Request) -> list[tuple[str, bytes]]:
    """Return the headers in the spelling that Kafka messages have; over HTTP their values are percent-encoded."""
    media_type = request.headers.get("content-type", "")
    if "json" not in media_type or "cloudevents-batch" in media_type:
        raise UnsupportedMediaType("Send én CloudEvent som JSON.")
    raw = [(name.decode("latin-1").lower(), value) for name, value in request.headers.raw]
    return [
        (f"ce_{name[3:]}", unquote_to_bytes(value)) if name.startswith("ce-") else (name, value)
        for name, value in raw
        if name.startswith("ce-") or name in {"content-type", "traceparent"}
    ]
