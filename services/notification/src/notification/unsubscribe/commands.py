"""A link in a mail ends the mails that it stands for, and brings them back (RFC 8058).

Both change nothing the second time. A follow that the link has ended can be brought back for thirty days.
"""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from chassis.database import lock
from chassis.errors import NotFound
from notification.dependencies import SignedLink
from notification.follows.commands import publish_followers
from notification.follows.models import EndedFollow, Follow
from notification.mail_types import CHOOSABLE, MailType
from notification.mails.commands import drop_waiting
from notification.mails.models import Mail
from notification.saved_searches import commands as searches
from notification.saved_searches.models import SavedSearch
from notification.signed_links import Purpose
from notification.subjects.models import Subject
from notification.unsubscribe.schemas import UnsubscriptionBody
from notification.users.models import User

COMES_BACK_WITHIN = timedelta(days=30)


async def unsubscription_of(session: AsyncSession, link: SignedLink) -> UnsubscriptionBody:
    """Return what a link ends, and whether it has; NotFound for a link that ends nothing."""
    if link.purpose is Purpose.PAUSE:
        (sub,) = link.parts
        user = await session.get(User, sub)
        if user is None:
            raise NotFound
        return _all(user)
    if link.purpose is Purpose.SAVED_SEARCH:
        return _search(await searches.search_of(session, *link.parts))
    kind, subject_id, sub = _follow_parts(link)
    subject = await session.get(Subject, {"kind": kind, "id": subject_id})
    if subject is None:
        raise NotFound
    follow = await session.get(Follow, {"kind": kind, "subject_id": subject_id, "sub": sub})
    return _follow(subject, ended=follow is None)


async def end(session: AsyncSession, link: SignedLink) -> UnsubscriptionBody:
    """End what the link stands for."""
    if link.purpose is Purpose.PAUSE:
        user = await _locked_user(session, *link.parts)
        if user.paused_at is None:
            user.paused_at = now()
            user.version += 1
            await drop_waiting(session, Mail.sub == user.sub, Mail.mail_type.in_((*CHOOSABLE, MailType.DIGEST)))
        return _all(user)
    if link.purpose is Purpose.SAVED_SEARCH:
        return _search(await searches.end(session, *link.parts, is_ended=True))
    subject, sub = await _locked_subject(session, link)
    follow = await session.get(Follow, {"kind": subject.kind, "subject_id": subject.id, "sub": sub})
    if follow is not None:
        await session.merge(
            EndedFollow(
                kind=follow.kind,
                subject_id=follow.subject_id,
                sub=sub,
                organisation=follow.organisation,
                followed_at=follow.followed_at,
                ended_at=now(),
            )
        )
        await session.delete(follow)
        await session.flush()
        about = (Mail.subject_kind == subject.kind, Mail.subject_id == subject.id)
        await drop_waiting(session, Mail.sub == sub, *about)
        await publish_followers(session, subject)
    return _follow(subject, ended=True)


async def bring_back(session: AsyncSession, link: SignedLink) -> UnsubscriptionBody:
    """Undo what the link has ended; NotFound when that is too long ago."""
    if link.purpose is Purpose.PAUSE:
        user = await _locked_user(session, *link.parts)
        if user.paused_at is not None:
            user.paused_at = None
            user.version += 1
        return _all(user)
    if link.purpose is Purpose.SAVED_SEARCH:
        return _search(await searches.end(session, *link.parts, is_ended=False))
    subject, sub = await _locked_subject(session, link)
    key = {"kind": subject.kind, "subject_id": subject.id, "sub": sub}
    ended = await session.get(EndedFollow, key)
    if await session.get(Follow, key) is None:
        if ended is None or ended.ended_at < now() - COMES_BACK_WITHIN:
            raise NotFound("Det er for længe siden. Log ind, og følg tilbuddet igen.")
        session.add(Follow(**key, organisation=ended.organisation, followed_at=ended.followed_at))
        await session.delete(ended)
        await session.flush()
        await publish_followers(session, subject)
    return _follow(subject, ended=False)


async def forget_ended_follows(session: AsyncSession) -> None:
    """Delete the ended follows that cannot come back any more."""
    await session.execute(delete(EndedFollow).where(EndedFollow.ended_at < now() - COMES_BACK_WITHIN))


def _follow_parts(link: SignedLink) -> tuple[str, str, str]:
    if link.purpose is not Purpose.UNFOLLOW:
        raise NotFound
    kind, subject_id, sub = link.parts
    return kind, subject_id, sub


async def _locked_subject(session: AsyncSession, link: SignedLink) -> tuple[Subject, str]:
    kind, subject_id, sub = _follow_parts(link)
    subject = await lock(session, Subject, Subject.kind == kind, Subject.id == subject_id)
    if subject is None:
        raise NotFound
    return subject, sub


async def _locked_user(session: AsyncSession, sub: str) -> User:
    user = await lock(session, User, User.sub == sub)
    if user is None:
        raise NotFound
    return user


def _follow(subject: Subject, *, ended: bool) -> UnsubscriptionBody:
    return UnsubscriptionBody(ends="follow", kind=subject.kind, id=subject.id, name=subject.name, ended=ended)


def _search(search: SavedSearch) -> UnsubscriptionBody:
    return UnsubscriptionBody(ends="search", query=search.query, ended=search.ended_at is not None)


def _all(user: User) -> UnsubscriptionBody:
    return UnsubscriptionBody(ends="all", ended=user.paused_at is not None)
