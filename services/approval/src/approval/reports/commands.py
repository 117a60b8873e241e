"""Reports are stored as they were sent, and what was approved of them by the number of the report."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from approval.database import Json
from approval.reports.models import ApprovedStep, Report
from contracts.events import SubmissionSent
from contracts.form import department_ids, parse_key

_NEW_APPROVED = insert(ApprovedStep).on_conflict_do_nothing()


async def store_report(session: AsyncSession, event: SubmissionSent) -> None:
    """Store one revision of a report; the same one again repairs it."""
    row = {
        "submission_id": event.submission_id,
        "revision": event.revision,
        "tilbud_id": event.tilbud_id,
        "event": event.model_dump(mode="json", by_alias=True),
    }
    statement = insert(Report).values(row)
    again = {"event": statement.excluded.event}
    await session.execute(statement.on_conflict_do_update(index_elements=["submission_id", "revision"], set_=again))


async def store_approved(session: AsyncSession, report: SubmissionSent) -> None:
    """Store what was approved, by number; parts of departments that the report took away are stored as gone."""
    content: dict[str, Json | None] = {step.key: step.data for step in report.steps}
    if "departments" in content:
        remaining = set(department_ids(content["departments"]))
        known = await session.scalars(
            select(ApprovedStep.step).where(ApprovedStep.tilbud_id == report.tilbud_id).distinct()
        )
        gone = [key for key in known if (department := parse_key(key)[1]) and department not in remaining]
        content = dict.fromkeys(gone) | content
    rows = [
        {"tilbud_id": report.tilbud_id, "step": key, "number": report.number, "data": data}
        for key, data in content.items()
    ]
    await session.execute(_NEW_APPROVED, rows)
