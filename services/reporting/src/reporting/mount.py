"""Reporting on tilbud: what the library ``reports`` must know of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import lock
from chassis.errors import DomainError
from contracts.events import CaseApproved, SubmissionClosed, SubmissionSent
from contracts.events.parties import Actor, StepContent
from contracts.form import Step, department_ids, routing_facts
from contracts.form.keys import DEPARTMENTS
from contracts.form.loading import steps_of
from contracts.kinds import TILBUD
from contracts.vacancies import with_vacancies
from reporting.duties.commands import refresh_duties
from reporting.fast_lane.commands import drop_departments, publish_sent
from reporting.fast_lane.queries import rows_of
from reporting.files.commands import keep_sent_files, refuse_unknown_files
from reporting.forms.rules import TilbudForm
from reporting.leader_cpr.models import LeaderCpr
from reporting.leader_cpr.rules import LeaderCprMissing
from reporting.registers.commands import look_ean_up
from reporting.subjects import access, facts
from reporting.subjects.models import REPORT_TABLES, Tilbud
from reporting.tilsyn.queries import refuse_ceased
from reports.baseline.queries import is_newest, load_baseline
from reports.models import SubmissionMixin
from reports.mounting import FastLane, ReportMount, SentReport
from reports.reporters import Reporter
from reports.schemas import Sender
from web.auth import Principal

Data = dict[str, Any]


class TilbudReports(ReportMount[Tilbud]):
    """Reports on tilbud."""

    path = f"/v1/tilbud/{{{TILBUD.id_field}}}"
    id_field = TILBUD.id_field
    tag = TILBUD.id
    tables = REPORT_TABLES
    asks_why_on_behalf = True
    steps_of_one = frozenset({facts.COMPANY, facts.CONTACT, DEPARTMENTS})

    @property
    def all_steps(self) -> Sequence[Step]:
        """Return every step of the form of tilbud."""
        return steps_of(TILBUD.id)

    async def load(self, session: AsyncSession, subject_id: str) -> Tilbud | None:
        """Return the tilbud with that id."""
        return await session.get(Tilbud, subject_id)

    async def lock(self, session: AsyncSession, subject_id: str) -> Tilbud | None:
        """Return the tilbud with that id, locked."""
        return await lock(session, Tilbud, Tilbud.id == subject_id)

    def visible_to(self, principal: Principal, subject: Tilbud | None) -> Tilbud:
        """Return the tilbud to its operator's users and its authority's officers."""
        return access.visible_to(principal, subject)

    def reporter_of(self, principal: Principal, subject: Tilbud) -> Reporter:
        """Return the caller as a reporter of the tilbud."""
        return access.reporter_of(principal, subject)

    def form_chooser(self, subject: Tilbud) -> TilbudForm:
        """Return what chooses the form by the legal bases of the tilbud."""
        return TilbudForm(subject.primary_legal_basis, tuple(subject.legal_bases))

    def origin(self, subject: Tilbud) -> Mapping[str, Data]:
        """Return what the authority typed at the creation."""
        return facts.origin(subject)

    def fixed(self, subject: Tilbud) -> Mapping[str, Data]:
        """Return what the registers know."""
        return facts.fixed(subject)

    def looked_up(self, subject: Tilbud, step: str, data: Data) -> Data:
        """Return who has the EAN number of the step."""
        return facts.looked_up(subject, step, data)

    async def after_save(self, subject: Tilbud, step: str, data: Data) -> None:
        """Look the owner of the EAN number up."""
        if step == facts.AGREEMENTS:
            await look_ean_up(subject, data.get("ean"))

    async def refuse_answers(self, session: AsyncSession, subject: Tilbud, step: Step, data: Data) -> None:
        """Raise ``invalid`` for a file that was not sent for the field."""
        await refuse_unknown_files(session, subject.id, step, data)

    def fast_lane(self, subject: Tilbud) -> FastLane | None:
        """Return the vacancies as they were reported last."""
        if subject.vacancies_at is None:
            return None
        rows = rows_of(subject)
        return lambda key, data, sent_at: with_vacancies(key, data, rows, newer_than=sent_at)

    async def apply_sending(self, session: AsyncSession, subject: Tilbud, report: SentReport, by: Actor) -> None:
        """Publish the vacancies that were sent, and keep the files."""
        await publish_sent(session, subject, report, by)
        steps = {step.id: step for step in self.all_steps}
        await keep_sent_files(session, steps, report.submission.id, report.content)

    async def apply_change(self, session: AsyncSession, subject: Tilbud) -> None:
        """Let what has to be reported next follow."""
        await refresh_duties(session, subject)

    async def refuse_if_over(self, session: AsyncSession, subject: Tilbud) -> None:
        """Raise ``tilbud-ceased`` for a tilbud that is closed for good."""
        await refuse_ceased(session, subject)

    async def submission_blocker(self, session: AsyncSession, subject: Tilbud) -> DomainError | None:
        """Return that the leader's CPR number is missing, while it is."""
        return None if await session.get(LeaderCpr, subject.id) else LeaderCprMissing()

    def sent_event(self, subject: Tilbud, report: SentReport) -> SubmissionSent:
        """Return the event of a submission, with its content."""
        submission = report.submission
        leader, contact = facts.reported_people(report.steps)
        return SubmissionSent(
            tilbud_id=subject.id,
            submission_id=submission.id,
            number=submission.number,
            revision=submission.revision,
            initial=submission.initial,
            form_version=submission.form_version,
            sent_at=submission.sent_at,
            sent_by=Actor.model_validate(submission.sent_by),
            on_behalf_reason=Sender.model_validate(submission.sent_by).on_behalf_reason,
            tilbud=facts.reported_facts(subject, report.steps),
            leader=leader,
            contact=contact,
            facts=routing_facts(report.steps),
            steps=[StepContent(key=key, data=data) for key, data in report.content.items()],
        )

    def closed_event(
        self, subject: Tilbud, submission: SubmissionMixin, closed_at: datetime, closed_by: Actor
    ) -> SubmissionClosed:
        """Return the event that the reporter gave the case up."""
        return SubmissionClosed(
            tilbud_id=subject.id,
            submission_id=submission.id,
            revision=submission.revision,
            closed_at=closed_at,
            closed_by=closed_by,
        )

    def approved_content(self, approval: CaseApproved) -> Mapping[str, Data]:
        """Return the content that was approved, as the authority's side says it."""
        return {step.key: step.data for step in approval.steps}

    async def apply_approval(self, session: AsyncSession, subject: Tilbud, approval: CaseApproved) -> None:
        """Let the row of the tilbud say what was approved, step by step, where nothing newer is approved."""
        newest = partial(is_newest, session, self.tables, subject.id, number=approval.number)
        if approval.reports(facts.CONTACT) and await newest(key=facts.CONTACT):
            facts.apply_contact(subject, approval)
        if approval.reports(facts.COMPANY) and await newest(key=facts.COMPANY):
            facts.apply_company(subject, approval)
        if approval.reports(DEPARTMENTS) and await newest(key=DEPARTMENTS):
            baseline = await load_baseline(session, self.tables, subject.id)
            drop_departments(subject, department_ids(baseline[DEPARTMENTS]))


TILBUD_REPORTS = TilbudReports()
