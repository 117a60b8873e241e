"""Cases open from a report and its routing, follow a later routing, and close when the reporter gives up (R56-R79).

Every use case expects that the row of the subject is locked.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases.events import closed_event, opened_event
from approval.cases.log import log_action
from approval.cases.models import Case, CaseStep, Routing
from approval.cases.queries import steps_of
from approval.cases.rules import Act, CaseState, Choice, Outcome, proposals, revision_to_open
from approval.database import Json
from approval.kinds import KINDS, SentReport, Withdrawal
from approval.subjects.models import Subject
from approval.submissions.queries import report_of, revisions_of
from chassis.clock import now
from chassis.outbox import emit
from contracts.events.external import WithdrawnBecause
from contracts.events.parties import Actor

# Built once: building one of these takes as long as running it.
_ROUTING = insert(Routing)
_NEWER_ROUTING = _ROUTING.on_conflict_do_update(
    index_elements=[Routing.submission_id, Routing.revision],
    set_={name: _ROUTING.excluded[name] for name in ("authority", "explanation", "sequence")},
    where=Routing.sequence < func.coalesce(_ROUTING.excluded.sequence, 0),
)


async def open_when_routed(session: AsyncSession, subject: Subject, case_id: str) -> None:
    """Open the case when a report and its routing are both there, in whichever order they came."""
    case = await _get_or_create(session, subject, case_id)
    if case.state == CaseState.CLOSED:
        return
    routings = {row.revision: row for row in await _routings(session, case_id)}
    authorities = {revision: row.authority for revision, row in routings.items()}
    revision = revision_to_open(case.revision, await revisions_of(session, case_id), authorities)
    if revision is not None:
        await _open(session, subject, case, await report_of(session, case_id, revision), routings[revision])
    elif case.state == CaseState.AWAITING:
        await _follow_routing(session, subject, case, routings.get(case.revision))


async def close(
    session: AsyncSession, subject: Subject, case_id: str, *, revision: int, closed_at: datetime, closed_by: Actor
) -> None:
    """Close a case that the reporter gave up at this revision; it never opens again (R78, R79)."""
    case = await _get_or_create(session, subject, case_id)
    if case.state == CaseState.CLOSED or revision < case.revision:
        return
    case.state, case.outcome = CaseState.CLOSED, Outcome.GIVEN_UP
    case.closed_at, case.version = closed_at, case.version + 1
    await log_action(session, case, Act.CLOSED, by=closed_by)
    if case.authority is not None:
        emit(session, closed_event(case), aggregate=subject)
        withdraw(session, case, WithdrawnBecause.CLOSED)


async def store_routing(
    session: AsyncSession,
    subject: Subject,
    case_id: str,
    *,
    revision: int,
    authority: str | None,
    explanation: str,
    sequence: int,
) -> None:
    """Store who decides a revision, unless something newer is known about it."""
    row = {
        "submission_id": case_id,
        "revision": revision,
        "kind": subject.kind,
        "subject_id": subject.id,
        "authority": authority,
        "explanation": explanation,
        "sequence": sequence,
    }
    await session.execute(_NEWER_ROUTING, row)


async def _get_or_create(session: AsyncSession, subject: Subject, case_id: str) -> Case:
    """Return the case, created where nothing was known of it yet."""
    case = await session.get(Case, case_id)
    if case is None:
        case = Case(
            id=case_id,
            kind=subject.kind,
            subject_id=subject.id,
            state=CaseState.PENDING,
            number=0,
            revision=0,
            version=0,
        )
        session.add(case)
        await session.flush()
    return case


async def _routings(session: AsyncSession, case_id: str) -> list[Routing]:
    statement = select(Routing).where(Routing.submission_id == case_id).execution_options(populate_existing=True)
    return list(await session.scalars(statement))


async def _open(session: AsyncSession, subject: Subject, case: Case, report: SentReport, routing: Routing) -> None:
    proposed = await _proposals(session, case, report) if _decided_by(case) == routing.authority else {}
    act = Act.REOPENED if case.revision else Act.OPENED
    case.number, case.initial = report.number, report.initial
    case.revision, case.submitted_at = report.revision, report.sent_at
    await _create_steps(session, case, report, proposed)
    if case.authority and case.authority != routing.authority:
        case.former_authorities = sorted({*case.former_authorities, case.authority} - {str(routing.authority)})
    await _await_approval(session, subject, case, str(routing.authority), routing.explanation, act)


def _decided_by(case: Case) -> str | None:
    """Return the authority that decided the revision before: after a move it is another one than the case's own."""
    return (case.decided_by or {}).get("authority") or case.authority


async def _proposals(session: AsyncSession, case: Case, report: SentReport) -> dict[str, Choice]:
    if case.revision == 0:
        return {}
    before = await report_of(session, case.id, case.revision)
    choices = {row.step: _choice_of(row) for row in await steps_of(session, case.id)}
    contents_of = KINDS[case.kind].contents_of
    return proposals(contents_of(before), contents_of(report), choices)


def _choice_of(row: CaseStep) -> Choice:
    """Return the choice made for a step, or the proposed one where none was made."""
    if row.verdict is None and row.proposed is not None:
        return Choice(row.proposed["verdict"], row.proposed["decided_by"], row.proposed["decided_at"])
    return Choice(row.verdict, row.decided_by, row.decided_at.isoformat() if row.decided_at else None)


def _as_json(choice: Choice) -> Json:
    return {"verdict": choice.verdict, "decided_by": dict(choice.by or {}), "decided_at": choice.at}


async def _create_steps(session: AsyncSession, case: Case, report: SentReport, proposed: dict[str, Choice]) -> None:
    for row in await steps_of(session, case.id):
        await session.delete(row)
    await session.flush()
    session.add_all(
        CaseStep(
            case_id=case.id,
            step=key,
            position=position,
            version=0,
            proposed=_as_json(proposed[key]) if key in proposed else None,
        )
        for position, key in enumerate(report.step_keys)
    )


async def _follow_routing(session: AsyncSession, subject: Subject, case: Case, routing: Routing | None) -> None:
    """Let a waiting case go where a later routing of the same revision sends it."""
    if routing is None or routing.authority == case.authority:
        return
    if routing.authority is None:
        case.state, case.outcome, case.version = CaseState.RETURNED, Outcome.RETURNED, case.version + 1
        await log_action(session, case, Act.NOT_ROUTED, reason=routing.explanation)
        withdraw(session, case, WithdrawnBecause.UNDECIDED)
        return
    await move_case(session, subject, case, routing.authority, routing.explanation)


async def move_case(
    session: AsyncSession,
    subject: Subject,
    case: Case,
    authority: str,
    explanation: str,
    *,
    by: Actor | None = None,
    reason: str | None = None,
) -> None:
    """Give a case to another authority; what was decided stays in its log, and the new one decides every step itself.

    One that is with its reporter stays there. ``by`` and ``reason`` are those of a handover.
    """
    if case.authority:
        case.former_authorities = sorted({*case.former_authorities, case.authority} - {authority})
    if case.state == CaseState.AWAITING:
        await _create_steps(session, case, await report_of(session, case.id, case.revision), {})
        await _await_approval(session, subject, case, authority, explanation, Act.MOVED, by=by, reason=reason)
        return
    withdraw(session, case, WithdrawnBecause.MOVED, to=authority)
    case.authority, case.explanation, case.version = authority, explanation, case.version + 1
    await session.flush()
    await log_action(session, case, Act.MOVED, by=by, reason=reason or explanation)


async def _await_approval(
    session: AsyncSession,
    subject: Subject,
    case: Case,
    authority: str,
    explanation: str,
    act: Act,
    *,
    by: Actor | None = None,
    reason: str | None = None,
) -> None:
    before = case.authority
    if before != authority:
        withdraw(session, case, WithdrawnBecause.MOVED, to=authority)
    case.authority, case.explanation = authority, explanation
    case.state, case.outcome, case.opened_at = CaseState.AWAITING, None, now()
    case.decided_at, case.decided_by = None, None
    case.risk, case.assessment, case.last_choice = 0, None, None
    case.version += 1
    await session.flush()
    await log_action(session, case, act, by=by, reason=reason or explanation)
    await _announce(session, subject, case, moved_from=before if before != authority else None)


async def _announce(session: AsyncSession, subject: Subject, case: Case, *, moved_from: str | None) -> None:
    opened = opened_event(case, await report_of(session, case.id, case.revision), moved_from)
    emit(session, opened, aggregate=subject)
    if advice := KINDS[case.kind].advice_of(opened):
        emit(session, advice, aggregate=None)


def withdraw(session: AsyncSession, case: Case, because: WithdrawnBecause, *, to: str | None = None) -> None:
    """Tell the authority that was advised of a case that it is not to decide it any more, and who is."""
    if case.authority is None:
        return
    withdrawal = Withdrawal(case.authority, case.subject_id, case.id, because, to, now())
    if event := KINDS[case.kind].withdrawal_of(withdrawal):
        emit(session, event, aggregate=None)
