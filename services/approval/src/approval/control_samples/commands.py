"""The national operator moves a sample on and ends it, the tilbud answers, and the worker tells its deadlines.

The tilbud is locked before its sample: of two acts at the same moment the second one sees what the first one did.
"""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from approval.control_samples.events import changed_event
from approval.control_samples.models import ControlSample, ControlSampleAct
from approval.control_samples.queries import operates, sample_etag, show_sample
from approval.control_samples.rules import (
    MOST_ACTS,
    SampleOpenAlready,
    Standing,
    TilbudHasCeased,
    TooManyActs,
    answered,
    closed,
    deadline_of,
    first_look,
    kept_marked,
    listed_on,
    look,
    moved_on,
)
from approval.control_samples.schemas import SampleBody
from approval.due import do_what_is_due
from approval.kinds import KINDS, TILBUD
from approval.subjects.models import Subject
from approval.tilsyn.queries import ceased_on
from chassis.clock import now, today
from chassis.database import Database, lock
from chassis.errors import FieldError, Forbidden, Invalid
from chassis.ids import uuid7
from chassis.outbox import emit
from contracts.events.approval import DeadlineOf
from contracts.events.samples import SampleAct, SampleOutcome, SampleState
from web.auth import Principal
from web.etags import require_match

Changed = tuple[ControlSample, Subject]


async def begin(session: AsyncSession, principal: Principal, body: SampleBody) -> Changed:
    """Ask a tilbud for documentation; SampleOpenAlready while another sample of it goes on."""
    subject = await lock(session, Subject, Subject.kind == TILBUD.id, Subject.id == body.tilbud_id)
    if subject is None or not subject.known:
        detail = "Der findes intet tilbud med dette id."
        raise Invalid(detail, [FieldError("/tilbud_id", "unknown", detail)])
    if await ceased_on(session, subject):
        raise TilbudHasCeased
    own = (ControlSample.kind == subject.kind, ControlSample.subject_id == subject.id)
    if await _open_sample(session, subject):
        raise SampleOpenAlready
    act = SampleAct.DOCUMENTATION
    standing = Standing(SampleState.DOCUMENTATION, deadline_of(act, today(), body.deadline), answered=False)
    row = ControlSample(
        id=uuid7(),
        kind=subject.kind,
        subject_id=subject.id,
        number=1 + (await session.scalar(select(func.max(ControlSample.number)).where(*own)) or 0),
        version=0,
        steps=body.steps,
    )
    session.add(row)
    return await _record(session, principal, subject, row, standing, act, body.reason)


async def move_on(
    session: AsyncSession,
    principal: Principal,
    sample_id: str,
    act: SampleAct,
    reason: str,
    *,
    if_match: str | None,
    deadline: date | None = None,
) -> Changed:
    """Go one step further; ActDoesNotFollow when the sample stands elsewhere, TilbudHasTimeLeft when it is early."""
    subject, row = await _locked(session, principal, sample_id, if_match)
    standing = moved_on(row.standing, act, today(), deadline)
    if act is SampleAct.MARKING:
        row.marked_on, row.marking_reason = today(), reason
    return await _record(session, principal, subject, row, standing, act, reason)


async def refuse_removal(
    session: AsyncSession, principal: Principal, sample_id: str, reason: str, *, if_match: str | None
) -> Changed:
    """Let the marking stand although the tilbud asked for its removal."""
    subject, row = await _locked(session, principal, sample_id, if_match)
    return await _record(session, principal, subject, row, kept_marked(row.standing), SampleAct.REFUSAL, reason)


async def close(
    session: AsyncSession,
    principal: Principal,
    sample_id: str,
    outcome: SampleOutcome,
    reason: str,
    *,
    if_match: str | None,
) -> Changed:
    """End a sample; what was marked is so no more."""
    subject, row = await _locked(session, principal, sample_id, if_match)
    standing, row.outcome = closed(row.standing, outcome), outcome
    return await _record(session, principal, subject, row, standing, SampleAct.CLOSURE, reason)


async def answer(
    session: AsyncSession, principal: Principal, sample_id: str, text: str, *, if_match: str | None
) -> Changed:
    """Keep what the tilbud says to what it was asked; Forbidden for who sees the sample and does not report for it."""
    subject, row = await _locked(session, principal, sample_id, if_match)
    if not operates(principal, subject):
        raise Forbidden("Kun tilbuddets egne indberettere svarer i stikprøven.")
    if row.version >= MOST_ACTS:
        raise TooManyActs
    return await _record(session, principal, subject, row, answered(row.standing), SampleAct.ANSWER, text)


async def _locked(
    session: AsyncSession, principal: Principal, sample_id: str, if_match: str | None
) -> tuple[Subject, ControlSample]:
    # Who may not see it learns nothing of it, and waits for nobody.
    seen = await show_sample(session, principal, sample_id)
    subject = await lock(session, Subject, Subject.kind == TILBUD.id, Subject.id == seen.tilbud_id)
    row = await lock(session, ControlSample, ControlSample.id == sample_id)
    if subject is None or row is None:
        raise LookupError(sample_id)
    require_match(if_match, sample_etag(row))
    return subject, row


async def _record(
    session: AsyncSession,
    principal: Principal,
    subject: Subject,
    row: ControlSample,
    standing: Standing,
    act: SampleAct,
    text: str,
) -> Changed:
    """Keep an act and where it leaves the sample, and tell it."""
    is_asked_anew = standing.deadline != row.deadline or row.version == 0
    row.asked_on = today() if is_asked_anew else row.asked_on
    row.state, row.deadline, row.answered = standing
    row.version, row.changed_at, row.listed_on = row.version + 1, now(), listed_on(standing, today())
    subject.samples_due = first_look(standing, row.asked_on)
    session.add(
        ControlSampleAct(
            sample_id=row.id,
            version=row.version,
            act=act,
            text=text,
            deadline=row.deadline if is_asked_anew else None,
            outcome=row.outcome,
            done_at=row.changed_at,
            done_by={"sub": principal.sub, "name": principal.name, "org_name": principal.org_name},
        )
    )
    if event := changed_event(subject, row, act):
        emit(session, event, aggregate=subject)
    return row, subject


async def _open_sample(session: AsyncSession, subject: Subject) -> ControlSample | None:
    own = (ControlSample.kind == subject.kind, ControlSample.subject_id == subject.id)
    return await lock(session, ControlSample, *own, ControlSample.state != SampleState.CLOSED)


async def watch_control_samples(database: Database) -> None:
    """Tell of the deadlines that are due; each turn of one is told once, however many workers look."""
    await do_what_is_due(database, Subject.samples_due, _watch)


async def _watch(session: AsyncSession, subject: Subject) -> None:
    row = await _open_sample(session, subject)
    due_on, subject.samples_due = subject.samples_due, None
    if row is None or due_on is None:
        return
    seen = look(due_on, row.standing, row.asked_on, today())
    subject.samples_due = seen.next_on
    model = KINDS[subject.kind].events.deadline_noticed
    if model is None or subject.authority is None or row.deadline is None or not (seen.is_near or seen.has_passed):
        return
    event = model.about(
        subject.id,
        authority=subject.authority,
        deadline_of=DeadlineOf.CONTROL_SAMPLE,
        reference=row.id,
        deadline=row.deadline,
        passed=seen.has_passed,
        noticed_at=now(),
    )
    emit(session, event, aggregate=subject)
