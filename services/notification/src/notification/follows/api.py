"""The HTTP API: follow and unfollow, what the caller follows, and what nobody of its organisation does."""

from typing import Annotated

from fastapi import APIRouter, Path

from chassis.app import Db
from chassis.pagination import Cursor, Limit, Page
from chassis.problems import problem_responses
from notification.dependencies import PROBLEM_STATUSES, Caller
from notification.follows import commands, queries
from notification.follows.schemas import FollowBody, UnfollowedBody

TilbudId = Annotated[str, Path(min_length=1, max_length=200)]

router = APIRouter(prefix="/v1", responses=problem_responses(*PROBLEM_STATUSES))


@router.put("/follows/tilbud/{tilbud_id}")
async def follow(tilbud_id: TilbudId, principal: Caller, db: Db) -> FollowBody:
    """Follow a tilbud; doing it again changes nothing."""
    tilbud, row = await db.run_in_transaction(lambda session: commands.follow(session, principal, tilbud_id))
    return FollowBody(id=tilbud.id, name=tilbud.name, followed_at=row.followed_at)


@router.delete("/follows/tilbud/{tilbud_id}", status_code=204)
async def unfollow(tilbud_id: TilbudId, principal: Caller, db: Db) -> None:
    """Follow a tilbud no longer; doing it again changes nothing."""
    await db.run_in_transaction(lambda session: commands.unfollow(session, principal, tilbud_id))


@router.get("/follows")
async def list_follows(principal: Caller, db: Db, cursor: Cursor = None, limit: Limit = 100) -> Page[FollowBody]:
    """Return what the caller follows."""
    async with db.read() as session:
        return await queries.follows_of(session, principal, cursor, limit)


@router.get("/unfollowed")
async def list_unfollowed(principal: Caller, db: Db, cursor: Cursor = None, limit: Limit = 100) -> Page[UnfollowedBody]:
    """Return the tilbud of the caller's organisation that nobody in the organisation follows."""
    async with db.read() as session:
        return await queries.unfollowed_by(session, principal, cursor, limit)
