"""The read side: what is known of the submissions of a subject, and how they were routed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from jurisdiction.assignments.models import Subject
from jurisdiction.routing.models import DECIDED, RETURNED, SENT, Routing, Submission, Undecided


async def submissions_of(session: AsyncSession, subject: Subject) -> Sequence[Submission]:
    """Return every submission of a subject in their order."""
    return (await session.scalars(_submissions_of(subject))).all()


async def open_submissions_of(session: AsyncSession, subject: Subject) -> Sequence[Submission]:
    """Return the submissions of a subject that wait for a decision and whose facts are known, in their order."""
    waiting = _submissions_of(subject).where(Submission.state == SENT, Submission.facts.is_not(None))
    return (await session.scalars(waiting)).all()


async def submissions_at(session: AsyncSession, subject: Subject, authority: str) -> list[Submission]:
    """Return the submissions of a subject that an authority decides, and that are neither approved nor given up."""
    current = await session.scalars(_submissions_of(subject).where(Submission.state.in_({SENT, RETURNED})))
    routed = [(each, await last_routing(session, each)) for each in current.all()]
    return [each for each, routing in routed if routing and routing.authority == authority]


async def decided_authority(session: AsyncSession, subject: Subject, facts: dict[str, Any]) -> str | None:
    """Return whom the national operator has named for exactly these facts of a subject."""
    statement = select(Undecided.authority).where(
        Undecided.kind == subject.kind,
        Undecided.subject_id == subject.id,
        Undecided.state == DECIDED,
        Undecided.facts == facts,
    )
    return await session.scalar(statement.order_by(Undecided.settled_at.desc()).limit(1))


def _submissions_of(subject: Subject) -> Select[Submission]:
    return (
        select(Submission)
        .where(Submission.kind == subject.kind, Submission.subject_id == subject.id)
        .order_by(Submission.number)
    )


async def last_routing(session: AsyncSession, submission: Submission) -> Routing | None:
    """Return how the newest revision of a submission was routed last; None while it is not."""
    statement = (
        select(Routing)
        .where(Routing.submission_id == submission.id, Routing.revision == submission.revision)
        .order_by(Routing.id.desc())
        .limit(1)
    )
    return (await session.scalars(statement)).one_or_none()
