"""Reading the figures of a tilbud: approved, sent, and to its reporters drafted."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import today
from chassis.errors import Forbidden, NotFound
from contracts.economy import ANNUAL_REPORT, BUDGET
from contracts.form import with_computed
from reporting.economy.rules import Sources, by_year, economy_years, suggested_budget
from reporting.economy.schemas import Economy, FigureState, SuggestedBudget, YearSource
from reporting.mount import TILBUD_REPORTS
from reporting.subjects.access import is_officer_at, is_operator, officer_scopes
from reporting.subjects.models import ApprovedStep, Submission, SubmissionStep, Tilbud
from reports.content.rules import OPEN_STATES
from reports.drafts.queries import DraftContext, load_context
from reports.reporters import Reporter
from web.auth import Principal

STEPS = (BUDGET, ANNUAL_REPORT)
Found = list[tuple[str, YearSource]]


async def view_economy(session: AsyncSession, tilbud_id: str, principal: Principal) -> Economy:
    """Return every reported year to who may see the tilbud, and to an authority that decides a case about it."""
    tilbud = await session.get(Tilbud, tilbud_id)
    if tilbud is None or not await _may_read(session, tilbud, principal):
        raise NotFound
    return Economy(tilbud_id=tilbud.id, years=economy_years(await _sources(session, tilbud, principal)))


async def view_suggestions(
    session: AsyncSession, tilbud_id: str, principal: Principal, year: int | None
) -> SuggestedBudget:
    """Return what a budget of that year can begin with, to a reporter of budgets."""
    tilbud = await TILBUD_REPORTS.get_visible(session, tilbud_id, principal)
    reporter = TILBUD_REPORTS.reporter_of(principal, tilbud)
    reporter.refuse_other_step(BUDGET)
    context = await load_context(session, TILBUD_REPORTS, tilbud, principal.sub)
    fields = [each.id for each in context.report.form.step(BUDGET).fields if not each.is_filled_by_portal]
    sources = by_year(await _known(session, tilbud, _readable(reporter)))
    return suggested_budget(sources, fields, year, today().year)


async def _may_read(session: AsyncSession, tilbud: Tilbud, principal: Principal) -> bool:
    if is_operator(principal, tilbud) or is_officer_at(principal, tilbud.authority):
        return True
    held = select(Submission.id).where(
        Submission.subject_id == tilbud.id,
        Submission.authority.in_(officer_scopes(principal)),
        Submission.state.in_(OPEN_STATES),
    )
    return await session.scalar(held.limit(1)) is not None


async def _sources(session: AsyncSession, tilbud: Tilbud, principal: Principal) -> Sources:
    """Return the figures by step and year; what is sent counts before what is approved, and what is drafted before."""
    reporter = _reporter(principal, tilbud)
    readable = _readable(reporter)
    found = await _known(session, tilbud, readable)
    if reporter:
        context = await load_context(session, TILBUD_REPORTS, tilbud, principal.sub)
        found += [(step, _drafted(context, step)) for step in readable if step in context.saved]
    return by_year(found)


def _reporter(principal: Principal, tilbud: Tilbud) -> Reporter | None:
    try:
        return TILBUD_REPORTS.reporter_of(principal, tilbud)
    except Forbidden:
        return None


def _readable(reporter: Reporter | None) -> Collection[str]:
    return [step for step in STEPS if reporter is None or reporter.may_report(step)]


async def _known(session: AsyncSession, tilbud: Tilbud, steps: Collection[str]) -> Found:
    approved = select(ApprovedStep).where(ApprovedStep.subject_id == tilbud.id, ApprovedStep.key.in_(steps))
    rows = (await session.scalars(approved.order_by(ApprovedStep.number))).all()
    found = [(row.key, _source(FigureState.APPROVED, row.data, at=row.approved_at)) for row in rows]
    columns = (SubmissionStep.key, SubmissionStep.data, Submission.id, Submission.sent_at)
    sent = select(*columns).join(Submission, Submission.id == SubmissionStep.submission_id)
    is_open = (Submission.subject_id == tilbud.id, Submission.state.in_(OPEN_STATES), SubmissionStep.key.in_(steps))
    for key, data, submission_id, sent_at in await session.execute(sent.where(*is_open).order_by(Submission.number)):
        found.append((key, _source(FigureState.SENT, data, at=sent_at, submission_id=submission_id)))
    return found


def _drafted(context: DraftContext[Tilbud], step: str) -> YearSource:
    data = with_computed(context.report.form, step, context.report.steps[step])
    return _source(FigureState.DRAFTED, data, at=context.saved[step].saved_at)


def _source(state: FigureState, data: dict[str, object], **known: object) -> YearSource:
    return YearSource.model_validate({"state": state, "data": data, "at": None, "submission_id": None, **known})
