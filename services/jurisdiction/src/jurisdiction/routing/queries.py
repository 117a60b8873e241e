"""The read side: what is known of the submissions of a subject, and how they were routed."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from jurisdiction.assignments.models import Subject
from jurisdiction.routing.models import SENT, Routing, Submission


async def submissions_of(session: AsyncSession, subject: Subject) -> Sequence[Submission]:
    """Return every submission of a subject in their order."""
    statement = (
        select(Submission)
        .where(Submission.kind == subject.kind, Submission.subject_id == subject.id)
        .order_by(Submission.number)
    )
    return (await session.scalars(statement)).all()


async def open_submissions_of(session: AsyncSession, subject: Subject) -> list[Submission]:
    """Return the submissions of a subject that wait for a decision and whose facts are known, in their order."""
    return [each for each in await submissions_of(session, subject) if each.state == SENT and each.facts is not None]


async def last_routing(session: AsyncSession, submission: Submission) -> Routing | None:
    """Return how the newest revision of a submission was routed last; None while it is not."""
    statement = (
        select(Routing)
        .where(Routing.submission_id == submission.id, Routing.revision == submission.revision)
        .order_by(Routing.id.desc())
        .limit(1)
    )
    return (await session.scalars(statement)).one_or_none()
