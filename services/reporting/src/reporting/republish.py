"""The state of a tilbud told again: what it is, every submission as it was last sent, and its vacancies."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import day_of
from chassis.database import lock
from chassis.outbox import emit_republished
from contracts.events import SubmissionClosed, SubmissionSent, TilbudCreated, VacanciesChanged
from contracts.events.parties import Actor
from reporting.content.rules import Data, State, in_order
from reporting.drafts.queries import load_baseline, load_report
from reporting.models import Action, LeaderCpr, Submission, SubmissionStep, Tilbud
from reporting.submissions.commands import merged_steps, sent_event
from reporting.tilbud.commands import Founding, created_event
from reporting.vacancies.commands import vacancies_event


async def republish(session: AsyncSession, tilbud_id: str) -> int:
    """Emit the state of a tilbud, marked as republished; return the number of events."""
    tilbud = await lock(session, Tilbud, Tilbud.id == tilbud_id)
    if tilbud is None:
        return 0
    events: list[TilbudCreated | SubmissionSent | SubmissionClosed | VacanciesChanged] = []
    events.append(await _created(session, tilbud))
    of_tilbud = select(Submission).where(Submission.tilbud_id == tilbud_id).order_by(Submission.number)
    for submission in (await session.scalars(of_tilbud)).all():
        events.append(await _sent(session, tilbud, submission))
        events += [_closed(submission)] if submission.state == State.CLOSED else []
    if tilbud.vacancies_version:
        by = await _actor(session, tilbud.id, "vacancies-changed")
        events.append(vacancies_event(tilbud, Actor.model_validate(by)))
    return emit_republished(session, events, aggregate=tilbud)


async def _created(session: AsyncSession, tilbud: Tilbud) -> TilbudCreated:
    by = await _actor(session, tilbud.id, "tilbud-created")
    founding = Founding.of(tilbud, Actor.model_validate(by) if by else None)
    return created_event(tilbud, founding, cpr_missing=await session.get(LeaderCpr, tilbud.id) is None)


async def _sent(session: AsyncSession, tilbud: Tilbud, submission: Submission) -> SubmissionSent:
    """Return a submission as it was sent: its steps upon what was approved at that time."""
    steps = select(SubmissionStep).where(SubmissionStep.submission_id == submission.id)
    content: dict[str, Data] = {row.key: row.data for row in await session.scalars(steps)}
    baseline = await load_baseline(session, tilbud.id, submission.sent_at)
    report = replace(
        await load_report(session, tilbud, {}),
        today=day_of(submission.sent_at),
        baseline={**baseline, **content},
        cases=(),
    )
    return sent_event(tilbud, submission, merged_steps(report, {}), {key: content[key] for key in in_order(content)})


def _closed(submission: Submission) -> SubmissionClosed:
    return SubmissionClosed(
        tilbud_id=submission.tilbud_id,
        submission_id=submission.id,
        revision=submission.revision,
        closed_at=submission.settled_at or submission.sent_at,
        closed_by=Actor.model_validate(submission.settled_by or submission.sent_by),
    )


async def _actor(session: AsyncSession, tilbud_id: str, what: str) -> dict[str, Any] | None:
    """Return who did ``what`` last."""
    statement = select(Action.by).where(Action.tilbud_id == tilbud_id, Action.what == what)
    return await session.scalar(statement.order_by(Action.id.desc()).limit(1))
