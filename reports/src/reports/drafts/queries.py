"""Loading what is known about the report on a subject, as one user has it in front of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, partial
from typing import Any, Generic

from sqlalchemy import BindParameter, ColumnElement, Select, Text, and_, bindparam, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import day_of, now, today
from contracts.events.parties import Verdict
from contracts.form import Unread
from reports.baseline.queries import load_confirmed
from reports.content.rules import OPEN_STATES, Data, OpenCase, Rejection, Report, SubmissionState
from reports.models import DraftMixin, DraftStepMixin
from reports.mounting import FastLane, ReportMount, ReportTables, SubjectT
from web.etags import etag

RESTORABLE = timedelta(days=30)


@dataclass(frozen=True)
class DraftContext(Generic[SubjectT]):
    """A report as one user has it in front of them.

    ``draft`` is the current draft of the subject. A user who is ``starting_over`` does not see its steps; when
    a colleague saves into it in the meantime, the start is void, so that nobody replaces what was never seen.
    """

    subject: SubjectT
    report: Report
    draft: DraftMixin | None
    saved: dict[str, DraftStepMixin]
    starting_over: bool

    def etag(self, step: str) -> str:
        """Return the ETag of a step of the draft: of its last save, or of what it is prefilled with.

        It does not depend on other steps, so that all can be read first and saved one after the other.
        """
        row = self.saved.get(step)
        place = (row.draft_id, row.revision) if row else ("unsaved", 0)
        return etag(self.subject.id, step, *place, canonical(self.report.known_parts(step)))

    def after_save(self, draft: DraftMixin, row: DraftStepMixin) -> "DraftContext[SubjectT]":
        """Return the context with ``row`` just saved into ``draft``, which may have replaced the one that was there."""
        saved = {**(self.saved if draft is self.draft else {}), row.step: row}
        report = self.report.with_draft({step: each.data for step, each in saved.items()}, _unread(saved))
        return DraftContext(self.subject, report, draft, saved, starting_over=False)


def canonical(data: Data) -> str:
    """Return ``data`` as a text that is equal for equal data."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False)


async def load_context(
    session: AsyncSession, mount: ReportMount[SubjectT], subject: SubjectT, sub: str | None
) -> DraftContext[SubjectT]:
    """Load the report on ``subject`` as the user ``sub`` sees it; for None, as nobody's new start changes it."""
    drafted = await _load_draft(session, mount.tables, subject.id, sub)
    draft, saved = drafted.draft, {} if drafted.starting_over else drafted.saved
    begun_on = day_of(draft.started_at) if draft and not drafted.starting_over else None
    content = {step: row.data for step, row in saved.items()}
    report = await load_report(session, mount, subject, content, _unread(saved), begun_on)
    return DraftContext(subject, replace(report, reported_on=drafted.reported_on), draft, saved, drafted.starting_over)


async def load_report(
    session: AsyncSession,
    mount: ReportMount[SubjectT],
    subject: SubjectT,
    draft: dict[str, Data],
    unread: Mapping[str, Unread],
    begun_on: date | None,
) -> Report:
    """Load the baseline and the open cases of ``subject`` and put ``draft``, begun on that day, on top."""
    baseline = await load_confirmed(session, mount, subject)
    cases = await _open_cases(session, mount.tables, subject.id, mount.fast_lane(subject))
    report = blank_report(mount, subject, today(), baseline, cases)
    return replace(report, begun_on=begun_on).with_draft(draft, unread)


def blank_report(
    mount: ReportMount[SubjectT],
    subject: SubjectT,
    day: date,
    baseline: dict[str, Data],
    cases: list[OpenCase],
) -> Report:
    """Return the report on ``subject`` of that day without a draft."""
    return Report(
        today=day,
        choose_form=mount.form_chooser(subject),
        origin=mount.origin(subject),
        fixed=mount.fixed(subject),
        look_up=partial(mount.looked_up, subject),
        baseline=baseline,
        cases=cases,
        all_steps=mount.all_steps,
    )


async def current_draft_steps(
    session: AsyncSession, tables: ReportTables, subject_id: str
) -> tuple[date | None, dict[str, tuple[Data, Unread]]]:
    """Return the day on which the subject's current draft was begun, and its saved steps with what cannot be read."""
    step, draft = tables.draft_step, tables.draft
    columns = (draft.started_at, step.step, step.data, step.unread)
    statement = select(*columns).join(draft, draft.id == step.draft_id).where(is_current(tables, subject_id))
    rows = (await session.execute(statement)).all()
    begun_on = day_of(rows[0].started_at) if rows else None
    return begun_on, {row.step: (row.data, row.unread or {}) for row in rows}


async def latest_replaced_draft(session: AsyncSession, tables: ReportTables, subject_id: str) -> DraftMixin | None:
    """Return the draft that was replaced last, while it can be brought back."""
    draft = tables.draft
    statement = (
        select(draft)
        .where(draft.subject_id == subject_id, draft.replaced_at > now() - RESTORABLE)
        .order_by(draft.replaced_at.desc())
        .limit(1)
    )
    return (await session.execute(statement)).scalar_one_or_none()


def is_current(tables: ReportTables, subject_id: str | BindParameter[str]) -> ColumnElement[bool]:
    """Return the condition for the current draft of a subject."""
    return and_(tables.draft.subject_id == subject_id, tables.draft.replaced_at.is_(None))


def _unread(saved: Mapping[str, DraftStepMixin]) -> dict[str, Unread]:
    return {step: row.unread for step, row in saved.items() if row.unread}


@dataclass(frozen=True)
class _Drafted:
    """The current draft with its steps, whether a user is starting over, and the day of the last report."""

    draft: DraftMixin | None
    saved: dict[str, DraftStepMixin]
    starting_over: bool
    reported_on: date | None


async def _load_draft(session: AsyncSession, tables: ReportTables, subject_id: str, sub: str | None) -> _Drafted:
    found = await session.execute(_draft_statement(tables), {"subject_id": subject_id, "sub": sub})
    rows = found.all()
    draft, _, start, sent_at = rows[0]
    saved = {step.step: step for _, step, _, _ in rows if step}
    return _Drafted(draft, saved, start is not None, day_of(sent_at) if sent_at else None)


@cache
def _draft_statement(tables: ReportTables) -> Select[*tuple[Any, ...]]:
    """Return the statement for all that is drafted: a row for each saved step, and one where there is none."""
    draft, step, start, submission = tables.draft, tables.draft_step, tables.new_start, tables.submission
    subject_id = bindparam("subject_id", type_=Text)
    mine = (start.subject_id == subject_id, start.sub == bindparam("sub", type_=Text))
    of_this_draft = (start.draft_id == draft.id, start.draft_revision == draft.revision)
    sent_at = select(func.max(submission.sent_at)).where(submission.subject_id == subject_id).scalar_subquery()
    always = select(literal(1)).subquery()
    return (
        select(draft, step, start.sub, sent_at)
        .select_from(always)
        .outerjoin(draft, is_current(tables, subject_id))
        .outerjoin(step, step.draft_id == draft.id)
        .outerjoin(start, and_(*mine, *of_this_draft))
        .execution_options(populate_existing=True)
    )


async def _open_cases(
    session: AsyncSession, tables: ReportTables, subject_id: str, lane: FastLane | None
) -> list[OpenCase]:
    found: dict[str, list[Any]] = {}
    for row in await session.execute(_open_cases_statement(tables), {"subject_id": subject_id}):
        found.setdefault(row.id, []).append(row)
    return [_open_case(rows, lane) for rows in found.values()]


@cache
def _open_cases_statement(tables: ReportTables) -> Select[*tuple[Any, ...]]:
    submission, step = tables.submission, tables.submission_step
    decision = (step.verdict, step.reason, step.fields, step.decided_by, step.decided_at)
    case = (submission.id, submission.number, submission.state, submission.initial, submission.return_reason)
    columns = (*case, submission.sent_at, step.key, step.data, *decision)
    return (
        select(*columns)
        .join(step, step.submission_id == submission.id)
        .where(submission.subject_id == bindparam("subject_id"), submission.state.in_(OPEN_STATES))
        .order_by(submission.number)
    )


def _open_case(rows: Sequence[Any], lane: FastLane | None) -> OpenCase:
    """Return the case; one that is edited again has the figures that were reported since it was sent."""
    state = SubmissionState(rows[0].state)
    is_returned = state is SubmissionState.RETURNED
    rejected = (row for row in rows if is_returned and row.verdict == Verdict.REJECT)
    content = {row.key: lane(row.key, row.data, row.sent_at) if lane and is_returned else row.data for row in rows}
    return OpenCase(
        id=rows[0].id,
        state=state,
        number=rows[0].number,
        initial=rows[0].initial,
        return_reason=rows[0].return_reason,
        content=content,
        rejected={row.key: _rejection(row) for row in rejected},
        sent_on=day_of(rows[0].sent_at),
    )


def _rejection(row: Any) -> Rejection:
    return Rejection(row.reason or "", row.fields or [], row.decided_by, row.decided_at)
