"""What providers do in the country: their tilbud are created, they report, correct, give up, and tell their vacancies.

Everything goes through the use cases of ``reporting``; only the walk from page to page is left out.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import day_of, now
from chassis.database import Database
from chassis.ids import uuid7
from devstack.demonstration.clock import days_ago
from devstack.demonstration.country import Plan
from devstack.demonstration.form_answers import Steps
from devstack.demonstration.histories import Outcome, ReportStage
from devstack.demonstration.people import officer, reporter
from devstack.demonstration.places import latest_vacancies
from devstack.demonstration.reports import correction, creation, report, second_report
from devstack.demonstration.statements import keep_statement
from jurisdiction.authorities.routing_context import NoAuthority
from jurisdiction.authorities.rulebook import load_rulebooks
from jurisdiction.authorities.rules import decide
from jurisdiction.kinds import TILBUD, facts_of_tilbud
from reporting.leader_cpr.keys import key_source
from reporting.leader_cpr.vault import CprVault
from reporting.models import Draft, DraftStep, Submission, Tilbud
from reporting.mount import TILBUD_REPORTS
from reporting.settings import ReportingSettings
from reporting.subjects.facts import created_facts
from reporting.tilbud.commands import create_tilbud
from reporting.tilbud.schemas import CreateTilbud
from reporting.vacancies.commands import change_vacancies
from reporting.vacancies.queries import vacancies_etag
from reporting.vacancies.schemas import VacanciesBody
from reports.content.rules import SubmissionState
from reports.reporters import Reporter
from reports.submissions.commands import close, resubmit, submit

# The hour of its day at which each thing happens, in minutes after work has begun.
CREATED, SENT, SENT_AGAIN, ANSWERED, VACANCIES_UPDATED = 0, 60, 180, 300, 360


class Providers:
    """The providers of the country, in the database of ``reporting``; ``at`` is the moment of loading."""

    def __init__(self, at: datetime) -> None:
        settings = ReportingSettings.load()
        self.database = Database.of(settings)
        self._vault = CprVault(key_source(settings))
        self._book = load_rulebooks()[TILBUD.id]
        self._now = at

    async def known(self) -> dict[int, str]:
        """Return the tilbud that are there already by number, which stands in the leader's address."""
        number = func.substring(Tilbud.leader["email"].astext, r"leder@tilbud-(\d+)\.example")
        async with self.database.read() as session:
            rows = await session.execute(select(number, Tilbud.id).where(number.is_not(None)))
            return {int(found): tilbud_id for found, tilbud_id in rows}

    async def reported(self) -> set[str]:
        """Return the ids of the tilbud that have a report, in a draft or sent."""
        async with self.database.read() as session:
            drafts = await session.scalars(select(Draft.subject_id))
            sent = await session.scalars(select(Submission.subject_id))
            return {*drafts, *sent}

    async def settled(self, ids: Sequence[str], submission: int) -> bool:
        """Return whether that submission awaits its first decision at none of these tilbud any more."""
        statement = select(func.count()).where(
            Submission.subject_id.in_(ids),
            Submission.number == submission,
            Submission.state == SubmissionState.AWAITING,
            Submission.revision == 1,
        )
        async with self.database.read() as session:
            return not await session.scalar(statement)

    async def create(self, session: AsyncSession, plan: Plan) -> str:
        """Create the tilbud of ``plan`` and return its id."""
        body = CreateTilbud.model_validate(creation(plan))
        with days_ago(plan.history.created, CREATED + plan.minute, self._now):
            return await create_tilbud(session, body, officer(self._authority(plan, body)), self._vault)

    def _authority(self, plan: Plan, body: CreateTilbud) -> str:
        facts = facts_of_tilbud(
            created_facts(
                Tilbud(
                    name=body.name,
                    cvr=body.operator.cvr,
                    operator_kind=body.operator.kind.value,
                    operator_municipality=body.operator.municipality,
                    operator_region=body.operator.region,
                    address=body.address.model_dump(),
                    primary_legal_basis=plan.legal_basis.id,
                    legal_bases=body.legal_bases,
                )
            )
        )
        answer = decide(self._book, facts, day_of(self._now))
        if isinstance(answer, NoAuthority):
            raise LookupError(answer.reason)  # noqa: TRY004  The plan is wrong, not a type.
        return answer.authority

    async def report(self, session: AsyncSession, plan: Plan, tilbud_id: str) -> None:
        """Save the first report of ``plan``, and send it where its history says so."""
        with days_ago(plan.history.sent, SENT + plan.minute, self._now):
            steps = report(plan, self._days_of_reports(plan)[0])
            if plan.history.stage is ReportStage.DRAFTED:
                await _save_draft(session, tilbud_id, dict(list(steps.items())[: plan.minute % len(steps) + 1]), plan)
                return
            await _save_draft(session, tilbud_id, steps, plan)
            await submit(session, TILBUD_REPORTS, tilbud_id, reporter(plan))

    async def report_again(self, session: AsyncSession, plan: Plan, tilbud_id: str) -> None:
        """Save and send the second report of a tilbud, unless it is there already."""
        sent = select(func.count()).where(Submission.subject_id == tilbud_id)
        drafted = select(func.count()).where(Draft.subject_id == tilbud_id)
        if await session.scalar(sent) != 1 or await session.scalar(drafted):
            return
        with days_ago(plan.history.sent_again, SENT_AGAIN + plan.minute, self._now):
            await _save_draft(session, tilbud_id, second_report(plan, *self._days_of_reports(plan)), plan)
            if plan.history.outcome is not Outcome.DRAFTED:
                await submit(session, TILBUD_REPORTS, tilbud_id, reporter(plan))

    async def answer_return(self, session: AsyncSession, plan: Plan, tilbud_id: str) -> None:
        """Give up the case that was returned, or correct it and send it again."""
        history = plan.history
        is_first = history.outcome is Outcome.NONE
        returned = select(Submission).where(
            Submission.subject_id == tilbud_id, Submission.state == SubmissionState.RETURNED, Submission.revision == 1
        )
        submission = await session.scalar(returned)
        if submission is None:
            return
        days = (history.decided if is_first else history.decided_again) // 2
        with days_ago(days, ANSWERED + plan.minute, self._now):
            if history.stage is ReportStage.CLOSED or history.outcome is Outcome.CLOSED:
                await close(session, TILBUD_REPORTS, tilbud_id, submission.id, reporter(plan))
                return
            first, again = self._days_of_reports(plan)
            await _save_draft(session, tilbud_id, correction(plan, first, None if is_first else again), plan)
            await resubmit(session, TILBUD_REPORTS, tilbud_id, submission.id, reporter(plan))

    async def tell_vacancies(self, session: AsyncSession, plan: Plan, tilbud_id: str) -> None:
        """Tell the vacancies of a tilbud in the fast lane, unless they were told already."""
        row = await session.get_one(Tilbud, tilbud_id)
        if row.vacancies_version:
            return
        body = VacanciesBody.model_validate({"departments": latest_vacancies(plan, plan.approved_departments)})
        with days_ago(plan.history.vacancies_updated or 0, VACANCIES_UPDATED + plan.minute, self._now):
            known = vacancies_etag(row)
            await change_vacancies(session, tilbud_id, body, reporter(plan), known)

    def _days_of_reports(self, plan: Plan) -> tuple[date, date]:
        today = day_of(self._now)
        return today - timedelta(days=plan.history.sent), today - timedelta(days=plan.history.sent_again)


async def _save_draft(session: AsyncSession, tilbud_id: str, steps: Steps, plan: Plan) -> None:
    if not steps:
        return
    author = Reporter(reporter(plan))
    await keep_statement(session, tilbud_id, steps, author)
    by = author.stamp
    draft = Draft(id=uuid7(), subject_id=tilbud_id, revision=len(steps), started_at=now(), saved_at=now(), saved_by=by)
    session.add(draft)
    await session.flush()
    session.add_all(
        DraftStep(draft_id=draft.id, step=step, data=data, revision=number, saved_at=now(), saved_by=by)
        for number, (step, data) in enumerate(steps.items(), start=1)
    )
    await session.flush()
