"""The change overview of a case: approved data beside reported data, step by step (R67 to R69)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases.models import Case
from approval.cases.queries import Viewer, visible_case
from approval.changes.schemas import Department, FieldChange, Overview, Section
from approval.database import Json
from approval.kinds import KINDS, SentReport
from approval.subjects.models import Subject
from approval.submissions.models import ApprovedStep
from approval.submissions.queries import report_of
from approval.submissions.titles import DEPARTMENTS, department_names, form_of, step_title
from contracts.form import FormDefinition, changes, parse_key
from contracts.vacancies import with_vacancies

_SAME_SUBJECT = and_(Case.kind == ApprovedStep.kind, Case.subject_id == ApprovedStep.subject_id)


async def show_changes(session: AsyncSession, viewer: Viewer, case_id: str, *, only_changed: bool) -> Overview:
    """Return the overview of a case; CaseNotOpen for a reporter while it awaits approval."""
    case, subject = await visible_case(session, viewer, case_id)
    viewer.require_open(case, subject)
    report = await report_of(session, case.id, case.revision)
    approved = await approved_before(session, case, subject)
    sections = _sections(report, approved)
    return Overview.about(
        case.kind,
        case_id=case.id,
        tilbud_id=case.subject_id,
        revision=case.revision,
        initial=case.initial,
        sections=[section for section in sections if section.changed or not only_changed],
    )


async def approved_before(session: AsyncSession, case: Case, subject: Subject) -> dict[str, Json | None]:
    """Return what was approved of each step by a report before this one, with what the fast lane said in between."""
    statement = (
        select(ApprovedStep, Case.submitted_at)
        .join(Case, and_(_SAME_SUBJECT, Case.number == ApprovedStep.number))
        .where(
            ApprovedStep.kind == case.kind,
            ApprovedStep.subject_id == case.subject_id,
            ApprovedStep.number < case.number,
        )
        .ext(distinct_on(ApprovedStep.step))
        .order_by(ApprovedStep.step, ApprovedStep.number.desc())
    )
    found = (await session.execute(statement)).all()
    return {row.step: _with_vacancies(row, sent_at, case, subject) for row, sent_at in found}


def _with_vacancies(approved: ApprovedStep, sent_at: datetime | None, case: Case, subject: Subject) -> Json | None:
    """Return approved content with the vacancies reported after it was sent and before ``case`` was."""
    latest = subject.vacancies
    if approved.data is None or latest is None or sent_at is None or case.submitted_at is None:
        return approved.data
    is_between = sent_at < datetime.fromisoformat(latest["changed_at"]) < case.submitted_at
    return with_vacancies(approved.step, approved.data, latest["departments"]) if is_between else approved.data


def _sections(report: SentReport, approved: Mapping[str, dict[str, Any] | None]) -> list[Section]:
    definition = form_of(report)
    contents = KINDS[report.subject_kind].contents_of(report)
    names = department_names(approved.get(DEPARTMENTS), contents.get(DEPARTMENTS))
    return [_section(definition, key, approved.get(key), new, names) for key, new in contents.items()]


def _section(
    definition: FormDefinition | None,
    key: str,
    old: dict[str, Any] | None,
    new: dict[str, Any],
    names: Mapping[str, str],
) -> Section:
    step, department = parse_key(key)
    changed_fields = _changed_fields(definition, step, old, new)
    return Section(
        step=key,
        title=step_title(definition, step),
        department=Department(id=department, name=names.get(department, department)) if department else None,
        changed=old is None or bool(changed_fields),
        changes=changed_fields,
        old=old,
        new=new,
    )


def _changed_fields(
    definition: FormDefinition | None, step: str, old: dict[str, Any] | None, new: dict[str, Any]
) -> list[FieldChange]:
    if definition is None or step not in definition.step_ids:
        return [] if old == new else [FieldChange(path="", label=step, old=old, new=new)]
    # A feed must not repeat what is personal; whoever decides has to see the name that is to be approved.
    found = changes(definition, step, old, new, show_personal=True)
    return [FieldChange(path=each.path, label=each.label, old=each.old, new=each.new) for each in found]
