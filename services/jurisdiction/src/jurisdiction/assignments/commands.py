"""The authority of a subject: assigned when it is created, changed when another authority approves its data."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import day_of
from chassis.database import lock_or_create
from chassis.outbox import emit
from jurisdiction.assignments.events import CreatedSubject, authority_assigned
from jurisdiction.assignments.models import Assignment, Subject
from jurisdiction.assignments.rules import (
    DECISION,
    HANDOVER,
    AssignedAuthority,
    approving_kinds_after,
    first_authority,
    is_same_kind,
)
from jurisdiction.authorities.rulebook import Rulebook
from jurisdiction.kinds import KINDS


async def lock_subjects(session: AsyncSession, kind: str, subject_ids: Sequence[str]) -> None:
    """Lock the rows of these subjects; a message that comes before all others creates its row."""
    await lock_or_create(session, Subject.id, subject_ids, kind=kind)


async def get_locked_subject(session: AsyncSession, kind: str, subject_id: str) -> Subject:
    """Return the row of a subject that this transaction has locked already."""
    return await session.get_one(Subject, {"kind": kind, "id": subject_id})


def assign_first(
    session: AsyncSession, book: Rulebook, subject: Subject, event: CreatedSubject
) -> AssignedAuthority | None:
    """Give a new subject its authority and return it; one that a case has moved before stays there."""
    if subject.version > 0:
        return None
    kind = KINDS[subject.kind]
    facts, day = kind.facts_at_creation(event), day_of(event.created_at)
    first = first_authority(book, facts, day, event.created_by_authority, kind.noun)
    assign(session, subject, first, event.created_at)
    return first


def keep_creation(subject: Subject, event: CreatedSubject) -> None:
    """Keep what the creation of a subject says about its authority; reports say the rest."""
    subject.created_facts = KINDS[subject.kind].facts_at_creation(event).model_dump(mode="json")


def keep_operator(subject: Subject, event: Any, number: int) -> None:
    """Keep who runs the subject; ``number`` is that of the submission that says it, and a later one counts."""
    cvr = KINDS[subject.kind].operator_cvr(event)
    if cvr and number >= subject.operator_number:
        subject.operator_cvr, subject.operator_number = cvr, number


def keep_publication(subject: Subject, sequence: int, *, is_public: bool) -> None:
    """Keep whether everybody knows of the subject; an older message has no effect."""
    if sequence > subject.public_sequence:
        subject.is_public, subject.public_sequence = is_public, sequence


def add_authority(subject: Subject, authority: str) -> None:
    """Keep that an authority has a part in the subject, so that its officers are told of it."""
    if authority not in subject.authorities:
        subject.authorities = sorted({*subject.authorities, authority})


def assign(
    session: AsyncSession,
    subject: Subject,
    assigned: AssignedAuthority,
    at: datetime,
    *,
    givers: Sequence[str] = (),
) -> None:
    """Give the locked ``subject`` to another authority and tell everybody; ``givers`` can take it back."""
    ends = assigned.rule not in {HANDOVER, DECISION}
    before = subject.authority
    if ends and before is not None and not is_same_kind(before, assigned.authority):
        subject.approving_since = day_of(at)
    subject.approving_kinds = approving_kinds_after(
        subject.approving_kinds, before, assigned.authority, ends_approval=ends
    )
    subject.authority = assigned.authority
    subject.version += 1
    subject.givers = list(givers)
    add_authority(subject, assigned.authority)
    assignment = Assignment(
        kind=subject.kind,
        subject_id=subject.id,
        version=subject.version,
        authority=assigned.authority,
        previous=before,
        rule=assigned.rule,
        legal_source=assigned.legal_source,
        explanation=assigned.explanation,
        assigned_at=at,
        givers=list(givers),
        approving_kinds=subject.approving_kinds,
        approving_since=subject.approving_since,
    )
    session.add(assignment)
    emit(session, authority_assigned(assignment), aggregate=subject)
