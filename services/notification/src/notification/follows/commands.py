"""Following and unfollowing (R21 to R23)."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from chassis.database import lock
from chassis.errors import NotFound
from chassis.outbox import EventTooLarge, emit, emit_republished
from contracts.access import employer_cvr, organisation_of
from notification.follows.events import followers_changed
from notification.follows.models import Follow
from notification.follows.rules import TooManyFollowers, Visibility
from notification.kinds import KINDS
from notification.subjects.models import Subject
from notification.users.commands import save_token_address
from web.auth import Principal


async def follow(session: AsyncSession, principal: Principal, kind: str, subject_id: str) -> tuple[Subject, Follow]:
    """Let the user follow a subject; 404 when it does not exist for this user. A second time changes nothing.

    TooManyFollowers when the event that tells of them would be too large.
    """
    subject = await lock(session, Subject, Subject.kind == kind, Subject.id == subject_id)
    if subject is None or not _may_follow(subject, principal):
        raise NotFound
    await save_token_address(session, principal)
    row = await session.get(Follow, {"kind": kind, "subject_id": subject_id, "sub": principal.sub})
    organisation = organisation_of(principal.rights, principal.cvr, principal.sub)
    if row is not None and row.organisation == organisation:
        return subject, row
    if row is None:
        row = Follow(kind=kind, subject_id=subject_id, sub=principal.sub, organisation=organisation, followed_at=now())
        session.add(row)
    row.organisation = organisation
    await session.flush()
    try:
        await publish_followers(session, subject)
    except EventTooLarge as error:
        raise TooManyFollowers from error
    return subject, row


async def unfollow(session: AsyncSession, principal: Principal, kind: str, subject_id: str) -> None:
    """Let the user follow a subject no longer; 404 when it does not exist for this user."""
    subject = await lock(session, Subject, Subject.kind == kind, Subject.id == subject_id)
    if subject is None:
        raise NotFound
    own = (Follow.kind == kind, Follow.subject_id == subject_id, Follow.sub == principal.sub)
    removed = await session.scalar(delete(Follow).where(*own).returning(Follow.sub))
    if removed is not None:
        await publish_followers(session, subject)
    elif not _may_follow(subject, principal):
        raise NotFound


def _may_follow(subject: Subject, principal: Principal) -> bool:
    authority = KINDS[subject.kind].authority_of(principal.rights)
    visibility = Visibility(subject.is_public, subject.operator_cvr, subject.authorities)
    return visibility.allows(employer_cvr(principal.rights, principal.cvr), authority)


async def publish_followers(session: AsyncSession, subject: Subject) -> None:
    """Publish everybody who follows the locked subject from now on."""
    subject.followers_version += 1
    emit(session, followers_changed(subject, await _follows(session, subject), now()), aggregate=subject)


async def republish(session: AsyncSession, kind: str, subject_id: str) -> int:
    """Publish everybody who follows a subject once more; return the number of events, 0 where nobody ever did."""
    followed = (Subject.kind == kind, Subject.id == subject_id, Subject.followers_version > 0)
    subject = await lock(session, Subject, *followed)
    if subject is None:
        return 0
    follows = await _follows(session, subject)
    at = max((row.followed_at for row in follows), default=None) or now()
    return emit_republished(session, [followers_changed(subject, follows, at)], aggregate=subject)


async def _follows(session: AsyncSession, subject: Subject) -> Sequence[Follow]:
    statement = select(Follow).where(Follow.kind == subject.kind, Follow.subject_id == subject.id).order_by(Follow.sub)
    return (await session.scalars(statement)).all()
