"""What the rows of subjects say after the facts of others.

Whoever writes about a subject locks its row before looking at anything else of it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from approval.kinds import Identity
from approval.subjects.models import Subject
from chassis.clock import today
from chassis.database import lock_or_create
from chassis.subscriptions import Lock


def lock_subjects(kind: str) -> Lock:
    """Return the lock for batches about subjects of a kind; one that is not known yet gets a row to lock."""

    async def lock(session: AsyncSession, subject_ids: Sequence[str]) -> None:
        await lock_or_create(session, Subject.id, subject_ids, kind=kind)

    return lock


async def get_locked_subject(session: AsyncSession, kind: str, subject_id: str) -> Subject:
    """Return the row of a subject that this transaction has locked already."""
    return await session.get_one(Subject, {"id": subject_id, "kind": kind})


def apply_creation(subject: Subject, identity: Identity | None) -> None:
    """The subject exists, with this name and operator until a report is approved that says otherwise."""
    subject.known = True
    if identity and subject.facts_number < 0:
        _identify(subject, identity, number=0)


def apply_report(subject: Subject, identity: Identity | None) -> None:
    """The subject exists; its name and operator are those of a report as long as nothing better is known."""
    subject.known = True
    if identity and subject.facts_number < 0:
        _identify(subject, identity, number=subject.facts_number)


def apply_approval(subject: Subject, identity: Identity | None, *, number: int) -> None:
    """Name and operator are those of the newest report that is approved."""
    if identity and number > subject.facts_number:
        _identify(subject, identity, number=number)


def apply_assignment(
    subject: Subject,
    authority: str,
    *,
    version: int,
    approving_kinds: Sequence[str] = (),
    approving_since: date | None = None,
) -> None:
    """Who supervises the subject: whose tilsyn are accepted, which of them count, and whose list it is on."""
    if version >= subject.authority_version:
        subject.authority, subject.authority_version = authority, version
        subject.approving_kinds, subject.approving_since = list(approving_kinds), approving_since


def apply_vacancies(subject: Subject, vacancies: dict[str, Any]) -> None:
    """Store the report of the fast lane with this version: a later report is compared with it (R69)."""
    if subject.vacancies is None or vacancies["version"] >= subject.vacancies["version"]:
        subject.vacancies, subject.usage_due = vacancies, today()


def _identify(subject: Subject, identity: Identity, *, number: int) -> None:
    subject.name, subject.operator_cvr, subject.facts_number = identity.name, identity.operator_cvr, number
