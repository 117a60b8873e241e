"""The HTTP API: follow and unfollow, what the caller follows, and what nobody of its organisation does."""

from typing import Annotated

from fastapi import APIRouter, Path

from notification.dependencies import DEFAULT_KIND, PROBLEM_STATUSES, Caller, KindFilter
from notification.follows import commands, queries
from notification.follows.schemas import FollowBody, UnfollowedBody
from notification.kinds import KINDS, FollowedKind
from web.app import Db
from web.pagination import Cursor, Limit, Page
from web.problems import problem_responses


def create_router() -> APIRouter:
    """Return the lists, and the routes to follow subjects of each kind that is registered."""
    router = APIRouter(prefix="/v1", responses=problem_responses(*PROBLEM_STATUSES))
    for kind in KINDS:
        _add_routes(router, kind)
    router.add_api_route("/follows", list_follows, methods=["GET"])
    router.add_api_route("/unfollowed", list_unfollowed, methods=["GET"])
    return router


def _add_routes(router: APIRouter, kind: FollowedKind) -> None:
    path = f"/follows/{kind.id}/{{{kind.id_field}}}"

    @router.put(
        path,
        description=f"Follow a {kind.id}; doing it again changes nothing.",
        responses=problem_responses(409),
    )
    async def follow(
        subject_id: Annotated[str, Path(alias=kind.id_field, min_length=1, max_length=200)], principal: Caller, db: Db
    ) -> FollowBody:
        subject, row = await db.run_in_transaction(
            lambda session: commands.follow(session, principal, kind.id, subject_id)
        )
        return FollowBody(kind=kind.id, id=subject.id, name=subject.name, followed_at=row.followed_at)

    @router.delete(path, status_code=204, description=f"Follow a {kind.id} no longer; doing it again changes nothing.")
    async def unfollow(
        subject_id: Annotated[str, Path(alias=kind.id_field, min_length=1, max_length=200)], principal: Caller, db: Db
    ) -> None:
        await db.run_in_transaction(lambda session: commands.unfollow(session, principal, kind.id, subject_id))


async def list_follows(
    principal: Caller, db: Db, kind: KindFilter = DEFAULT_KIND, cursor: Cursor = None, limit: Limit = 100
) -> Page[FollowBody]:
    """Return what the caller follows."""
    async with db.read() as session:
        return await queries.follows_of(session, principal, kind, cursor, limit)


async def list_unfollowed(
    principal: Caller, db: Db, kind: KindFilter = DEFAULT_KIND, cursor: Cursor = None, limit: Limit = 100
) -> Page[UnfollowedBody]:
    """Return the subjects of the caller's organisation that nobody in the organisation follows."""
    async with db.read() as session:
        return await queries.unfollowed_by(session, principal, kind, cursor, limit)
