"""The trivial cases of many tilbud are approved by one act (P11)."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases.etags import case_etag
from approval.cases.models import Case
from approval.cases.queries import OF_SUBJECT, steps_of
from approval.decisions import commands as decisions
from approval.decisions.rules import StepsToApprove, require_awaiting
from approval.kinds import KINDS, TILBUD
from approval.subjects.models import Subject
from approval.work_list.assessing import assessment_of, lock_subjects
from approval.work_list.rules import require_trivial, require_unchanged
from approval.work_list.schemas import CaseSeen, JointOutcome, Refusal
from chassis.database import savepoint
from chassis.errors import DomainError
from contracts.problems import PROBLEMS
from web.auth import Principal


async def approve_together(
    session: AsyncSession, principal: Principal, wanted: Sequence[CaseSeen]
) -> list[JointOutcome]:
    """Approve trivial cases, each with choices and an outcome of its own; what is refused of one concerns no other."""
    of_cases = select(Case.kind, Case.subject_id).where(Case.id.in_([each.id for each in wanted]))
    # Two officers who approve the same cases wait for each other, and never in a circle.
    await lock_subjects(session, [(row.kind, row.subject_id) for row in await session.execute(of_cases)])
    return [await _approved_or_refused(session, principal, each) for each in wanted]


async def _approved_or_refused(session: AsyncSession, principal: Principal, seen: CaseSeen) -> JointOutcome:
    try:
        async with savepoint(session):
            await _approve(session, principal, seen)
    except DomainError as error:
        address, _, title, *_ = PROBLEMS[error.slug]
        return await _outcome(session, principal, seen, Refusal(type=address, title=title, detail=error.detail))
    return await _outcome(session, principal, seen, None)


async def _approve(session: AsyncSession, principal: Principal, seen: CaseSeen) -> None:
    subject, case = await decisions.lock_case(session, principal, seen.id)
    require_unchanged(seen.etag, case_etag(case), case.last_choice)
    require_awaiting(case)
    verdicts = [row.verdict for row in await steps_of(session, case.id)]
    require_trivial(await assessment_of(session, subject, case), verdicts)
    rest = StepsToApprove.REST
    await decisions.approve_many(session, principal, case_id=case.id, wanted=rest, if_match=seen.etag)
    await decisions.conclude(session, principal, case_id=case.id, if_match=case_etag(case))


async def _outcome(
    session: AsyncSession, principal: Principal, seen: CaseSeen, problem: Refusal | None
) -> JointOutcome:
    named = await _subject_of(session, principal, seen.id)
    return JointOutcome.about(
        named.kind if named else TILBUD.id,
        case_id=seen.id,
        tilbud_id=named.id if named else None,
        tilbud_name=named.name if named else None,
        outcome="refused" if problem else "approved",
        problem=problem,
    )


async def _subject_of(session: AsyncSession, principal: Principal, case_id: str) -> Subject | None:
    """Return what a case is about, for who decides it."""
    found = select(Subject, Case.authority).join(Case, OF_SUBJECT).where(Case.id == case_id)
    for subject, authority in await session.execute(found):
        if authority is not None and principal.holds(KINDS[subject.kind].privileges.approve, authority):
            return subject
    return None
