"""Cases: opened from a report and its routing, decided step by step, returned or approved (rows 54-82).

Every use case holds the row of the tilbud before it looks at anything else of it.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from approval import case_log
from approval.models import Case, CaseStep, Json, Report, Routing, Tilbud
from approval.rules import CaseState, Choice, Outcome, proposals, revision_to_open
from chassis.clock import now
from chassis.database import lock_all
from chassis.outbox import emit
from contracts.events import Advice, CaseClosed, CaseOpened, SubmissionClosed, SubmissionSent

# Built once: building one of these takes as long as running it.
_NEW_TILBUD = insert(Tilbud).on_conflict_do_nothing()
_NEW_REPORT = insert(Report).on_conflict_do_nothing()
_ROUTING = insert(Routing)
_NEWER_ROUTING = _ROUTING.on_conflict_do_update(
    index_elements=[Routing.submission_id, Routing.revision],
    set_={name: _ROUTING.excluded[name] for name in ("authority", "explanation", "sequence")},
    where=Routing.sequence < func.coalesce(_ROUTING.excluded.sequence, 0),
)


async def hold(session: AsyncSession, tilbud_ids: Sequence[str]) -> None:
    """Lock the rows of these tilbud in order; one that is not known yet gets a row to lock."""
    rows = [{"id": tilbud_id} for tilbud_id in sorted(set(tilbud_ids))]
    await session.execute(_NEW_TILBUD, rows)
    await lock_all(session, Tilbud.id, tilbud_ids)


async def held(session: AsyncSession, tilbud_id: str) -> Tilbud:
    """Return the row of a tilbud that this transaction holds already."""
    return await session.get_one(Tilbud, tilbud_id)


async def case_of(session: AsyncSession, tilbud_id: str, case_id: str) -> Case:
    """Return the case, created where this is the first that is heard of it."""
    case = await session.get(Case, case_id)
    if case is None:
        case = Case(id=case_id, tilbud_id=tilbud_id, state=CaseState.PENDING, number=0, revision=0, version=0)
        session.add(case)
        await session.flush()
    return case


async def join(session: AsyncSession, tilbud: Tilbud, case_id: str) -> None:
    """Open the case when a report and its routing are both there, in whichever order they came."""
    case = await case_of(session, tilbud.id, case_id)
    if case.state == CaseState.CLOSED:
        return
    routings = {row.revision: row for row in await _routings(session, case_id)}
    authorities = {revision: row.authority for revision, row in routings.items()}
    revision = revision_to_open(case.revision, await _revisions(session, case_id), authorities)
    if revision is not None:
        await _open(session, tilbud, case, await report_of(session, case_id, revision), routings[revision])
    elif case.state == CaseState.AWAITING:
        await _follow_routing(session, tilbud, case, routings.get(case.revision))


async def report_of(session: AsyncSession, case_id: str, revision: int) -> SubmissionSent:
    """Return one revision of a report as it was sent."""
    row = await session.get_one(Report, (case_id, revision))
    return SubmissionSent.model_validate(row.event)


async def steps_of(session: AsyncSession, case_id: str) -> list[CaseStep]:
    """Return the steps of a case in the order of the report."""
    statement = select(CaseStep).where(CaseStep.case_id == case_id).order_by(CaseStep.position)
    return list((await session.execute(statement)).scalars())


async def _revisions(session: AsyncSession, case_id: str) -> list[int]:
    return list(await session.scalars(select(Report.revision).where(Report.submission_id == case_id)))


async def _routings(session: AsyncSession, case_id: str) -> list[Routing]:
    statement = select(Routing).where(Routing.submission_id == case_id).execution_options(populate_existing=True)
    return list(await session.scalars(statement))


async def _open(session: AsyncSession, tilbud: Tilbud, case: Case, report: SubmissionSent, routing: Routing) -> None:
    proposed = await _proposals(session, case, report) if case.authority == routing.authority else {}
    act = "reopened" if case.revision else "opened"
    case.number, case.initial = report.number, report.initial
    case.revision, case.submitted_at = report.revision, report.sent_at
    await _lay_out(session, case, report, proposed)
    await _await_approval(session, tilbud, case, routing, act)


async def _proposals(session: AsyncSession, case: Case, report: SubmissionSent) -> dict[str, Choice]:
    if case.revision == 0:
        return {}
    before = await report_of(session, case.id, case.revision)
    choices = {row.step: _choice_of(row) for row in await steps_of(session, case.id)}
    return proposals(before.steps, report.steps, choices)


def _choice_of(row: CaseStep) -> Choice:
    """Return the choice made for a step, or the proposed one where none was made."""
    if row.verdict is None and row.proposed is not None:
        return Choice(row.proposed["verdict"], row.proposed["decided_by"], row.proposed["decided_at"])
    return Choice(row.verdict, row.decided_by, row.decided_at.isoformat() if row.decided_at else None)


def _as_json(choice: Choice) -> Json:
    return {"verdict": choice.verdict, "decided_by": dict(choice.by or {}), "decided_at": choice.at}


async def _lay_out(session: AsyncSession, case: Case, report: SubmissionSent, proposed: dict[str, Choice]) -> None:
    for row in await steps_of(session, case.id):
        await session.delete(row)
    await session.flush()
    session.add_all(
        CaseStep(
            case_id=case.id,
            step=step.key,
            position=position,
            version=0,
            proposed=_as_json(proposed[step.key]) if step.key in proposed else None,
        )
        for position, step in enumerate(report.steps)
    )


async def _follow_routing(session: AsyncSession, tilbud: Tilbud, case: Case, routing: Routing | None) -> None:
    """Let a waiting case go where a later routing of the same revision sends it (design.md, open cases)."""
    if routing is None or routing.authority == case.authority:
        return
    if routing.authority is None:
        case.state, case.outcome, case.version = CaseState.RETURNED, Outcome.RETURNED, case.version + 1
        await case_log.write(session, case, "not-routed", reason=routing.explanation)
        return
    report = await report_of(session, case.id, case.revision)
    await _lay_out(session, case, report, {})
    await _await_approval(session, tilbud, case, routing, "moved")


async def _await_approval(session: AsyncSession, tilbud: Tilbud, case: Case, routing: Routing, act: str) -> None:
    case.authority, case.explanation = str(routing.authority), routing.explanation
    case.state, case.outcome, case.opened_at = CaseState.AWAITING, None, now()
    case.decided_at, case.decided_by = None, None
    case.version += 1
    await session.flush()
    await case_log.write(session, case, act)
    await _announce(session, tilbud, case)


async def _announce(session: AsyncSession, tilbud: Tilbud, case: Case) -> None:
    opened = opened_event(case, await report_of(session, case.id, case.revision))
    advice = Advice(
        authority=opened.authority,
        tilbud_id=tilbud.id,
        case_id=case.id,
        submitted_at=opened.submitted_at,
        steps=opened.steps,
    )
    emit(session, opened, aggregate=tilbud)
    emit(session, advice, aggregate=None)


def identity_of(case: Case) -> dict[str, Any]:
    """Return what every event about a case says of it."""
    return {
        "tilbud_id": case.tilbud_id,
        "case_id": case.id,
        "revision": case.revision,
        "number": case.number,
        "authority": str(case.authority),
    }


def opened_event(case: Case, report: SubmissionSent) -> CaseOpened:
    """Return what everybody hears of a case that awaits approval."""
    return CaseOpened(
        **identity_of(case),
        steps=[step.key for step in report.steps],
        initial=case.initial,
        submitted_at=report.sent_at,
        opened_at=case.opened_at or now(),
        tilbud_name=report.tilbud.name,
        explanation=case.explanation,
    )


async def close(session: AsyncSession, tilbud: Tilbud, event: SubmissionClosed) -> None:
    """Close a case that the reporter gave up; it never opens again (rows 78, 79)."""
    case = await case_of(session, tilbud.id, event.submission_id)
    if case.state == CaseState.CLOSED or event.revision < case.revision:
        return
    case.state, case.outcome = CaseState.CLOSED, Outcome.GIVEN_UP
    case.closed_at, case.version = event.closed_at, case.version + 1
    await case_log.write(session, case, "closed", by=event.closed_by)
    if case.authority is not None:
        emit(session, closed_event(case), aggregate=tilbud)


def closed_event(case: Case) -> CaseClosed:
    """Return what everybody hears of a case that its reporter gave up."""
    return CaseClosed(
        **identity_of(case),
        closed_at=case.closed_at or now(),
    )


async def store_report(session: AsyncSession, event: SubmissionSent) -> None:
    """Keep one revision of a report; the same one again repairs it."""
    row = {
        "submission_id": event.submission_id,
        "revision": event.revision,
        "tilbud_id": event.tilbud_id,
        "event": event.model_dump(mode="json", by_alias=True),
    }
    statement = insert(Report).values(row)
    again = {"event": statement.excluded.event}
    await session.execute(statement.on_conflict_do_update(index_elements=["submission_id", "revision"], set_=again))


async def store_routing(
    session: AsyncSession,
    *,
    tilbud_id: str,
    submission_id: str,
    revision: int,
    authority: str | None,
    explanation: str,
    sequence: int,
) -> None:
    """Keep who decides a revision, unless something newer is known about it."""
    row = {
        "submission_id": submission_id,
        "revision": revision,
        "tilbud_id": tilbud_id,
        "authority": authority,
        "explanation": explanation,
        "sequence": sequence,
    }
    await session.execute(_NEWER_ROUTING, row)
