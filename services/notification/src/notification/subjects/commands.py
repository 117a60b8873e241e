"""What each fact says about a subject that people follow."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import lock_or_create
from notification.kinds import KINDS
from notification.subjects.models import Subject


async def lock_subjects(session: AsyncSession, kind: str, subject_ids: Sequence[str]) -> None:
    """Lock the rows of these subjects; a message that comes before all others creates its row."""
    await lock_or_create(session, Subject.id, subject_ids, kind=kind)


async def get_locked_subject(session: AsyncSession, kind: str, subject_id: str) -> Subject:
    """Return the row of a subject that this transaction has locked already."""
    return await session.get_one(Subject, {"kind": kind, "id": subject_id})


def apply_creation(subject: Subject, event: Any) -> bool:
    """Keep what a new subject is called and who runs it."""
    _apply_content(subject, event, 0)
    _add_authority(subject, event.created_by_authority)
    return True


def apply_authority(subject: Subject, event: Any) -> bool:
    """Keep who supervises the subject; False when something newer is known."""
    _add_authority(subject, event.authority)
    if event.version < subject.authority_version:
        return False
    subject.authority, subject.authority_version = event.authority, event.version
    return True


def apply_participation(subject: Subject, event: Any) -> bool:
    """Keep that the authority of a case or a tilsyn has a part in the subject."""
    _add_authority(subject, event.authority)
    return True


def apply_approval(subject: Subject, event: Any) -> bool:
    """Keep the approved name and operator."""
    if KINDS[subject.kind].says_identity(event):
        _apply_content(subject, event, event.number)
    return apply_participation(subject, event)


def apply_publication(subject: Subject, sequence: int, *, is_public: bool) -> bool:
    """Keep whether the subject is public; True when it was not so before."""
    if sequence <= subject.public_sequence:
        return False
    before, subject.is_public, subject.public_sequence = subject.is_public, is_public, sequence
    return before != is_public


def _add_authority(subject: Subject, authority: str) -> None:
    """Keep that an authority has a part in the subject, so that its officers may follow it."""
    if authority not in subject.authorities:
        subject.authorities = sorted({*subject.authorities, authority})


def _apply_content(subject: Subject, event: Any, number: int) -> None:
    content = KINDS[subject.kind].content(event)
    if content is not None and number >= subject.content_number:
        subject.content_number = number
        subject.name, subject.operator_cvr = content.name, content.operator_cvr
