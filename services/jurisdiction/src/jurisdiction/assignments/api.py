"""The HTTP API: who supervises a subject, with a route for each kind."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from chassis.errors import NotFound
from jurisdiction.assignments import queries
from jurisdiction.assignments.schemas import AssignmentBody, authority_body
from jurisdiction.days import AskedDay
from jurisdiction.dependencies import PROBLEM_STATUSES, Caller
from jurisdiction.kinds import KINDS, RoutedKind
from web.app import Db
from web.etags import etag
from web.openapi import headers
from web.problems import problem_responses

At = Annotated[AskedDay | None, Query(description="The day asked for; now when it is not given.")]


def create_router() -> APIRouter:
    """Return the routes of the kinds that are registered."""
    router = APIRouter(prefix="/v1", responses=problem_responses(*PROBLEM_STATUSES))
    for kind in KINDS:
        _add_routes(router, kind)
    return router


def _add_routes(router: APIRouter, kind: RoutedKind) -> None:
    body = authority_body(kind.id, kind.id_field)

    @router.get(
        f"/{kind.id}/{{{kind.id_field}}}/authority",
        response_model=body,
        responses={200: headers("ETag")},
        description=f"Return the authority of a {kind.id} on a day, why it is the one, and those before it.",
    )
    async def read_authority(
        subject_id: Annotated[str, Path(alias=kind.id_field, min_length=1, max_length=200)],
        caller: Caller,
        db: Db,
        response: Response,
        at: At = None,
    ) -> AssignmentBody:
        async with db.read() as session:
            if not await queries.may_know_of(session, caller, kind.id, subject_id):
                raise NotFound
            periods = await queries.periods_of(session, kind.id, subject_id)
        found = queries.period_on(periods, at)
        if found is None:
            raise NotFound
        response.headers["ETag"] = etag(subject_id, periods[-1].version)
        identity = {kind.id_field: subject_id}
        return body(**found.model_dump(), **identity, history=periods[::-1])
