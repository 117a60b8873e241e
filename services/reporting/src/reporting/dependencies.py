"""What the routes share: the vault, path parameters, and the problems that can be answered."""

from typing import Annotated, Any

from fastapi import Depends, Path, Request

from chassis.auth import Principal, holding, signed_in
from contracts.access import Privilege
from reporting.leader_cpr.vault import CprVault

_TEXT = {"type": "string"}
_FIELD_ERROR = {
    "type": "object",
    "properties": {"pointer": _TEXT, "code": _TEXT, "detail": _TEXT},
    "required": ["pointer", "code", "detail"],
}
PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "An error (RFC 9457). `type` is stable; `errors` point into the body and never show the input.",
    "type": "object",
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "instance": _TEXT,
        "errors": {"type": "array", "items": _FIELD_ERROR},
    },
    "required": ["type", "title", "status", "detail", "instance", "errors"],
}


# A plain function would be run in another thread, which costs more than the rest of what is around a route.
async def _vault(request: Request) -> CprVault:
    vault: CprVault = request.app.state.vault
    return vault


Vault = Annotated[CprVault, Depends(_vault)]
Caller = Annotated[Principal, Depends(signed_in)]
Creator = Annotated[Principal, Depends(holding(Privilege.CREATE_TILBUD))]
CprReader = Annotated[Principal, Depends(holding(Privilege.READ_CPR))]
TilbudId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,40}$")]
StepId = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}$")]
SubmissionId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,40}$")]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI responses of a route: those that every route can give, and ``statuses``."""
    content = {"application/problem+json": {"schema": PROBLEM_SCHEMA}}
    always = (400, 401, 404, 413, 422, 500, 503)
    return {status: {"description": "Problem", "content": content} for status in sorted({*always, *statuses})}
