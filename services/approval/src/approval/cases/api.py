"""Cases over HTTP: the list, and one case."""

from collections.abc import Awaitable, Callable
from inspect import Parameter, Signature
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from approval.cases import queries
from approval.cases.queries import CaseFilter
from approval.cases.schemas import CaseItem, CaseView
from approval.dependencies import ABOUT_ONE, IdInPath, SignedIn
from approval.kinds import KINDS
from web.app import Db
from web.openapi import headers
from web.pagination import Cursor, Limit, Page

State = Annotated[Literal["awaiting", "returned", "closed"] | None, Query()]
IdInQuery = Annotated[str | None, Query(min_length=1, max_length=200)]


def create_router() -> APIRouter:
    """Return the routes; the list can be narrowed to a subject of each kind that is registered."""
    router = APIRouter(prefix="/v1", tags=["cases"])

    @router.get("/cases")
    async def list_cases(
        db: Db, principal: SignedIn, case_filter: Annotated[CaseFilter, Depends(_case_filter())]
    ) -> Page[CaseItem]:
        """List the cases that the caller's authority decides or whose tilbud it supervises, or of the own tilbud."""
        async with db.read() as session:
            return await queries.list_cases(session, queries.Viewer.of(principal), case_filter)

    responses = {**ABOUT_ONE, 200: headers("ETag")}
    router.add_api_route("/cases/{case_id}", show_case, methods=["GET"], responses=responses)
    return router


def _case_filter() -> Callable[..., Awaitable[CaseFilter]]:
    """Return what reads the parameters of the list: each kind has one of its own, with the name of its ids."""
    kinds = {kind.id_field: kind.id for kind in KINDS}

    async def read(state: Any, cursor: Any, limit: Any, **ids: str | None) -> CaseFilter:
        subjects = tuple((kinds[name], subject_id) for name, subject_id in ids.items() if subject_id is not None)
        return CaseFilter(state=state, subjects=subjects, cursor=cursor, limit=limit)

    parameters = [_parameter("state", State), *(_parameter(name, IdInQuery) for name in kinds)]
    parameters += [_parameter("cursor", Cursor), _parameter("limit", Limit, default=50)]
    read.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    return read


def _parameter(name: str, annotation: Any, default: Any = None) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


async def show_case(db: Db, principal: SignedIn, case_id: IdInPath, response: Response) -> CaseView:
    """Show a case with its steps and log; its ETag is what an outcome builds on."""
    async with db.read() as session:
        view, etag = await queries.show_case(session, queries.Viewer.of(principal), case_id)
    response.headers["ETag"] = etag
    return view
