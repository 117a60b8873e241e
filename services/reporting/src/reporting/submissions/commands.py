"""Sending a report, sending it again, giving it up (rows 54-58, 77-79)."""

from collections.abc import Mapping

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.auth import Principal
from chassis.clock import now
from chassis.ids import uuid7
from chassis.outbox import EventTooLarge, emit
from chassis.problems import Problem, not_found
from contracts.events import SubmissionClosed, SubmissionSent
from contracts.events.parties import Actor, StepContent
from contracts.form import department_ids, join, parse_key, routing_facts, with_computed
from reporting.actions.commands import note
from reporting.content.rules import (
    DEPARTMENTS,
    Data,
    OpenCase,
    Report,
    State,
    keys_to_resend,
    keys_to_send,
    refuse_incomplete,
    refuse_nothing,
    resubmitted,
)
from reporting.drafts.commands import drop_superfluous, locked_for, put_back
from reporting.drafts.queries import load_desk
from reporting.models import LeaderCpr, StepLock, Submission, SubmissionStep, Tilbud
from reporting.subjects.access import Reporter
from reporting.subjects.facts import reported_facts, reported_people


async def submit(session: AsyncSession, tilbud_id: str, principal: Principal) -> tuple[Submission, list[str]]:
    """Send what changed for approval and lock it; the first submission holds everything (rows 54, 55, 58)."""
    tilbud, reporter = await locked_for(session, tilbud_id, principal)
    report = (await load_desk(session, tilbud, principal.sub)).report
    refuse_incomplete(report)
    await _refuse_without_cpr(session, tilbud)
    initial = not await has_approval(session, tilbud.id)
    keys = keys_to_send(report, initial=initial)
    refuse_nothing(report, keys, initial=initial)
    tilbud.last_number += 1
    submission = Submission(
        id=uuid7(),
        tilbud_id=tilbud.id,
        number=tilbud.last_number,
        revision=1,
        initial=initial,
        state=State.AWAITING,
        form_version=report.form.version,
        sent_at=now(),
        sent_by=reporter.stamp,
    )
    session.add(submission)
    await session.flush()
    await _send(session, tilbud, submission, report, keys)
    note(session, tilbud.id, "submission-sent", reporter.actor, submission_id=submission.id, steps=keys)
    return submission, keys


async def resubmit(
    session: AsyncSession, tilbud_id: str, submission_id: str, principal: Principal
) -> tuple[Submission, list[str]]:
    """Send a returned case again: the same case, its own steps, the next revision (row 77)."""
    tilbud, reporter = await locked_for(session, tilbud_id, principal)
    submission = await _submission(session, tilbud, submission_id)
    _refuse_unless_returned(submission)
    whole = (await load_desk(session, tilbud, principal.sub)).report
    case = _case(whole, submission)
    report = resubmitted(whole, case)
    refuse_incomplete(report)
    await _refuse_without_cpr(session, tilbud)
    keys = keys_to_resend(report, case)
    if not keys:
        raise Problem("nothing-changed", "Sagens afdelinger findes ikke længere. Afslut sagen.")
    submission.revision += 1
    submission.state = State.AWAITING
    submission.form_version = report.form.version
    submission.sent_at, submission.sent_by = now(), reporter.stamp
    submission.authority = submission.return_reason = None
    await _send(session, tilbud, submission, report, keys)
    details = {"submission_id": submission.id, "revision": submission.revision, "steps": keys}
    note(session, tilbud.id, "submission-sent-again", reporter.actor, **details)
    return submission, keys


async def close(
    session: AsyncSession, tilbud_id: str, submission_id: str, principal: Principal
) -> tuple[Submission, list[str]]:
    """Give up a returned case for good; its changes stay in the draft. Closing twice is the same as once."""
    tilbud, reporter = await locked_for(session, tilbud_id, principal, even_ceased=True)
    submission = await _submission(session, tilbud, submission_id)
    if submission.state != State.CLOSED:
        _refuse_unless_returned(submission)
        await _close(session, tilbud, submission, reporter)
    return submission, await keys_of(session, submission.id)


async def _close(session: AsyncSession, tilbud: Tilbud, submission: Submission, reporter: Reporter) -> None:
    report = (await load_desk(session, tilbud, "")).report
    steps = {parse_key(key)[0] for key in _case(report, submission).content}
    content = {step: report.steps[step] for step in steps & report.steps.keys()}
    settle(submission, State.CLOSED, reporter.actor)
    await release_locks(session, submission.id)
    await session.flush()
    await put_back(session, tilbud, content, reporter)
    await drop_superfluous(session, tilbud)
    note(session, tilbud.id, "submission-closed", reporter.actor, submission_id=submission.id)
    event = SubmissionClosed(
        tilbud_id=tilbud.id,
        submission_id=submission.id,
        revision=submission.revision,
        closed_at=now(),
        closed_by=reporter.actor,
    )
    emit(session, event, aggregate=tilbud)


def settle(submission: Submission, state: State, by: Actor | None) -> None:
    """Let ``submission`` be over."""
    submission.state = state
    submission.settled_at = now()
    submission.settled_by = by.model_dump() if by else None


async def release_locks(session: AsyncSession, submission_id: str) -> None:
    """Free the steps of a case."""
    await session.execute(delete(StepLock).where(StepLock.submission_id == submission_id))


async def has_approval(session: AsyncSession, tilbud_id: str) -> bool:
    """Return whether any submission of the tilbud was ever approved."""
    approved = select(func.count()).where(Submission.tilbud_id == tilbud_id, Submission.state == State.APPROVED)
    return bool(await session.scalar(approved))


async def keys_of(session: AsyncSession, submission_id: str) -> list[str]:
    """Return the step keys of a submission."""
    statement = select(SubmissionStep.key).where(SubmissionStep.submission_id == submission_id)
    return sorted((await session.execute(statement)).scalars())


async def _send(session: AsyncSession, tilbud: Tilbud, submission: Submission, report: Report, keys: list[str]) -> None:
    content = {key: _sent_content(report, key) for key in keys}
    await _store(session, submission, content)
    _emit_sent(session, tilbud, submission, report, content)
    tilbud.changed_at = submission.sent_at
    await session.flush()
    await drop_superfluous(session, tilbud)


def _sent_content(report: Report, key: str) -> Data:
    step = parse_key(key)[0]
    return with_computed(report.form, step, {**report.content[key], **report.fixed.get(step, {})})


async def _store(session: AsyncSession, submission: Submission, content: Mapping[str, Data]) -> None:
    """Store the content and lock its steps; what a department's removal took out of the case is freed."""
    rows = await session.execute(select(SubmissionStep).where(SubmissionStep.submission_id == submission.id))
    known = {row.key: row for row in rows.scalars()}
    for key in known.keys() - content.keys():
        await session.delete(known[key])
    await release_locks(session, submission.id)
    for key, data in content.items():
        if key in known:
            known[key].data = data
        else:
            session.add(SubmissionStep(submission_id=submission.id, key=key, data=data))
        session.add(StepLock(tilbud_id=submission.tilbud_id, key=key, submission_id=submission.id))
    await session.flush()


def _emit_sent(
    session: AsyncSession, tilbud: Tilbud, submission: Submission, report: Report, content: Mapping[str, Data]
) -> None:
    event = sent_event(tilbud, submission, merged_steps(report, content), content)
    try:
        emit(session, event, aggregate=tilbud)
    except EventTooLarge as error:
        raise Problem("too-large", "Indberetningen er for stor til at blive sendt samlet.") from error


def sent_event(
    tilbud: Tilbud, submission: Submission, merged: dict[str, Data], content: Mapping[str, Data]
) -> SubmissionSent:
    """Return what everybody hears of a submission; ``merged`` is the whole report if it alone is approved."""
    leader, contact = reported_people(merged)
    return SubmissionSent(
        tilbud_id=tilbud.id,
        submission_id=submission.id,
        number=submission.number,
        revision=submission.revision,
        initial=submission.initial,
        form_version=submission.form_version,
        sent_at=submission.sent_at,
        sent_by=Actor.model_validate(submission.sent_by),
        tilbud=reported_facts(tilbud, merged),
        leader=leader,
        contact=contact,
        facts=routing_facts(merged),
        steps=[StepContent(key=key, data=data) for key, data in content.items()],
    )


def merged_steps(report: Report, content: Mapping[str, Data]) -> dict[str, Data]:
    """Return the whole steps as they are if this case alone is approved: each case is routed on its own data."""
    parts = {**report.baseline, **content}
    departments = department_ids(parts.get(DEPARTMENTS))
    return {step: join(report.form, step, parts, departments) for step in report.form.step_ids}


async def _refuse_without_cpr(session: AsyncSession, tilbud: Tilbud) -> None:
    if await session.get(LeaderCpr, tilbud.id) is None:
        raise Problem("leader-cpr-missing", "Tilsynsmyndigheden skal først tilføje lederens CPR-nummer.")


async def _submission(session: AsyncSession, tilbud: Tilbud, submission_id: str) -> Submission:
    submission = await session.get(Submission, submission_id)
    if submission is None or submission.tilbud_id != tilbud.id:
        raise not_found()
    return submission


def _refuse_unless_returned(submission: Submission) -> None:
    if submission.state != State.RETURNED:
        raise Problem("wrong-state", "Det kan kun ske, når myndigheden har sendt sagen tilbage til rettelse.")


def _case(report: Report, submission: Submission) -> OpenCase:
    return next(case for case in report.cases if case.id == submission.id)
