"""Reports are stored as they were sent, and what was approved of them by the number of the report."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from approval.database import Json
from approval.kinds import KINDS, SentReport
from approval.submissions.models import ApprovedStep, Report
from approval.submissions.titles import DEPARTMENTS
from contracts.form import department_ids, parse_key

_NEW_APPROVED = insert(ApprovedStep).on_conflict_do_nothing()


async def store_report(session: AsyncSession, event: Any) -> None:
    """Store one revision of a report, the event of its kind; the same one again repairs it."""
    row = {
        "submission_id": event.submission_id,
        "revision": event.revision,
        "kind": event.subject_kind,
        "subject_id": event.subject_id,
        "event": event.model_dump(mode="json", by_alias=True),
    }
    statement = insert(Report).values(row)
    again = {"event": statement.excluded.event}
    await session.execute(statement.on_conflict_do_update(index_elements=["submission_id", "revision"], set_=again))


async def store_approved(session: AsyncSession, report: SentReport) -> None:
    """Store what was approved, by number; parts of departments that the report took away are stored as gone."""
    contents: dict[str, Json | None] = {**KINDS[report.subject_kind].contents_of(report)}
    if DEPARTMENTS in contents:
        remaining = set(department_ids(contents[DEPARTMENTS]))
        known = await session.scalars(
            select(ApprovedStep.step)
            .where(ApprovedStep.kind == report.subject_kind, ApprovedStep.subject_id == report.subject_id)
            .distinct()
        )
        gone = [key for key in known if (department := parse_key(key)[1]) and department not in remaining]
        contents = dict.fromkeys(gone) | contents
    subject = {"kind": report.subject_kind, "subject_id": report.subject_id}
    rows = [{**subject, "step": key, "number": report.number, "data": data} for key, data in contents.items()]
    if rows:
        await session.execute(_NEW_APPROVED, rows)
