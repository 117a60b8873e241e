"""Cases are assessed after they are opened, and again when a tilsyn or a day has changed what stands (P11)."""

import logging
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases.models import OPEN, Case
from approval.changes.queries import approved_before
from approval.database import Json
from approval.kinds import KINDS
from approval.subjects.models import Subject
from approval.submissions.queries import report_of
from approval.submissions.titles import form_of, step_title
from approval.tilsyn.queries import supervision_of
from approval.work_list.rules import ORDINARY, Assessment, assess, next_assessment
from chassis.clock import today
from chassis.database import Database, is_conflict, is_unavailable, lock_all, savepoint
from chassis.periodic import PeriodicJob, try_advisory_lock
from contracts.form import Change, changes, parse_key
from contracts.sanctions import DAY, StandingSanction, Supervision

AT_ONCE = 25
UNKNOWN: Json = {"reasons": [], "trivial": False, "changed": [], "sanctions": []}

log = logging.getLogger(__name__)


async def assess_cases(database: Database) -> None:
    """Assess every open case that is due, some at a time: what was opened, and what a tilsyn or a day has changed."""
    more = True
    while more:
        async with database.begin() as session:
            more = await try_advisory_lock(session, "assess-cases") and await _assess_some(session)


ASSESS_CASES = PeriodicJob("assess-cases", 0.5, assess_cases)


async def _assess_some(session: AsyncSession) -> bool:
    """Assess the cases of some subjects that are due, and return whether there may be more."""
    unassessed = select(Case.kind, Case.subject_id).where(OPEN, Case.assessment.is_(None)).limit(AT_ONCE)
    due = select(Subject.kind, Subject.id).where(Subject.assess_on <= today()).limit(AT_ONCE)
    found = [(kind, subject_id) for each in (unassessed, due) for kind, subject_id in await session.execute(each)]
    for subject in (await lock_subjects(session, found)).values():
        try:
            async with savepoint(session):
                await _assess_cases_of(session, subject)
        except Exception as error:
            if is_unavailable(error) or is_conflict(error):
                raise
            log.exception("a case cannot be assessed")
            await _leave_unassessed(session, subject)
    return len(found) >= AT_ONCE


async def _leave_unassessed(session: AsyncSession, subject: Subject) -> None:
    """Let officers read the cases: nothing is known of them, so none is trivial. Tomorrow it is tried again."""
    await session.refresh(subject)
    subject.assess_on = today() + DAY
    own = select(Case).where(OPEN, Case.kind == subject.kind, Case.subject_id == subject.id)
    for case in await session.scalars(own):
        case.risk, case.assessment = ORDINARY, UNKNOWN


async def lock_subjects(session: AsyncSession, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Subject]:
    """Lock subjects in the order of their keys, whatever their kind, and return them by kind and id."""
    ids_of: dict[str, list[str]] = {}
    for kind, subject_id in sorted(set(keys)):
        ids_of.setdefault(kind, []).append(subject_id)
    rows = [
        row for kind, ids in ids_of.items() for row in (await lock_all(session, Subject.id, ids, kind=kind)).values()
    ]
    return {(row.kind, row.id): row for row in rows}


async def _assess_cases_of(session: AsyncSession, subject: Subject) -> None:
    supervision = await _supervision_of(session, subject)
    subject.assess_on = next_assessment((*supervision.in_force, *supervision.announced), today())
    own = select(Case).where(OPEN, Case.kind == subject.kind, Case.subject_id == subject.id)
    for case in (await session.scalars(own.execution_options(populate_existing=True))).all():
        found = await _assessment(session, subject, case, supervision)
        case.risk = found.risk
        case.assessment = {
            "reasons": list(found.reasons),
            "trivial": found.is_trivial,
            "changed": list(found.changed),
            "sanctions": [_as_json(each) for each in supervision.in_force],
        }


async def _supervision_of(session: AsyncSession, subject: Subject) -> Supervision:
    """Return what tilsyn say of a subject; of a kind whose tilsyn are not received, they say nothing."""
    if KINDS[subject.kind].events.tilsyn_published is None:
        return Supervision.on(today(), [], None)
    return await supervision_of(session, subject)


def _as_json(sanction: StandingSanction) -> Json:
    return {
        "kind": sanction.kind.value,
        "id": sanction.id,
        "deadline": sanction.deadline.isoformat() if sanction.deadline else None,
        "until": sanction.until.isoformat() if sanction.until else None,
    }


async def assessment_of(session: AsyncSession, subject: Subject, case: Case) -> Assessment:
    """Return what a case means as everything stands now; the row of its subject is locked."""
    return await _assessment(session, subject, case, await _supervision_of(session, subject))


async def _assessment(session: AsyncSession, subject: Subject, case: Case, supervision: Supervision) -> Assessment:
    found = [] if case.initial else await _changes_in(session, subject, case)
    return assess(found, supervision.in_force, initial=case.initial)


async def _changes_in(session: AsyncSession, subject: Subject, case: Case) -> list[Change]:
    """Return what a case changes. Where nothing here can say what, each of its steps is an ordinary change."""
    report = await report_of(session, case.id, case.revision)
    definition, contents = form_of(report), KINDS[case.kind].contents_of(report)
    approved = await approved_before(session, case, subject)
    found: list[Change] = []
    for key in report.step_keys:
        step, _ = parse_key(key)
        if definition and key in contents and step in definition.step_ids:
            found += changes(definition, step, approved.get(key), contents[key])
        else:
            found.append(Change("", step_title(definition, step), None, None, personal=True))
    return found
