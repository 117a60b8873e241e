"""The figures that are public now: approved, or reported since."""

from sqlalchemy import and_, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.form.keys import DEPARTMENTS
from contracts.vacancies import PLACES
from reporting.fast_lane.rules import Approved, Figures, Row, complete_rows, figures_of
from reporting.subjects.models import ApprovedStep, Submission, Tilbud


async def load_figures(session: AsyncSession, tilbud: Tilbud) -> list[Figures]:
    """Return the figures of each department; none before its places are approved."""
    key = ApprovedStep.key
    sent = and_(Submission.subject_id == ApprovedStep.subject_id, Submission.number == ApprovedStep.number)
    statement = (
        select(key, ApprovedStep.data, Submission.sent_at)
        .join(Submission, sent)
        .where(ApprovedStep.subject_id == tilbud.id)
        .where(or_(key.in_((DEPARTMENTS, PLACES)), key.startswith(f"{PLACES}/")))
        .ext(distinct_on(key))
        .order_by(key, ApprovedStep.number.desc())
    )
    approved = {row.key: Approved(row.data, row.sent_at) for row in await session.execute(statement)}
    return figures_of(approved, rows_of(tilbud))


def rows_of(tilbud: Tilbud) -> list[Row]:
    """Return what was reported last of each department."""
    return complete_rows(tilbud.vacancies, tilbud.vacancies_version, tilbud.vacancies_at or tilbud.changed_at)
