"""The form definition."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Response

from chassis.clock import today
from chassis.errors import NotFound
from contracts.form import FormDefinition, form
from contracts.reference import is_tilbud_basis
from reports.dependencies import responses
from web.auth import signed_in
from web.etags import etag

router = APIRouter(prefix="/v1/form", tags=["form"], responses=responses(), dependencies=[Depends(signed_in)])

LegalBasisPath = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,60}$")]
Others = Annotated[list[Annotated[str, Query(pattern=r"^[a-z0-9-]{1,60}$")]], Query(max_length=20)]


@router.get("/{basis}", response_model=FormDefinition, responses={304: {"description": "Not modified"}})
async def get_form(
    basis: LegalBasisPath,
    at: Annotated[date | None, Query(description="The day that the form is for; today when left out.")] = None,
    other: Others = [],  # noqa: B006  FastAPI copies the default.
    if_none_match: Annotated[str | None, Header(max_length=2_000)] = None,
) -> Response:
    """Return the form for a tilbud with this primary legal basis, and ``other`` ones beside it, on a day."""
    if not all(map(is_tilbud_basis, (basis, *other))):
        raise NotFound
    definition = form(basis, at or today(), other)
    if not definition.steps:
        raise NotFound
    tag = etag(definition.version, definition.at, *definition.legal_bases)
    headers = {"ETag": tag, "Cache-Control": "private, max-age=300"}
    if if_none_match and tag in {each.strip() for each in if_none_match.split(",")}:
        return Response(status_code=304, headers=headers)
    return Response(definition.model_dump_json(), headers=headers, media_type="application/json")
