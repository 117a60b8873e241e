"""What an authority watches by date: the sanctions of its tilbud (R88, R95), and approvals without use (L7)."""

from typing import Annotated, Literal

from fastapi import Depends, Query, Request
from starlette.responses import Response

from chassis.clock import today
from portal.dependencies import Cursor, service_client
from portal.kinds import TILBUD
from portal.rendering import page, page_router
from portal.sessions.access import may_approve
from portal.sessions.visitor import Visitor

router = page_router("/tilsyn")

Officer = Annotated[Visitor, Depends(may_approve(TILBUD))]
WORDS = {"order": "Påbud", "condition": "Vilkår", "intensified": "Skærpet tilsyn"}
Shown = Literal["", "order", "condition", "intensified", "overdue"]
CHOICES: tuple[tuple[Shown, str], ...] = (
    ("", "Alle"),
    ("order", "Påbud"),
    ("condition", "Vilkår"),
    ("intensified", "Skærpet tilsyn"),
    ("overdue", "Påbud og vilkår, hvis frist er overskredet"),
)


@router.get("/frister")
async def deadlines(
    request: Request, visitor: Officer, vis: Annotated[Shown, Query()] = "", cursor: Cursor = ""
) -> Response:
    """List orders, conditions and intensified tilsyn that stand, the next deadline first."""
    wanted: dict[str, str] = {"overdue": "true"} if vis == "overdue" else {"kind": vis} if vis else {}
    if cursor:
        wanted["cursor"] = cursor
    found = await service_client(request, visitor).get("approval", "/v1/sanctions", wanted)
    return page(
        request,
        "supervision/deadlines.html",
        found=found.body,
        words=WORDS,
        choices=CHOICES,
        chosen=vis,
        list_path=visitor.list_path(TILBUD),
    )


@router.get("/ubrugte-godkendelser")
async def unused_approvals(request: Request, visitor: Officer, cursor: Cursor = "") -> Response:
    """List the approved tilbud whose places all stand empty, the longest so first."""
    wanted = {"cursor": cursor} if cursor else {}
    found = await service_client(request, visitor).get("approval", "/v1/unused-approvals", wanted)
    return page(
        request,
        "supervision/unused-approvals.html",
        found=found.body,
        today=str(today()),
        list_path=visitor.list_path(TILBUD),
    )
