"""What each fact says about a subject that people follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import lock_or_create
from notification.figures import Differences, Figures, differences
from notification.kinds import KINDS
from notification.subjects.models import Subject
from notification.subjects.removals import newer_decision


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


def apply_report(_: Subject, __: Any) -> bool:
    """Keep nothing of a report that nobody decides yet: it is told."""
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


def apply_tilsyn(subject: Subject, event: Any) -> bool:
    """Keep the decision of a tilsyn, where it is the one that counts."""
    subject.decision = newer_decision(subject.decision, event) or subject.decision
    return apply_participation(subject, event)


def apply_sample(subject: Subject, event: Any) -> bool:
    """Keep that the authority, where there is one, has a part in the subject."""
    return event.authority is None or apply_participation(subject, event)


def apply_cessation(subject: Subject, event: Any) -> bool:
    """Keep the last day of a subject that has ceased."""
    subject.ceased_on = event.ceased_on
    return apply_participation(subject, event)


@dataclass(frozen=True)
class PublicChange:
    """What a new public state says: ``turned`` when it is public and was not, or the other way round."""

    turned: bool
    differences: Differences


def apply_publication(
    subject: Subject, sequence: int, *, is_public: bool, figures: Figures | None = None
) -> PublicChange | None:
    """Keep whether the subject is public and what it says; None when something newer is known."""
    if sequence <= subject.public_sequence:
        return None
    change = PublicChange(subject.is_public != is_public, differences(subject.figures, figures))
    subject.is_public, subject.public_sequence, subject.figures = is_public, sequence, figures
    return change


def _add_authority(subject: Subject, authority: str) -> None:
    """Keep that an authority has a part in the subject, so that its officers may follow it."""
    if authority not in subject.authorities:
        subject.authorities = sorted({*subject.authorities, authority})


def _apply_content(subject: Subject, event: Any, number: int) -> None:
    content = KINDS[subject.kind].content(event)
    if content is not None and number >= subject.content_number:
        subject.content_number = number
        subject.name, subject.operator_cvr = content.name, content.operator_cvr
        named = KINDS[subject.kind].people(event)
        subject.people = {role: person.email for role, person in named.items() if person and person.email}
