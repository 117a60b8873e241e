"""The HTTP API: follow and unfollow, preferences, and what was delivered."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from chassis.app import Db
from chassis.auth import Principal, signed_in
from chassis.etags import IfMatch
from chassis.pagination import MAX_CURSOR_LENGTH, Page
from chassis.problems import MEDIA_TYPE
from notification import follows, queries
from notification.schemas import DeliveryBody, FollowBody, PreferencesBody, PreferencesChange, UnfollowedBody

TilbudId = Annotated[str, Path(min_length=1, max_length=200)]
Caller = Annotated[Principal, Depends(signed_in)]
Cursor = Annotated[str | None, Query(max_length=MAX_CURSOR_LENGTH)]
Limit = Annotated[int, Query(ge=1, le=100)]
About = Annotated[str, Query(min_length=1, max_length=200, description="The tilbuds-id.")]

PROBLEM: dict[str, Any] = {"description": "A problem document (RFC 9457).", "content": {MEDIA_TYPE: {}}}
PROBLEMS: dict[int | str, dict[str, Any]] = dict.fromkeys((400, 401, 404, 412, 413, 422, 428, 503), PROBLEM)

router = APIRouter(prefix="/v1", responses=PROBLEMS)


@router.put("/follows/tilbud/{tilbud_id}")
async def follow(tilbud_id: TilbudId, principal: Caller, db: Db) -> FollowBody:
    """Follow a tilbud; doing it again changes nothing."""
    async with db.begin() as session:
        tilbud, row = await follows.follow(session, principal, tilbud_id)
    return FollowBody(id=tilbud.id, name=tilbud.name, followed_at=row.followed_at)


@router.delete("/follows/tilbud/{tilbud_id}", status_code=204)
async def unfollow(tilbud_id: TilbudId, principal: Caller, db: Db) -> None:
    """Follow a tilbud no longer; doing it again changes nothing."""
    async with db.begin() as session:
        await follows.unfollow(session, principal, tilbud_id)


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


@router.get("/preferences")
async def read_preferences(principal: Caller, db: Db, response: Response) -> PreferencesBody:
    """Return where the caller's mails go and which are wanted."""
    async with db.read() as session:
        preferences, user = await queries.preferences_of(session, principal)
    response.headers["ETag"] = follows.preferences_tag(principal.sub, user)
    return preferences


@router.put("/preferences")
async def change_preferences(
    change: PreferencesChange, principal: Caller, db: Db, response: Response, if_match: IfMatch = None
) -> PreferencesBody:
    """Set where the caller's mails go and which are wanted."""
    mails = {str(kind): wanted for kind, wanted in change.mails.items()}
    async with db.begin() as session:
        user = await follows.change_preferences(session, principal, if_match, change.own_email, mails)
    response.headers["ETag"] = follows.preferences_tag(principal.sub, user)
    return queries.as_preferences(principal, user)


@router.get("/deliveries")
async def list_deliveries(
    about: About, principal: Caller, db: Db, cursor: Cursor = None, limit: Limit = 50
) -> Page[DeliveryBody]:
    """Return the mails about a tilbud to the caller's organisation, the newest first."""
    async with db.read() as session:
        return await queries.deliveries(session, principal, about, cursor, limit)
