"""Loading what is known about the report of one tilbud."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now, today
from chassis.etags import etag
from contracts.vacancies import with_vacancies
from reporting.content.rules import Data, OpenCase, Report, State
from reporting.models import ApprovedStep, Draft, DraftStep, NewStart, Submission, SubmissionStep, Tilbud
from reporting.subjects.facts import fixed, origin

RESTORABLE = timedelta(days=30)


@dataclass(frozen=True)
class Desk:
    """A report as one user has it in front of them.

    ``draft`` is the current draft of the tilbud. A user who is ``starting_over`` does not see its steps; when
    a colleague saves into it in the meantime, the start is void, so that nobody replaces what was never seen.
    """

    tilbud: Tilbud
    report: Report
    draft: Draft | None
    saved: dict[str, DraftStep]
    starting_over: bool

    def etag(self, step: str) -> str:
        """Return the ETag of a step of the draft: of its last save, or of what it is prefilled with.

        It does not depend on other steps, so that all can be read first and saved one after the other.
        """
        row = self.saved.get(step)
        place = (row.draft_id, row.revision) if row else ("unsaved", 0)
        return etag(self.tilbud.id, step, *place, canonical(self.report.known_parts(step)))

    def after_save(self, draft: Draft, row: DraftStep) -> "Desk":
        """Return the desk with ``row`` just saved into ``draft``, which may have replaced the one that was there."""
        saved = {**(self.saved if draft is self.draft else {}), row.step: row}
        report = self.report.with_draft({step: each.data for step, each in saved.items()})
        return Desk(self.tilbud, report, draft, saved, starting_over=False)


def canonical(data: Data) -> str:
    """Return ``data`` as a text that is equal for equal data."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False)


async def load_desk(session: AsyncSession, tilbud: Tilbud, sub: str) -> Desk:
    """Load the report of ``tilbud`` as the user ``sub`` sees it."""
    statement = select(Draft).where(_is_current(tilbud.id)).execution_options(populate_existing=True)
    draft = (await session.execute(statement)).scalar_one_or_none()
    saved = await _saved_steps(session, draft)
    start = await session.get(NewStart, (tilbud.id, sub)) if draft else None
    starting_over = bool(start and draft and (start.draft_id, start.draft_revision) == (draft.id, draft.revision))
    if starting_over:
        saved = {}
    report = await load_report(session, tilbud, {step: row.data for step, row in saved.items()})
    return Desk(tilbud, report, draft, saved, starting_over)


async def load_report(session: AsyncSession, tilbud: Tilbud, draft: dict[str, Data]) -> Report:
    """Load the baseline and the open cases of ``tilbud`` and put ``draft`` on top."""
    return Report(
        today=today(),
        primary=tilbud.primary_legal_basis,
        legal_bases=tuple(tilbud.legal_bases),
        origin=origin(tilbud),
        fixed=fixed(tilbud),
        baseline=await load_confirmed(session, tilbud),
        cases=await _open_cases(session, tilbud.id),
        draft=draft,
    )


async def load_baseline(session: AsyncSession, tilbud_id: str, as_of: datetime | None = None) -> dict[str, Data]:
    """Return the approved content by step key, now or at a moment in the past."""
    return {row.key: row.data for row in await _approved(session, tilbud_id, as_of)}


async def load_confirmed(session: AsyncSession, tilbud: Tilbud) -> dict[str, Data]:
    """Return the approved content by step key, with the vacancies told in the fast lane since it was sent.

    So a later report of other places is prefilled with them, and does not bring the old ones back.
    """
    rows = await _approved(session, tilbud.id, None)
    told_at = tilbud.vacancies_at
    if told_at is None:
        return {row.key: row.data for row in rows}
    sent = select(Submission.number, Submission.sent_at).where(Submission.tilbud_id == tilbud.id)
    sent_at: dict[int, datetime] = dict((await session.execute(sent)).all())
    return {
        row.key: with_vacancies(row.key, row.data, tilbud.vacancies) if told_at > sent_at[row.number] else row.data
        for row in rows
    }


async def _approved(session: AsyncSession, tilbud_id: str, as_of: datetime | None) -> Sequence[ApprovedStep]:
    statement = (
        select(ApprovedStep)
        .where(ApprovedStep.tilbud_id == tilbud_id, ApprovedStep.approved_at <= as_of if as_of else true())
        .ext(distinct_on(ApprovedStep.key))
        .order_by(ApprovedStep.key, ApprovedStep.number.desc())
    )
    return (await session.execute(statement)).scalars().all()


async def current_draft_steps(session: AsyncSession, tilbud_id: str) -> dict[str, Data]:
    """Return the saved steps of the tilbud's current draft."""
    statement = select(DraftStep.step, DraftStep.data).join(Draft, Draft.id == DraftStep.draft_id)
    return dict((await session.execute(statement.where(_is_current(tilbud_id)))).all())


async def latest_replaced_draft(session: AsyncSession, tilbud_id: str) -> Draft | None:
    """Return the draft that was replaced last, while it can be brought back."""
    statement = (
        select(Draft)
        .where(Draft.tilbud_id == tilbud_id, Draft.replaced_at > now() - RESTORABLE)
        .order_by(Draft.replaced_at.desc())
        .limit(1)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def _saved_steps(session: AsyncSession, draft: Draft | None) -> dict[str, DraftStep]:
    if draft is None:
        return {}
    statement = select(DraftStep).where(DraftStep.draft_id == draft.id).execution_options(populate_existing=True)
    return {row.step: row for row in (await session.execute(statement)).scalars()}


async def _open_cases(session: AsyncSession, tilbud_id: str) -> list[OpenCase]:
    is_open = Submission.state.in_([State.AWAITING, State.RETURNED])
    statement = (
        select(Submission.id, Submission.state, Submission.initial, SubmissionStep.key, SubmissionStep.data)
        .join(SubmissionStep, SubmissionStep.submission_id == Submission.id)
        .where(Submission.tilbud_id == tilbud_id, is_open)
        .order_by(Submission.number)
    )
    found: dict[str, OpenCase] = {}
    for submission_id, state, initial, key, data in await session.execute(statement):
        case = found.setdefault(submission_id, OpenCase(submission_id, State(state), initial, {}))
        found[submission_id] = OpenCase(case.id, case.state, case.initial, {**case.content, key: data})
    return list(found.values())


def _is_current(tilbud_id: str) -> ColumnElement[bool]:
    return and_(Draft.tilbud_id == tilbud_id, Draft.replaced_at.is_(None))
