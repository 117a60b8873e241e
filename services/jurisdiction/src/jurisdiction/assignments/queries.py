"""The read side: the authority of a subject, now and at every earlier day, and who may know of it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import day_of
from contracts.access import employer_cvr
from contracts.events.parties import RoutingFacts
from contracts.reference import authority_name
from jurisdiction.assignments.models import Assignment, Subject
from jurisdiction.assignments.schemas import AssignmentBody
from jurisdiction.kinds import KINDS
from web.auth import Principal


async def periods_of(session: AsyncSession, kind: str, subject_id: str) -> list[AssignmentBody]:
    """Return every period of a subject under one authority, the oldest first."""
    statement = (
        select(Assignment)
        .where(Assignment.kind == kind, Assignment.subject_id == subject_id)
        .order_by(Assignment.version)
    )
    rows = (await session.scalars(statement)).all()
    ends = [row.assigned_at for row in rows[1:]]
    return [_period(row, until) for row, until in zip_longest(rows, ends)]


async def may_know_of(session: AsyncSession, principal: Principal, kind: str, subject_id: str) -> bool:
    """Return whether the caller may know that the subject exists.

    Everybody may while it is public; else the employees of its operator, and the officers of every authority with a
    part in it.
    """
    subject = await session.get(Subject, {"kind": kind, "id": subject_id})
    return subject is not None and (subject.is_public or has_part_in(principal, subject))


async def is_concerned(session: AsyncSession, principal: Principal, kind: str, subject_id: str) -> bool:
    """Return whether the caller runs the subject, or is an officer of an authority with a part in it."""
    subject = await session.get(Subject, {"kind": kind, "id": subject_id})
    return subject is not None and has_part_in(principal, subject)


def has_part_in(principal: Principal, subject: Subject) -> bool:
    """Return whether the caller is an employee of the operator, or an officer of an authority with a part in it."""
    employer = employer_cvr(principal.rights, principal.cvr)
    runs_it = bool(employer) and employer == subject.operator_cvr
    return runs_it or KINDS[subject.kind].is_officer(principal.rights, subject.authorities)


def known_facts(subject: Subject) -> RoutingFacts | None:
    """Return what is known of a subject that says who supervises it: as approved, and for the rest as created.

    None where too little is known: its creation was before this service kept it, and nothing is approved yet.
    """
    return facts_from(subject.created_facts, subject.approved)


def facts_from(created: Mapping[str, Any] | None, approved: Mapping[str, Any]) -> RoutingFacts | None:
    """Return the facts as they are stored of a subject: of its creation, and approved by step."""
    values = dict(created or {})
    for step in approved.values():
        values |= step["facts"]
    needed = ("legal_bases", "primary", "municipality")
    return RoutingFacts.model_validate(values) if all(values.get(name) for name in needed) else None


def period_on(periods: Sequence[AssignmentBody], day: date | None) -> AssignmentBody | None:
    """Return the period that a subject is in at the end of a day, or now; None when nobody supervised it yet."""
    known = [period for period in periods if day is None or day_of(period.assigned_at) <= day]
    return known[-1] if known else None


def _period(row: Assignment, until: datetime | None) -> AssignmentBody:
    return AssignmentBody(
        version=row.version,
        authority=row.authority,
        name=authority_name(row.authority),
        previous=row.previous,
        rule=row.rule,
        legal_source=row.legal_source,
        explanation=row.explanation,
        because=row.explanation,
        handed_over_by=row.givers[-1] if row.givers else None,
        givers=row.givers,
        assigned_at=row.assigned_at,
        since=row.assigned_at,
        until=until,
    )
