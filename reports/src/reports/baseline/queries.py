"""Reading the approved content of a subject, now or as of a moment."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import today
from contracts.form import FormDefinition, department_ids, join
from contracts.form.keys import DEPARTMENTS
from reports.baseline.schemas import Baseline
from reports.content.rules import Data
from reports.models import ApprovedStepMixin
from reports.mounting import ReportMount, ReportTables, SubjectT


async def load_baseline(
    session: AsyncSession, tables: ReportTables, subject_id: str, as_of: datetime | None = None
) -> dict[str, Data]:
    """Return the approved content by step key, now or at a moment in the past."""
    return {row.key: row.data for row in await _approved(session, tables, subject_id, as_of)}


async def load_confirmed(session: AsyncSession, mount: ReportMount[SubjectT], subject: SubjectT) -> dict[str, Data]:
    """Return the approved content by step key, with what the fast lane has brought since it was sent.

    So a later report of other answers is prefilled with it, and does not bring the old values back.
    """
    rows = await session.execute(_confirmed_statement(mount.tables), {"subject_id": subject.id})
    lane = mount.fast_lane(subject)
    return {row.key: lane(row.key, row.data, row.sent_at) if lane else row.data for row in rows}


@cache
def _confirmed_statement(tables: ReportTables) -> Select[*tuple[Any, ...]]:
    """Return the statement for the newest approved content of each step key and the moment it was sent."""
    approved, submission = tables.approved_step, tables.submission
    same = and_(submission.subject_id == approved.subject_id, submission.number == approved.number)
    return (
        select(approved.key, approved.data, submission.sent_at)
        .outerjoin(submission, same)
        .where(approved.subject_id == bindparam("subject_id"))
        .ext(distinct_on(approved.key))
        .order_by(approved.key, approved.number.desc())
    )


async def view_baseline(
    session: AsyncSession, mount: ReportMount[SubjectT], subject: SubjectT, as_of: datetime | None
) -> Baseline:
    """Return the approved data by whole step, now or at a moment in the past."""
    parts = await load_baseline(session, mount.tables, subject.id, as_of)
    submission = mount.tables.submission
    approved = select(func.max(submission.version), func.max(submission.settled_at)).where(
        submission.subject_id == subject.id, submission.version.is_not(None)
    )
    if as_of:
        approved = approved.where(submission.settled_at <= as_of)
    version, approved_at = (await session.execute(approved)).one()
    # What is approved is shown in the form of the subject as it is now, at every moment.
    form = mount.form_chooser(subject)(lambda _: {}, today())
    return Baseline(version=version or 0, approved_at=approved_at, steps=_whole_steps(form, parts))


async def is_newest(session: AsyncSession, tables: ReportTables, subject_id: str, key: str, number: int) -> bool:
    """Return whether nothing with a higher number than ``number`` is approved of ``key``."""
    approved = tables.approved_step
    newest = select(func.max(approved.number)).where(approved.subject_id == subject_id, approved.key == key)
    return await session.scalar(newest) == number


def _whole_steps(form: FormDefinition, parts: dict[str, Data]) -> dict[str, Data]:
    """Join approved step keys to whole steps, for the departments that are approved."""
    departments = department_ids(parts.get(DEPARTMENTS))
    whole = {step: join(form, step, parts, departments) for step in form.step_ids}
    return {step: data for step, data in whole.items() if data}


async def _approved(
    session: AsyncSession, tables: ReportTables, subject_id: str, as_of: datetime | None
) -> Sequence[ApprovedStepMixin]:
    approved = tables.approved_step
    statement = (
        select(approved)
        .where(approved.subject_id == subject_id, approved.approved_at <= as_of if as_of else true())
        .ext(distinct_on(approved.key))
        .order_by(approved.key, approved.number.desc())
    )
    return (await session.execute(statement)).scalars().all()
