"""The read side of cases: who sees which case, and what of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, tuple_
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases.etags import case_etag, step_etag
from approval.cases.models import Case, CaseLog, CaseStep
from approval.cases.rounds import earlier_choices
from approval.cases.rules import CaseNotOpen, CaseState, DecidedElsewhere, Outcome, departure, moved_away
from approval.cases.schemas import (
    ActorView,
    CaseItem,
    CaseView,
    EarlierChoice,
    LogEntry,
    Moved,
    OnBehalf,
    Proposed,
    StepView,
)
from approval.kinds import KINDS, SentReport
from approval.subjects.models import Subject
from approval.submissions.models import ApprovedStep
from approval.submissions.queries import report_of
from approval.submissions.titles import DEPARTMENTS, department_names, titles_of
from approval.tilsyn.queries import ceased_on
from chassis.errors import NotFound
from contracts.access import employer_cvr, steps_to_report
from contracts.form import parse_key
from contracts.reference import authority_name, find_authority
from web.auth import Principal
from web.pagination import Page, decode_cursor, encode_cursor


@dataclass(frozen=True)
class Viewer:
    """What decides which cases a caller sees: own authorities for each kind of subject, and the operator's CVR number.

    ``approves`` are the authorities that the caller decides for, by kind; ``supervises`` are those and the ones that
    the caller reports for. ``steps`` are those that an operator's employee may read, None where it is all (P4).
    """

    approves: Mapping[str, frozenset[str]]
    supervises: Mapping[str, frozenset[str]]
    cvr: str
    steps: frozenset[str] | None = None

    @classmethod
    def of(cls, principal: Principal) -> "Viewer":
        """Return what ``principal`` may look at."""
        approves = {kind.id: principal.scopes(kind.privileges.approve) for kind in KINDS}
        reports = {kind.id: principal.scopes(kind.privileges.report) for kind in KINDS}
        supervises = {kind: approves[kind] | reports[kind] for kind in approves}
        cvr = employer_cvr(principal.rights, principal.cvr)
        return cls(approves, supervises, cvr, steps_to_report(principal.rights))

    def sees(self) -> ColumnElement[bool]:
        """Return the condition on cases that the caller sees at all (R61 to R63, R29)."""
        seen = [
            and_(
                Case.kind == kind,
                or_(
                    Case.authority.in_(approves),
                    Case.former_authorities.has_any(array(approves)) if approves else false(),
                    Subject.authority.in_(self.supervises[kind]),
                ),
            )
            for kind, approves in self.approves.items()
        ]
        operates = and_(Subject.operator_cvr == self.cvr, Subject.operator_cvr != "")
        return and_(Case.authority.is_not(None), Case.state != CaseState.PENDING, or_(*seen, operates))

    def decides(self, case: Case) -> bool:
        """Return whether the caller's authority decides the case (R63)."""
        return case.authority in self.approves[case.kind]

    def opens(self, case: Case, subject: Subject) -> bool:
        """Return whether the caller sees the contents: who does not decide only when the authority is done (R60)."""
        return self.decides(case) or (self.supervises_or_operates(subject) and case.state != CaseState.AWAITING)

    def supervises_or_operates(self, subject: Subject) -> bool:
        """Return whether the caller is of the subject's authority or of its operator."""
        operates = self.cvr != "" and subject.operator_cvr == self.cvr
        return operates or subject.authority in self.supervises[subject.kind]

    def reads(self, case: Case, subject: Subject, key: str) -> bool:
        """Return whether the caller, who opens the case, may read this part: only operators give single steps."""
        is_officer = self.decides(case) or subject.authority in self.supervises[subject.kind]
        return is_officer or self.steps is None or parse_key(key)[0] in self.steps

    def watches(self, case: Case, subject: Subject) -> bool:
        """Return whether the caller's authority supervises what another one decides."""
        own = self.supervises[case.kind]
        return subject.authority in own and case.authority not in own


OF_SUBJECT = and_(Subject.kind == Case.kind, Subject.id == Case.subject_id)


@dataclass(frozen=True)
class CaseFilter:
    """Which cases of a list are asked for: ``subjects`` are kinds with ids, and a case has to be about all of them."""

    state: str | None = None
    subjects: tuple[tuple[str, str], ...] = ()
    cursor: str | None = None
    limit: int = 50


async def list_cases(session: AsyncSession, viewer: Viewer, wanted: CaseFilter) -> Page[CaseItem]:
    """Return the cases that the caller sees, the newest report first."""
    statement = select(Case, Subject).join(Subject, OF_SUBJECT).where(viewer.sees())
    if wanted.state:
        statement = statement.where(Case.state == wanted.state)
    for kind, subject_id in wanted.subjects:
        statement = statement.where(Case.kind == kind, Case.subject_id == subject_id)
    if wanted.cursor:
        place = tuple_(*decode_cursor(wanted.cursor, datetime, str))
        statement = statement.where(tuple_(Case.submitted_at, Case.id) < place)
    limit = wanted.limit
    ordered = statement.order_by(Case.submitted_at.desc(), Case.id.desc()).limit(limit + 1)
    rows = (await session.execute(ordered)).all()
    items = [CaseItem.about(case.kind, **item_of(case, subject, viewer)) for case, subject in rows[:limit]]
    last = rows[limit - 1][0] if len(rows) > limit else None
    following = encode_cursor(last.submitted_at, last.id) if last else None
    return Page[CaseItem](items=items, next=following)


def item_of(case: Case, subject: Subject, viewer: Viewer) -> dict[str, Any]:
    """Return what every list says of a case."""
    return {
        "id": case.id,
        "reference": reference_of(case),
        "tilbud_id": case.subject_id,
        "tilbud_name": subject.name,
        "state": case.state,
        "outcome": case.outcome,
        "authority": case.authority,
        "authority_name": authority_name(case.authority) if case.authority else None,
        "initial": case.initial,
        "revision": case.revision,
        "submitted_at": case.submitted_at,
        "decided_at": case.decided_at,
        "closed_at": case.closed_at,
        "can_open": viewer.opens(case, subject),
        "explanation": case.explanation,
    }


def reference_of(case: Case) -> str | None:
    """Return the number of a case that people say to each other: the third of CRV-6324 is CRV-6324-3."""
    return f"{case.subject_id}-{case.number}" if case.number else None


async def visible_case(session: AsyncSession, viewer: Viewer, case_id: str) -> tuple[Case, Subject]:
    """Return a case with its subject; NotFound when the caller neither sees nor ever had such a case."""
    statement = select(Case, Subject).join(Subject, OF_SUBJECT).where(Case.id == case_id, viewer.sees())
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFound
    return row


async def show_case(session: AsyncSession, viewer: Viewer, case_id: str) -> tuple[CaseView, str]:
    """Return a case and its ETag, without contents where the caller cannot open it."""
    case, subject = await visible_case(session, viewer, case_id)
    opened = viewer.opens(case, subject)
    log = await log_of(session, case_id)
    departed = None if opened else departure(log, viewer.approves[case.kind])
    seen = log if opened else log[: log.index(departed) + 1] if departed else []
    ended = next((row for row in reversed(seen) if row.act == CaseState.CLOSED), None)
    last_day = await ceased_on(session, subject)
    decides = viewer.decides(case) and case.state == CaseState.AWAITING
    view = CaseView.about(
        case.kind,
        **item_of(case, subject, viewer),
        ends_approval_of=ends_approval_of(case, subject),
        can_decide=decides and last_day is None,
        can_close=decides and last_day is not None,
        ceased_on=last_day,
        moved=_moved(departed) if departed else None,
        **sender_of(await report_of(session, case.id, case.revision)),
        decided_by=ActorView.of(case.decided_by) if opened else None,
        closed_by=ActorView.of(ended.by) if ended else None,
        has_receipt=any(row.act in set(Outcome) | {CaseState.CLOSED} for row in seen),
        steps=await _steps(session, case) if opened else [],
        log=[_entry(row) for row in seen],
    )
    return view, case_etag(case)


async def refuse_closed(session: AsyncSession, viewer: Viewer, case: Case, subject: Subject) -> None:
    """Raise unless the caller sees the contents: CaseMoved where the case was, DecidedElsewhere where another authority
    decides about what the caller supervises, else CaseNotOpen.
    """
    if viewer.opens(case, subject):
        return
    if departed := departure(await log_of(session, case.id), viewer.approves[case.kind]):
        raise moved_away(departed)
    if viewer.watches(case, subject):
        raise DecidedElsewhere(str(case.authority), case.explanation)
    raise CaseNotOpen


def _moved(departed: CaseLog) -> Moved:
    authority = str(departed.authority)
    return Moved(authority=authority, authority_name=authority_name(authority), at=departed.at, because=departed.reason)


def sender_of(report: SentReport) -> dict[str, Any]:
    """Return who sent a report, and on whose behalf where it was an authority (R109)."""
    by = report.sent_by
    on_behalf = by.authority and OnBehalf(
        authority=by.authority,
        authority_name=authority_name(by.authority),
        reason=KINDS[report.subject_kind].why_on_behalf(report),
    )
    return {"sent_by": ActorView(name=by.name, org_name=by.org_name), "on_behalf": on_behalf}


def ends_approval_of(case: Case, subject: Subject) -> str | None:
    """Return whose approval ends when a waiting case is approved: that of an authority of another kind."""
    deciding, now_at = find_authority(case.authority or ""), find_authority(subject.authority or "")
    same = deciding is None or now_at is None or deciding.kind is now_at.kind
    if same or case.initial or case.state != CaseState.AWAITING:
        return None
    return authority_name(str(subject.authority))


async def titles_in(session: AsyncSession, case: Case, report: SentReport) -> dict[str, str]:
    """Return the titles of the steps of ``case``; a department that it does not list is named as approved."""
    return titles_of(report, await _approved_departments(session, case, report))


async def departments_in(session: AsyncSession, case: Case, report: SentReport) -> dict[str, str]:
    """Return the names of the departments that steps of ``case`` are about, by id."""
    names = department_names(
        await _approved_departments(session, case, report), KINDS[case.kind].contents_of(report).get(DEPARTMENTS)
    )
    held = {department for key in report.step_keys if (department := parse_key(key)[1])}
    return {each: name for each, name in names.items() if each in held}


async def _approved_departments(session: AsyncSession, case: Case, report: SentReport) -> Mapping[str, Any] | None:
    """Return the approved list of departments, where the report is about some and lists none itself."""
    keys = report.step_keys
    if DEPARTMENTS in keys or not any(parse_key(key)[1] for key in keys):
        return None
    listed = select(ApprovedStep.data).where(
        ApprovedStep.kind == case.kind,
        ApprovedStep.subject_id == case.subject_id,
        ApprovedStep.step == DEPARTMENTS,
        ApprovedStep.number < case.number,
    )
    found: Mapping[str, Any] | None = await session.scalar(listed.order_by(ApprovedStep.number.desc()).limit(1))
    return found


async def steps_of(session: AsyncSession, case_id: str) -> list[CaseStep]:
    """Return the steps of a case in the order of the report."""
    statement = select(CaseStep).where(CaseStep.case_id == case_id).order_by(CaseStep.position)
    return list((await session.execute(statement)).scalars())


async def _steps(session: AsyncSession, case: Case) -> list[StepView]:
    titles = await titles_in(session, case, await report_of(session, case.id, case.revision))
    earlier = await earlier_choices(session, case)
    return [step_view(case, row, titles, earlier) for row in await steps_of(session, case.id)]


def step_view(case: Case, row: CaseStep, titles: Mapping[str, str], earlier: Mapping[str, EarlierChoice]) -> StepView:
    """Return one step of a case as the API shows it."""
    proposed = _proposed(row) if case.state == CaseState.AWAITING else None
    beside = {"proposed": proposed, "earlier": earlier.get(row.step), "etag": step_etag(case, row)}
    return StepView.model_validate(choice_in(row, titles) | beside)


def choice_in(row: CaseStep, titles: Mapping[str, str]) -> dict[str, Any]:
    """Return what was chosen for a step, by whom and when."""
    return {
        "step": row.step,
        "title": titles.get(row.step, row.step),
        "verdict": row.verdict,
        "reason": row.reason,
        "fields": row.fields or [],
        "decided_by": ActorView.of(row.decided_by),
        "decided_at": row.decided_at,
    }


def _proposed(row: CaseStep) -> Proposed | None:
    if row.proposed is None or row.verdict is not None:
        return None
    stored = row.proposed
    return Proposed(
        verdict=stored["verdict"], decided_by=ActorView.of(stored["decided_by"]), decided_at=stored["decided_at"]
    )


async def log_of(session: AsyncSession, case_id: str) -> list[CaseLog]:
    """Return every act on a case, in order."""
    return list(await session.scalars(select(CaseLog).where(CaseLog.case_id == case_id).order_by(CaseLog.id)))


def _entry(row: CaseLog) -> LogEntry:
    return LogEntry.model_validate(
        {
            "act": row.act,
            "at": row.at,
            "revision": row.revision,
            "authority": row.authority,
            "by": ActorView.of(row.by),
            "step": row.step,
            "verdict": row.verdict,
            "reason": row.reason,
            "fields": row.fields or [],
        }
    )
