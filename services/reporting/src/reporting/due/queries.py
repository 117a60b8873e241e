"""What is due of some tilbud, the longest overdue first: one statement over what is kept with its day."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import today
from contracts.access import employer_cvr
from contracts.events.approval import TilsynDecision, TilsynKind
from contracts.events.reporting import DutyKind
from reporting.due.schemas import DueView, StandsStill
from reporting.due.words import link, todo
from reporting.duties.models import Duty
from reporting.duties.rules import WARNINGS, year_to_report
from reporting.leader_cpr.models import LeaderCpr
from reporting.subjects.models import Draft, Submission, SubmissionStep, Tilbud
from reporting.tilsyn.models import Tilsyn
from reports.content.rules import SubmissionState
from web.auth import Principal
from web.pagination import Page, decode_cursor, encode_cursor

# So long a draft may stand before it is taken for forgotten.
DRAFT_WAITS = timedelta(days=14)
POSITIVE = [each for each in TilsynDecision if each.positive]


def of_organisation(principal: Principal) -> ColumnElement[bool]:
    """Return the condition for the tilbud that the caller's organisation runs."""
    return and_(Tilbud.cvr == employer_cvr(principal.rights, principal.cvr), Tilbud.cvr != "")


async def list_due(
    session: AsyncSession,
    own: ColumnElement[bool],
    *,
    confirm_days: int,
    what: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[DueView]:
    """Return what is due of the tilbud that ``own`` holds for; vacancies are confirmed every ``confirm_days``."""
    due = _due(own, confirm_days).subquery()
    found = select(due) if what is None else select(due).where(due.c.what == what)
    place = tuple_(due.c.on, due.c.tilbud_id, due.c.what, due.c.reference)
    page = found if cursor is None else found.where(place > tuple_(*decode_cursor(cursor, date, str, str, str)))
    ordered = page.order_by(due.c.on, due.c.tilbud_id, due.c.what, due.c.reference).limit(limit + 1)
    rows = (await session.execute(ordered)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return Page[DueView](
        items=[_view(row) for row in rows[:limit]],
        next=encode_cursor(last.on, last.tilbud_id, last.what, last.reference) if last else None,
        total=await session.scalar(select(func.count()).select_from(found.subquery())),
    )


def _due(own: ColumnElement[bool], confirm_days: int) -> Any:
    return union_all(
        _duties(own, confirm_days),
        _of(
            StandsStill.RETURNED_CASE,
            _day(func.coalesce(_decided_at(), Submission.sent_at)),
            own,
            reference=Submission.id,
        )
        .join(Submission, Submission.subject_id == Tilbud.id)
        .where(Submission.state == SubmissionState.RETURNED),
        _of(StandsStill.LEADER_CPR, _day(Tilbud.created_at), own).where(
            ~exists().where(LeaderCpr.tilbud_id == Tilbud.id)
        ),
        _of(StandsStill.DRAFT, _day(Draft.saved_at), own)
        .join(Draft, Draft.subject_id == Tilbud.id)
        .where(Draft.replaced_at.is_(None), _day(Draft.saved_at) <= today() - DRAFT_WAITS),
    )


def _duties(own: ColumnElement[bool], confirm_days: int) -> Any:
    deadline = func.coalesce(Duty.deadline, Duty.since + confirm_days)
    warning = case({kind.value: days.days for kind, days in WARNINGS.items()}, value=Duty.kind, else_=0)
    return (
        select(
            Tilbud.id.label("tilbud_id"),
            Tilbud.name.label("tilbud_name"),
            Duty.kind.label("what"),
            Duty.since.label("since"),
            deadline.label("deadline"),
            Duty.year.label("year"),
            literal("").label("reference"),
            deadline.label("on"),
        )
        .join(Duty, Duty.tilbud_id == Tilbud.id)
        .where(own, deadline - warning <= today())
    )


def _of(what: StandsStill, since: ColumnElement[Any], own: ColumnElement[bool], reference: Any = None) -> Select[Any]:
    return select(
        Tilbud.id,
        Tilbud.name,
        literal(what.value),
        since,
        cast(null(), Date),
        cast(null(), Integer),
        literal("") if reference is None else cast(reference, String),
        since,
    ).where(own, _is_open())


def _is_open() -> ColumnElement[bool]:
    """Return the condition for a tilbud that has not ceased for good, as ``contracts.tilsyn.has_ceased`` says it."""
    approved_again = exists().where(
        Tilsyn.tilbud_id == Tilbud.id,
        Tilsyn.kind == TilsynKind.APPROVAL,
        Tilsyn.decision.in_(POSITIVE),
        Tilsyn.decided_on > Tilbud.ceased_on,
    )
    return or_(Tilbud.ceased_on.is_(None), approved_again)


def _decided_at() -> Any:
    decided = select(func.max(SubmissionStep.decided_at)).where(SubmissionStep.submission_id == Submission.id)
    return decided.correlate(Submission).scalar_subquery()


def _day(moment: Any) -> ColumnElement[date]:
    """Return the Danish day of a moment."""
    return cast(func.timezone("Europe/Copenhagen", moment), Date)


def _view(row: Any) -> DueView:
    year = year_to_report(DutyKind(row.what), row.year, today()) if row.year else None
    state = "open" if row.deadline is None else "overdue" if row.deadline < today() else "soon"
    return DueView(
        tilbud_id=row.tilbud_id,
        tilbud_name=row.tilbud_name,
        what=DutyKind(row.what) if row.what in set(DutyKind) else StandsStill(row.what),
        state=state,
        since=row.since,
        deadline=row.deadline,
        year=year,
        submission_id=row.reference or None,
        todo=todo(row.what, year, row.year),
        link=link(row.what, row.tilbud_id),
    )
