"""The change overview of a case: approved data beside reported data, step by step (R67 to R69)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases.models import Case
from approval.cases.queries import Viewer, refuse_closed, visible_case
from approval.cases.rounds import round_before
from approval.changes.schemas import Department, FieldChange, Overview, Section
from approval.database import Json
from approval.kinds import KINDS, SentReport
from approval.subjects.models import Subject
from approval.submissions.models import ApprovedStep
from approval.submissions.queries import report_of
from approval.submissions.titles import DEPARTMENTS, department_names, form_of, step_title
from contracts.form import FormDefinition, changes, parse_key
from contracts.vacancies import reported_at, with_vacancies

_SAME_SUBJECT = and_(Case.kind == ApprovedStep.kind, Case.subject_id == ApprovedStep.subject_id)


async def show_changes(
    session: AsyncSession, viewer: Viewer, case_id: str, *, only_changed: bool, context: bool
) -> Overview:
    """Return the overview of a case; CaseNotOpen for a reporter while it awaits approval, CaseMoved where it was.

    ``context`` adds what was approved of the steps that the case does not hold.
    """
    case, subject = await visible_case(session, viewer, case_id)
    await refuse_closed(session, viewer, case, subject)
    report = await report_of(session, case.id, case.revision)
    approved = await approved_before(session, case, subject)
    sections = _sections(report, approved, await _contents_before(session, case))
    if context:
        sections = _in_order(report, [*sections, *_unreported(report, approved)])
    return Overview.about(
        case.kind,
        case_id=case.id,
        tilbud_id=case.subject_id,
        revision=case.revision,
        initial=case.initial,
        sections=[
            section
            for section in sections
            if (section.changed or not only_changed) and viewer.reads(case, subject, section.step)
        ],
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
    changed_at = datetime.fromisoformat(latest["changed_at"])
    between = [
        each for each in latest["departments"] if sent_at < (reported_at(each) or changed_at) < case.submitted_at
    ]
    return with_vacancies(approved.step, approved.data, between)


async def _contents_before(session: AsyncSession, case: Case) -> Mapping[str, Json] | None:
    """Return what the round before held; None in the first round."""
    revision = await round_before(session, case)
    if revision is None:
        return None
    return KINDS[case.kind].contents_of(await report_of(session, case.id, revision))


def _sections(
    report: SentReport, approved: Mapping[str, Json | None], before: Mapping[str, Json] | None
) -> list[Section]:
    contents = KINDS[report.subject_kind].contents_of(report)
    heading = _Heading.of(report, approved)
    return [_section(heading, key, approved.get(key), new, before) for key, new in contents.items()]


def _unreported(report: SentReport, approved: Mapping[str, Json | None]) -> list[Section]:
    """Return the sections of what was approved and is not reported; a department that is gone has none."""
    contents = KINDS[report.subject_kind].contents_of(report)
    heading = _Heading.of(report, approved)
    remaining = {key: data for key, data in approved.items() if data is not None and key not in contents}
    return [
        Section(
            **heading.of_section(key),
            reported=False,
            changed=False,
            changes=[],
            old=data,
            new=data,
            previous=None,
            edited=None,
        )
        for key, data in remaining.items()
        if heading.knows(key)
    ]


def _in_order(report: SentReport, sections: list[Section]) -> list[Section]:
    definition = form_of(report)
    places = {step: place for place, step in enumerate(definition.step_ids)} if definition else {}
    return sorted(sections, key=lambda section: places.get(parse_key(section.step)[0], len(places)))


@dataclass(frozen=True)
class _Heading:
    """What sections are called: by the form that was filled in, and the names of the departments."""

    definition: FormDefinition | None
    names: Mapping[str, str]

    @classmethod
    def of(cls, report: SentReport, approved: Mapping[str, Json | None]) -> "_Heading":
        reported = KINDS[report.subject_kind].contents_of(report).get(DEPARTMENTS)
        return cls(form_of(report), department_names(approved.get(DEPARTMENTS), reported))

    def of_section(self, key: str) -> dict[str, Any]:
        step, department = parse_key(key)
        named = Department(id=department, name=self.names.get(department, department)) if department else None
        return {"step": key, "title": step_title(self.definition, step), "department": named}

    def knows(self, key: str) -> bool:
        """Return whether the form of today still has the step."""
        return self.definition is None or parse_key(key)[0] in self.definition.step_ids


def _section(heading: _Heading, key: str, old: Json | None, new: Json, before: Mapping[str, Json] | None) -> Section:
    changed_fields = _changed_fields(heading.definition, parse_key(key)[0], old, new)
    previous = before.get(key) if before is not None else None
    return Section(
        **heading.of_section(key),
        reported=True,
        changed=old is None or bool(changed_fields),
        changes=changed_fields,
        old=old,
        new=new,
        previous=previous,
        edited=previous != new if before is not None else None,
    )


def _changed_fields(
    definition: FormDefinition | None, step: str, old: dict[str, Any] | None, new: dict[str, Any]
) -> list[FieldChange]:
    if definition is None or step not in definition.step_ids:
        return [] if old == new else [FieldChange(path="", label=step, old=old, new=new)]
    # A feed must not repeat what is personal; whoever decides has to see the name that is to be approved.
    found = changes(definition, step, old, new, show_personal=True)
    return [FieldChange(path=each.path, label=each.label, old=each.old, new=each.new) for each in found]
