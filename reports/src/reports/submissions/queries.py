"""Reading submissions: their content, what they lock, and all of a subject."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.form import Step
from reports.content.rules import Data, SubmissionState, in_order
from reports.models import SubmissionMixin
from reports.mounting import ReportMount, ReportTables
from reports.schemas import Lock, named_authority
from reports.submissions.schemas import DecisionView, SubmissionView
from reports.submissions.step_names import department_names, named_steps, reference_of


async def has_approval(session: AsyncSession, tables: ReportTables, subject_id: str) -> bool:
    """Return whether any submission of the subject was ever approved."""
    submission = tables.submission
    approved = select(func.count()).where(
        submission.subject_id == subject_id, submission.state == SubmissionState.APPROVED
    )
    return bool(await session.scalar(approved))


async def keys_of(session: AsyncSession, tables: ReportTables, submission_id: str) -> list[str]:
    """Return the step keys of a submission."""
    step = tables.submission_step
    return sorted((await session.execute(select(step.key).where(step.submission_id == submission_id))).scalars())


async def content_of(session: AsyncSession, mount: ReportMount[Any], submission_id: str) -> dict[str, Data]:
    """Return what a submission holds, by step key in the order of the form."""
    step = mount.tables.submission_step
    rows = await session.execute(select(step.key, step.data).where(step.submission_id == submission_id))
    content: dict[str, Data] = dict(rows.all())
    return {key: content[key] for key in in_order(content, mount.all_steps)}


async def list_locks(session: AsyncSession, mount: ReportMount[Any], subject_id: str) -> list[Lock]:
    """Return the step keys that open cases hold, in the order of the form."""
    lock, submission = mount.tables.step_lock, mount.tables.submission
    statement = (
        select(lock.key, lock.submission_id, submission.state)
        .join(submission, submission.id == lock.submission_id)
        .where(lock.subject_id == subject_id)
    )
    rows = {key: (submission_id, state) for key, submission_id, state in await session.execute(statement)}
    return [Lock(step=key, submission_id=rows[key][0], state=rows[key][1]) for key in in_order(rows, mount.all_steps)]


async def list_submissions(session: AsyncSession, mount: ReportMount[Any], subject_id: str) -> list[SubmissionView]:
    """Return all submissions of a subject, newest first, with what was decided about each step."""
    submission = mount.tables.submission
    mine = select(submission).where(submission.subject_id == subject_id).order_by(submission.number.desc())
    rows = await session.execute(mine)
    steps = await _steps_of(session, mount.tables, subject_id)
    names = await department_names(session, mount.tables, subject_id)
    return [_view(row, steps.get(row.id, {}), mount.all_steps, names) for row in rows.scalars()]


async def _steps_of(session: AsyncSession, tables: ReportTables, subject_id: str) -> dict[str, dict[str, Any]]:
    step, submission = tables.submission_step, tables.submission
    columns = (step.submission_id, step.key, step.verdict, step.reason, step.fields, step.decided_by, step.decided_at)
    statement = select(*columns).join(submission, submission.id == step.submission_id)
    found: dict[str, dict[str, Any]] = {}
    for row in await session.execute(statement.where(submission.subject_id == subject_id)):
        found.setdefault(row.submission_id, {})[row.key] = row
    return found


def _view(
    row: SubmissionMixin, steps: Mapping[str, Any], order: Sequence[Step], departments: Mapping[str, str]
) -> SubmissionView:
    keys = in_order(steps, order)
    decided = [steps[key] for key in keys if steps[key].verdict]
    return SubmissionView(
        id=row.id,
        number=row.number,
        reference=reference_of(row.subject_id, row.number),
        state=row.state,
        revision=row.revision,
        initial=row.initial,
        steps=keys,
        named_steps=named_steps(keys, order, departments),
        sent_at=row.sent_at,
        sent_by=row.sent_by,
        authority=named_authority(row.authority) if row.authority else None,
        return_reason=row.return_reason,
        settled_at=row.settled_at,
        decisions=[
            DecisionView(
                step=each.key,
                verdict=each.verdict,
                reason=each.reason,
                fields=each.fields or [],
                decided_by=each.decided_by,
                decided_at=each.decided_at,
            )
            for each in decided
        ],
    )
