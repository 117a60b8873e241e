"""What the duties of a tilbud follow from: its approved and its sent content."""

from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.form.keys import DEPARTMENTS
from contracts.vacancies import PLACES
from reporting.duties.rules import ANNUAL_REPORT, BUDGET, COMPANY, INTERVENTIONS
from reporting.fast_lane.rules import Approved
from reporting.subjects.models import ApprovedStep, Submission, SubmissionStep, Tilbud
from reports.content.rules import SubmissionState

WITHOUT_DEPARTMENTS = (ANNUAL_REPORT, BUDGET, COMPANY)


async def load_approved(session: AsyncSession, tilbud: Tilbud) -> dict[str, Approved]:
    """Return the approved content of the steps that are reported again, by step key."""
    key = ApprovedStep.key
    sent = and_(Submission.subject_id == ApprovedStep.subject_id, Submission.number == ApprovedStep.number)
    wanted = or_(
        key.in_((*WITHOUT_DEPARTMENTS, DEPARTMENTS, INTERVENTIONS, PLACES)),
        key.startswith(f"{INTERVENTIONS}/"),
        key.startswith(f"{PLACES}/"),
    )
    statement = (
        select(key, ApprovedStep.data, Submission.sent_at)
        .join(Submission, sent)
        .where(ApprovedStep.subject_id == tilbud.id, wanted)
        .ext(distinct_on(key))
        .order_by(key, ApprovedStep.number.desc())
    )
    return {row.key: Approved(row.data, row.sent_at) for row in await session.execute(statement)}


async def load_awaiting(session: AsyncSession, tilbud: Tilbud) -> dict[str, dict[str, Any]]:
    """Return what awaits approval of them, by step key."""
    key = SubmissionStep.key
    statement = (
        select(key, SubmissionStep.data)
        .join(Submission, Submission.id == SubmissionStep.submission_id)
        .where(Submission.subject_id == tilbud.id, Submission.state == SubmissionState.AWAITING)
        .where(or_(key.in_((*WITHOUT_DEPARTMENTS, INTERVENTIONS)), key.startswith(f"{INTERVENTIONS}/")))
    )
    return dict((await session.execute(statement)).all())
