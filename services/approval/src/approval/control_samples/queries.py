"""The read side of control samples: all of them for the national operator, else those of tilbud that are one's own."""

from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases.queries import Viewer
from approval.control_samples.events import changed_event
from approval.control_samples.models import ControlSample, ControlSampleAct
from approval.control_samples.rules import awaits, is_overdue, next_acts, outcomes
from approval.control_samples.schemas import ListedSample, SampleActView, SamplePage, SampleView
from approval.kinds import TILBUD
from approval.subjects.models import Subject
from chassis.clock import today
from chassis.errors import NotFound
from contracts.access import Privilege
from contracts.events.base import SubjectEvent
from contracts.events.samples import SampleAct, SampleState
from contracts.reference import authority_name
from web.auth import Principal
from web.etags import etag
from web.pagination import decode_cursor, encode_cursor

_OF_SUBJECT = and_(Subject.kind == ControlSample.kind, Subject.id == ControlSample.subject_id)


def sample_etag(row: ControlSample) -> str:
    """Return the ETag of a sample: it moves with every act."""
    return etag("control-sample", row.id, row.version)


async def list_samples(
    session: AsyncSession,
    principal: Principal,
    *,
    state: SampleState | None,
    tilbud_id: str | None,
    overdue: bool,
    cursor: str | None,
    limit: int,
) -> SamplePage:
    """Return the samples that the caller may see, the earliest deadline first and those that are over last."""
    seen = (
        _seen_by(principal) if tilbud_id is None else and_(_seen_by(principal), ControlSample.subject_id == tilbud_id)
    )
    late = ControlSample.deadline < today()
    own = select(ControlSample, Subject).join(Subject, _OF_SUBJECT).where(seen)
    of_state = select(ControlSample.state, func.count(), func.count().filter(late))
    rows = await session.execute(of_state.join(Subject, _OF_SUBJECT).where(seen).group_by(ControlSample.state))
    counted = {SampleState(each): (count, late_ones) for each, count, late_ones in rows}
    shown = own.where(*([ControlSample.state == state] if state else []), *([late] if overdue else []))
    place = tuple_(ControlSample.listed_on, ControlSample.id)
    page = shown if cursor is None else shown.where(place > tuple_(*decode_cursor(cursor, date, str)))
    found = (await session.execute(page.order_by(place).limit(limit + 1))).all()
    last = found[limit - 1][0] if len(found) > limit else None
    return SamplePage(
        items=[_listed(row, subject) for row, subject in found[:limit]],
        next=encode_cursor(last.listed_on, last.id) if last else None,
        total=await session.scalar(select(func.count()).select_from(shown.subquery())),
        counts={each: counted.get(each, (0, 0))[0] for each in SampleState},
        overdue=sum(late_ones for _, late_ones in counted.values()),
    )


async def show_sample(session: AsyncSession, principal: Principal, sample_id: str) -> SampleView:
    """Return one sample with its acts; NotFound for who may not see it."""
    found = select(ControlSample, Subject).join(Subject, _OF_SUBJECT).where(ControlSample.id == sample_id)
    row = (await session.execute(found.where(_seen_by(principal)))).one_or_none()
    if row is None:
        raise NotFound
    return await view_of(session, principal, *row)


async def view_of(session: AsyncSession, principal: Principal, row: ControlSample, subject: Subject) -> SampleView:
    """Return a sample as the API shows it to the caller."""
    acts = select(ControlSampleAct).where(ControlSampleAct.sample_id == row.id).order_by(ControlSampleAct.version)
    runs = principal.holds(Privilege.RUN_SAMPLES)
    return SampleView(
        **_listed(row, subject).model_dump(),
        acts=[_act(each) for each in await session.scalars(acts)],
        next_acts=next_acts(row.standing, today()) if runs else [],
        outcomes=outcomes(row.standing) if runs else [],
        may_answer=row.state != SampleState.CLOSED and operates(principal, subject),
    )


def operates(principal: Principal, subject: Subject) -> bool:
    """Return whether the caller reports for the operator of a tilbud."""
    cvr = Viewer.of(principal).cvr
    return cvr != "" and cvr == subject.operator_cvr


async def newest_state(session: AsyncSession, subject: Subject) -> list[SubjectEvent]:
    """Return the event that the newest sample of a subject stands at; none where it has never been sampled."""
    own = select(ControlSample).where(ControlSample.kind == subject.kind, ControlSample.subject_id == subject.id)
    row = await session.scalar(own.order_by(ControlSample.number.desc()).limit(1))
    act = await session.get(ControlSampleAct, (row.id, row.version)) if row else None
    event = changed_event(subject, row, SampleAct(act.act)) if row and act else None
    return [event] if event else []


def _seen_by(principal: Principal) -> ColumnElement[bool]:
    if principal.holds(Privilege.RUN_SAMPLES):
        return true()
    viewer = Viewer.of(principal)
    operated = and_(Subject.operator_cvr == viewer.cvr, Subject.operator_cvr != "")
    return or_(operated, Subject.authority.in_(viewer.supervises[TILBUD.id]))


def _listed(row: ControlSample, subject: Subject) -> ListedSample:
    return ListedSample.model_validate(
        {
            "id": row.id,
            "tilbud_id": row.subject_id,
            "tilbud_name": subject.name,
            "number": row.number,
            "state": row.state,
            "outcome": row.outcome,
            "steps": row.steps,
            "deadline": row.deadline,
            "overdue": is_overdue(row.deadline, today()),
            "awaits": awaits(row.standing, today()),
            "marking": row.marking,
            "authority": subject.authority,
            "authority_name": authority_name(subject.authority) if subject.authority else None,
            "changed_at": row.changed_at,
            "etag": sample_etag(row),
        }
    )


def _act(row: ControlSampleAct) -> SampleActView:
    return SampleActView.model_validate(
        {
            "act": row.act,
            "text": row.text,
            "deadline": row.deadline,
            "outcome": row.outcome,
            "done_at": row.done_at,
            "done_by": row.done_by["name"],
            "organisation": row.done_by["org_name"],
        }
    )
