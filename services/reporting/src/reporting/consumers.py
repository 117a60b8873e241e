"""What other services decide comes back here: outcomes of cases, authorities, tilsyn, transferred applications."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import lock_all
from chassis.envelope import Envelope
from chassis.subscriptions import Handler, Subscription, lock_nothing
from contracts.events import (
    ApplicationAccepted,
    AuthorityAssigned,
    CaseApproved,
    CaseClosed,
    CaseNotRouted,
    CaseReturned,
    CaseRouted,
    TilbudCeased,
    TilsynPublished,
)
from contracts.events.base import TilbudEvent
from contracts.events.parties import StepDecision
from contracts.topics import topic
from reporting.actions.commands import note
from reporting.content.rules import COMPANY, CONTACT, State
from reporting.drafts.commands import drop_superfluous
from reporting.models import ApprovedStep, Submission, SubmissionStep, Tilbud, TilsynSeen
from reporting.subjects.facts import take_over_company, take_over_contact
from reporting.submissions.commands import release_locks, settle
from reporting.tilbud.commands import create_from_application


async def on_returned(session: AsyncSession, event: CaseReturned, _: Envelope) -> None:
    """The case goes back: its steps can be edited again, and each shows what was decided about it (row 75)."""
    submission = await _awaiting(session, event.case_id, event.revision)
    if submission is None:
        return
    submission.state = State.RETURNED
    submission.authority = event.authority
    await _keep_decisions(session, event.case_id, event.decisions)
    note(session, event.tilbud_id, "case-returned", event.returned_by, submission_id=event.case_id)


async def on_approved(session: AsyncSession, event: CaseApproved, _: Envelope) -> None:
    """The case is over: its content is the baseline where no newer one is, its steps are free (rows 59, 80)."""
    tilbud = await _tilbud(session, event)
    submission = await _submission(session, event.case_id)
    if submission.state == State.CLOSED or submission.revision != event.revision:
        return
    if submission.state == State.APPROVED:
        await _move_baseline(session, tilbud, event)
        return
    await _keep_decisions(session, event.case_id, event.decisions)
    settle(submission, State.APPROVED, event.approved_by)
    submission.settled_at, submission.authority = event.approved_at, event.authority
    tilbud.last_version += 1
    submission.version = tilbud.last_version
    await _move_baseline(session, tilbud, event)
    await release_locks(session, submission.id)
    tilbud.changed_at = max(tilbud.changed_at, event.approved_at)
    note(session, tilbud.id, "case-approved", event.approved_by, submission_id=event.case_id)
    await session.flush()
    await drop_superfluous(session, tilbud)


async def on_closed(session: AsyncSession, event: CaseClosed, _: Envelope) -> None:
    """The authority's side agrees that the case is closed; normally it was closed here first."""
    submission = await _submission(session, event.case_id)
    if submission.state == State.RETURNED and submission.revision == event.revision:
        settle(submission, State.CLOSED, None)
        await release_locks(session, submission.id)


async def on_routed(session: AsyncSession, event: CaseRouted, _: Envelope) -> None:
    """An authority has the case."""
    submission = await _awaiting(session, event.submission_id, event.revision)
    if submission is not None:
        submission.authority = event.authority


async def on_not_routed(session: AsyncSession, event: CaseNotRouted, _: Envelope) -> None:
    """Nobody can decide the case: it goes back with the reason."""
    submission = await _awaiting(session, event.submission_id, event.revision)
    if submission is not None:
        submission.state = State.RETURNED
        submission.return_reason = event.reason
        note(session, event.tilbud_id, "case-not-routed", None, submission_id=event.submission_id)


async def on_assigned(session: AsyncSession, event: AuthorityAssigned, _: Envelope) -> None:
    """The tilbud has this authority now: its officers may report on behalf of it (row 65)."""
    tilbud = await _tilbud(session, event)
    if tilbud.authority_version <= event.version:
        tilbud.authority, tilbud.authority_version = event.authority, event.version


async def on_tilsyn(session: AsyncSession, event: TilsynPublished, _: Envelope) -> None:
    """A tilsyn gives the tilbud its status in lists; a later version of the same tilsyn corrects it."""
    await _tilbud(session, event)
    values = {
        "version": event.version,
        "accepted_number": event.accepted_number,
        "decided_on": event.decided_on,
        "decision": event.decision.value,
        "kind": event.kind.value,
        "intensified_from": event.intensified.start if event.intensified else None,
        "intensified_until": event.intensified.until if event.intensified else None,
    }
    statement = insert(TilsynSeen).values(
        tilbud_id=event.tilbud_id, authority=event.authority, tilsyn_id=event.tilsyn_id, **values
    )
    corrected = statement.on_conflict_do_update(
        index_elements=["tilbud_id", "authority", "tilsyn_id"], set_=values, where=TilsynSeen.version <= event.version
    )
    await session.execute(corrected)


async def on_ceased(session: AsyncSession, event: TilbudCeased, _: Envelope) -> None:
    """The tilbud has ceased, on the day that the authority told last."""
    tilbud = await _tilbud(session, event)
    if tilbud.ceased_told_at is None or event.accepted_at >= tilbud.ceased_told_at:
        tilbud.ceased_on, tilbud.ceased_told_at = event.ceased_on, event.accepted_at


async def on_application(session: AsyncSession, event: ApplicationAccepted, _: Envelope) -> None:
    """A transferred application becomes a tilbud (row 105)."""
    await create_from_application(session, event)


async def _move_baseline(session: AsyncSession, tilbud: Tilbud, event: CaseApproved) -> None:
    await _keep_content(session, event)
    if await _is_newest(session, event, CONTACT):
        take_over_contact(tilbud, event.tilbud, event.leader, event.contact)
    if await _is_newest(session, event, COMPANY):
        take_over_company(tilbud, event.tilbud)


async def _is_newest(session: AsyncSession, event: CaseApproved, step: str) -> bool:
    """Return whether the case holds ``step``, and no later one that is approved does."""
    newest = select(func.max(ApprovedStep.number)).where(
        ApprovedStep.tilbud_id == event.tilbud_id, ApprovedStep.key == step
    )
    return event.reports(step) and await session.scalar(newest) == event.number


async def _keep_content(session: AsyncSession, event: CaseApproved) -> None:
    """Keep what was approved under this number; the same again repairs it."""
    rows = [
        {
            "tilbud_id": event.tilbud_id,
            "key": step.key,
            "number": event.number,
            "data": step.data,
            "approved_at": event.approved_at,
        }
        for step in event.steps
    ]
    statement = insert(ApprovedStep)
    content = {"data": statement.excluded.data, "approved_at": statement.excluded.approved_at}
    again = statement.on_conflict_do_update(index_elements=["tilbud_id", "key", "number"], set_=content)
    await session.execute(again, rows)


async def _keep_decisions(session: AsyncSession, submission_id: str, decisions: Sequence[StepDecision]) -> None:
    rows = await session.execute(select(SubmissionStep).where(SubmissionStep.submission_id == submission_id))
    steps = {row.key: row for row in rows.scalars()}
    for decision in decisions:
        row = steps.get(decision.step)
        if row is not None:
            row.verdict, row.reason = decision.verdict.value, decision.reason
            row.decided_by, row.decided_at = decision.decided_by.model_dump(), decision.decided_at


async def _awaiting(session: AsyncSession, submission_id: str, revision: int) -> Submission | None:
    """Return the submission while it awaits the outcome of this very revision; None for what is out of date."""
    submission = await _submission(session, submission_id)
    is_current = submission.state == State.AWAITING and submission.revision == revision
    return submission if is_current else None


async def _submission(session: AsyncSession, submission_id: str) -> Submission:
    submission = await session.get(Submission, submission_id)
    if submission is None:
        raise LookupError("an event about a submission that was never sent from here")
    return submission


async def _tilbud(session: AsyncSession, event: TilbudEvent) -> Tilbud:
    tilbud = await session.get(Tilbud, event.tilbud_id)
    if tilbud is None:
        raise LookupError("an event about a tilbud that was never created here")
    return tilbud


async def lock_tilbud(session: AsyncSession, keys: Sequence[str]) -> object:
    """Lock the tilbud of a batch, in the order of their ids."""
    return await lock_all(session, Tilbud.id, keys)


CASES = "approval.cases.v1"
ROUTINGS = "jurisdiction.cases.v1"
CASE_HANDLERS: dict[type[TilbudEvent], Handler] = {
    CaseReturned: on_returned,
    CaseApproved: on_approved,
    CaseClosed: on_closed,
}

SUBSCRIPTIONS = (
    Subscription(
        "reporting.cases",
        (topic(CASES),),
        lock=lock_tilbud,
        on=CASE_HANDLERS,
    ),
    Subscription(
        "reporting.routings",
        (topic(ROUTINGS),),
        lock=lock_tilbud,
        on={CaseRouted: on_routed, CaseNotRouted: on_not_routed},
    ),
    Subscription(
        "reporting.authorities",
        (topic("jurisdiction.tilbud.v1"),),
        lock=lock_tilbud,
        on={AuthorityAssigned: on_assigned},
        full_state=True,
    ),
    Subscription(
        "reporting.tilsyn",
        (topic("approval.tilsyn.v1"),),
        lock=lock_tilbud,
        on={TilsynPublished: on_tilsyn, TilbudCeased: on_ceased},
    ),
    Subscription(
        "reporting.applications",
        (topic("approval.applications.v1"),),
        lock=lock_nothing,
        on={ApplicationAccepted: on_application},
    ),
)
