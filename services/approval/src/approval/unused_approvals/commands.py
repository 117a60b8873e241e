"""Unused approvals followed by days that are stored, in what the tilbud itself has reported."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases.models import Case
from approval.due import do_what_is_due
from approval.kinds import KINDS
from approval.subjects.models import Subject
from approval.submissions.models import ApprovedStep
from approval.tilsyn.queries import supervision_of
from approval.unused_approvals.models import UnusedApproval
from approval.unused_approvals.rules import Turn, course, is_unused
from chassis.clock import day_of, now, today
from chassis.database import Database
from chassis.outbox import emit
from contracts.events.approval import DeadlineOf
from contracts.form import parse_key
from contracts.vacancies import PLACES, reported_at, with_vacancies


async def follow_unused_approvals(database: Database) -> None:
    """Look at every subject that is due: what is used again is forgotten, what is not is warned of and told."""
    await do_what_is_due(database, Subject.usage_due, _follow)


async def _follow(session: AsyncSession, subject: Subject) -> None:
    """Do what is due about a subject whose row is locked; it is looked at again as long as its places are unused."""
    subject.usage_due = None
    row = await session.get(UnusedApproval, {"kind": subject.kind, "subject_id": subject.id})
    places, reported_on = await _reported_places(session, subject)
    if not is_unused(places) or not (await supervision_of(session, subject)).is_approved:
        if row is not None:
            await session.delete(row)
        return
    if row is None:
        row = UnusedApproval(kind=subject.kind, subject_id=subject.id, unused_since=reported_on)
        session.add(row)
    found = course(row.unused_since, row.lapses_on, today())
    row.lapses_on = found.lapses_on
    if found.turn is not Turn.NOTHING:
        _notice(session, subject, row, passed=found.turn is Turn.DUE)
    subject.usage_due = found.next_on


async def _reported_places(session: AsyncSession, subject: Subject) -> tuple[list[dict[str, object]], date]:
    """Return what is approved of the places of each department, with the vacancies that were reported last, and when
    that was.
    """
    own = (ApprovedStep.kind == subject.kind, ApprovedStep.subject_id == subject.id)
    sent = (Case.kind == ApprovedStep.kind) & (Case.subject_id == ApprovedStep.subject_id)
    sent &= Case.number == ApprovedStep.number
    rows = await session.execute(
        select(ApprovedStep, Case.submitted_at).join(Case, sent).where(*own).order_by(ApprovedStep.number)
    )
    newest = {step.step: (step, at) for step, at in rows if parse_key(step.step)[0] == PLACES}
    places, moments = [], []
    for key, (step, at) in newest.items():
        if step.data is None:
            continue
        latest = _reported_of(subject, parse_key(key)[1])
        is_newer = latest is not None and (at is None or latest[1] > at)
        places.append(with_vacancies(key, step.data, [latest[0]]) if is_newer and latest else step.data)
        moments.append((latest[1] if is_newer and latest else at) or now())
    return places, day_of(max(moments, default=now()))


def _reported_of(subject: Subject, department: str | None) -> tuple[dict[str, Any], datetime] | None:
    """Return what the fast lane said last of a department, and when."""
    report = subject.vacancies or {"departments": []}
    for each in report["departments"]:
        if each["department_id"] == department:
            return each, reported_at(each) or datetime.fromisoformat(report["changed_at"])
    return None


def _notice(session: AsyncSession, subject: Subject, row: UnusedApproval, *, passed: bool) -> None:
    model = KINDS[subject.kind].events.deadline_noticed
    if model is None:
        return
    event = model.about(
        subject.id,
        authority=str(subject.authority),
        deadline_of=DeadlineOf.UNUSED_APPROVAL,
        reference=subject.id,
        deadline=row.lapses_on,
        passed=passed,
        noticed_at=now(),
    )
    emit(session, event, aggregate=subject)
