"""What people call the steps of a submission."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.form import Step, parse_key
from contracts.form.keys import DEPARTMENTS
from reports.content.rules import in_order
from reports.mounting import ReportTables
from reports.schemas import NamedDepartment, NamedStep


def reference_of(subject_id: str, number: int) -> str:
    """Return the number of a case that people can say to each other: the third of the subject `a` is `a-3`."""
    return f"{subject_id}-{number}"


def named_steps(keys: Iterable[str], steps: Sequence[Step], departments: Mapping[str, str]) -> list[NamedStep]:
    """Return step keys in the order of the form with their titles and the names of their departments."""
    titles = {step.id: step.title for step in steps}
    return [_named(key, titles, departments) for key in in_order(keys, steps)]


def _named(key: str, titles: Mapping[str, str], departments: Mapping[str, str]) -> NamedStep:
    step, department = parse_key(key)
    named = NamedDepartment(id=department, name=departments.get(department, department)) if department else None
    return NamedStep(step=key, title=titles.get(step, step), department=named)


async def department_names(session: AsyncSession, tables: ReportTables, subject_id: str) -> dict[str, str]:
    """Return the name of every department that was ever reported, by id: as it was sent last."""
    step, submission, approved = tables.submission_step, tables.submission, tables.approved_step
    baseline = select(approved.data).where(approved.subject_id == subject_id, approved.key == DEPARTMENTS)
    sent = select(step.data).join(submission, submission.id == step.submission_id)
    sent = sent.where(submission.subject_id == subject_id, step.key == DEPARTMENTS)
    found = [
        *(await session.scalars(baseline.order_by(approved.number))),
        *(await session.scalars(sent.order_by(submission.number))),
    ]
    return {department: name for data in found for department, name in names_in(data).items()}


def names_in(data: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the names in the data of the step ``departments`` by id."""
    rows = (data or {}).get(DEPARTMENTS)
    found = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    return {str(row["id"]): str(row.get("name") or row["id"]) for row in found if row.get("id")}
