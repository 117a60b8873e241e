"""The authority of each case: routed when a report is sent, and again when a decision has moved its subject."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import day_of, now, today
from chassis.ids import uuid7
from chassis.outbox import emit
from contracts.events.parties import RoutingFacts
from jurisdiction.agreements.queries import agreements_of
from jurisdiction.agreements.rules import with_agreements
from jurisdiction.assignments.commands import add_authority, assign
from jurisdiction.assignments.models import Subject
from jurisdiction.authorities.routing_context import Move, NoAuthority
from jurisdiction.authorities.rulebook import Rulebook
from jurisdiction.authorities.rules import Decision, decide
from jurisdiction.kinds import KINDS
from jurisdiction.routing.events import ApprovedCase, ReturnedCase, SentSubmission, routing_event
from jurisdiction.routing.models import (
    APPROVED,
    CLOSED,
    OPEN,
    RETURNED,
    SENT,
    SUPERSEDED,
    Routing,
    Submission,
    Undecided,
)
from jurisdiction.routing.queries import decided_authority, last_routing, open_submissions_of
from jurisdiction.routing.rules import (
    adopt_facts,
    authority_after_approval,
    decided_by_operator,
    effective_facts,
    may_move,
    move_of,
    routing_steps,
    stand_by_handover,
)

UNSURE = "low"
"""The confidence of an answer that somebody has to confirm: a fact is missing that another rule would ask for."""


async def route_submission(session: AsyncSession, book: Rulebook, subject: Subject, event: SentSubmission) -> None:
    """Route one revision on its reported data (R64); an older or repeated one has no effect."""
    submission = await _get_or_add(session, subject, event.submission_id, event.number)
    if event.revision < submission.revision:
        return
    # The same revision again repairs what stands here, and is not routed again.
    repeated = event.revision == submission.revision and submission.facts is not None
    decided_before = submission.state in {APPROVED, CLOSED}
    submission.number, submission.revision = event.number, event.revision
    submission.sent_on = day_of(event.sent_at)
    submission.known_on = min(submission.known_on or submission.sent_on, submission.sent_on)
    submission.steps = routing_steps(KINDS[subject.kind], event.step_keys)
    submission.facts = event.facts.model_dump(mode="json")
    if decided_before:
        _adopt_facts(subject, submission)
    if decided_before or repeated:
        return
    submission.state = SENT
    await session.flush()
    await _route(session, book, subject, submission)


async def apply_approval(session: AsyncSession, book: Rulebook, subject: Subject, event: ApprovedCase) -> None:
    """Move the subject when another authority has approved a case of it, and route its other open cases again."""
    submission = await _get_or_add(session, subject, event.case_id, event.number)
    if submission.state == APPROVED or event.revision < submission.revision:
        return
    submission.state, submission.revision = APPROVED, event.revision
    await supersede_undecided(session, submission)
    submission.steps = routing_steps(KINDS[subject.kind], event.step_keys)
    last = await last_routing(session, submission)
    moves = may_move(
        adopted=_adopt_facts(subject, submission),
        has_authority=subject.authority is not None,
        is_known=submission.facts is not None,
        is_newest=event.number > subject.decided_number,
        own_steps=submission.steps,
        at_authority=last is not None and last.authority == event.authority,
    )
    # Who has handed the subject over and decides one of its cases in that very moment does not get it back by that.
    if moves and event.authority not in {subject.authority, *subject.givers}:
        subject.decided_number = max(subject.decided_number, event.number)
        decision = Decision.model_validate(last.decision) if last and last.decision else None
        assigned = authority_after_approval(event.authority, decision, KINDS[subject.kind].noun, subject.authority)
        assign(session, subject, assigned, event.approved_at)
    await session.flush()
    await route_open_again(session, book, subject)


async def route_open_again(
    session: AsyncSession, book: Rulebook, subject: Subject, *, repeated: Collection[str] = ()
) -> None:
    """Route the open cases of a subject whose authority has changed; ``repeated`` are told also when they stay."""
    for each in await open_submissions_of(session, subject):
        await _route_again(session, book, subject, each, is_repeated=each.id in repeated)


async def mark_returned(session: AsyncSession, event: ReturnedCase) -> None:
    """Keep that a revision is with the reporter: it is routed again when it is sent again."""
    submission = await session.get(Submission, event.case_id)
    if submission and submission.state == SENT and submission.revision == event.revision:
        submission.state = RETURNED


async def close(session: AsyncSession, subject: Subject, submission_id: str) -> None:
    """Keep that a case is closed for good (R79), also when nothing else is known of it."""
    submission = await _get_or_add(session, subject, submission_id, 0)
    await supersede_undecided(session, submission)
    if submission.state != APPROVED:
        submission.state = CLOSED


async def _get_or_add(session: AsyncSession, subject: Subject, submission_id: str, number: int) -> Submission:
    submission = await session.get(Submission, submission_id)
    if submission is None:
        submission = Submission(
            id=submission_id,
            kind=subject.kind,
            subject_id=subject.id,
            number=number,
            revision=0,
            state=SENT,
            steps=[],
            facts=None,
        )
        session.add(submission)
    return submission


def _adopt_facts(subject: Subject, submission: Submission) -> bool:
    """Take the facts of an approved case over; False when it says nothing new about the authority."""
    if submission.state != APPROVED or submission.facts is None:
        return False
    kind, facts = KINDS[subject.kind], RoutingFacts.model_validate(submission.facts)
    before, after = subject.approved, adopt_facts(kind, subject.approved, submission.number, submission.steps, facts)
    if before == after:
        return False
    address = kind.address_step
    move = _move_in(subject, submission, facts) if before.get(address) != after.get(address) else None
    if move is not None:
        subject.moved = {"from_municipality": move.from_municipality, "known_on": move.known_on.isoformat()}
    subject.approved = after
    return True


def _move_in(subject: Subject, submission: Submission, facts: RoutingFacts) -> Move | None:
    day = submission.known_on or today()
    return move_of(KINDS[subject.kind], facts, submission.steps, day, subject.approved, subject.moved)


async def _route(session: AsyncSession, book: Rulebook, subject: Subject, submission: Submission) -> None:
    """Ask the rules and tell the answer.

    What cannot be routed goes back: it waits for its next revision, or for a decision on who is the authority.
    """
    day = submission.sent_on or today()
    await supersede_undecided(session, submission)
    answer = await _answer(session, book, subject, submission, day)
    if isinstance(answer, NoAuthority):
        submission.state = RETURNED
        note_undecided(session, subject, _facts_of(subject, submission), answer.reason, submission=submission)
    elif answer.confidence == UNSURE:
        reason = next((each.because for each in answer.considered if each.rule == "R3"), answer.explanation)
        facts = _facts_of(subject, submission)
        note_undecided(session, subject, facts, reason, submission=submission, provisional=answer.authority)
    _add_routing(session, subject, submission, day, answer)


async def route_by_decision(session: AsyncSession, book: Rulebook, subject: Subject, submission: Submission) -> None:
    """Tell that a submission goes to the authority that was decided on; one that waited with its reporter goes on."""
    day = submission.sent_on or today()
    answer = await _answer(session, book, subject, submission, day)
    if submission.state in {SENT, RETURNED}:
        submission.state = SENT
        _add_routing(session, subject, submission, day, answer)


def note_undecided(
    session: AsyncSession,
    subject: Subject,
    facts: RoutingFacts,
    reason: str,
    *,
    submission: Submission | None = None,
    provisional: str | None = None,
) -> None:
    """Keep that somebody has to decide who is the authority; all else goes on."""
    session.add(
        Undecided(
            id=uuid7(),
            kind=subject.kind,
            subject_id=subject.id,
            submission_id=submission.id if submission else None,
            revision=submission.revision if submission else 0,
            facts=facts.model_dump(mode="json"),
            reason=reason,
            provisional=provisional,
            since=now(),
            state=OPEN,
        )
    )


async def supersede_undecided(session: AsyncSession, submission: Submission) -> None:
    """Keep that nothing of a submission waits for a decision any more: it was sent again, approved or given up."""
    waiting = update(Undecided).where(Undecided.submission_id == submission.id, Undecided.state == OPEN)
    await session.execute(waiting.values(state=SUPERSEDED, settled_at=now()))


async def _route_again(
    session: AsyncSession, book: Rulebook, subject: Subject, submission: Submission, *, is_repeated: bool
) -> None:
    """Route an open case to another authority; it stays where it is when nobody else can be named."""
    day = submission.sent_on or today()
    answer = await _answer(session, book, subject, submission, day)
    if isinstance(answer, NoAuthority):
        return
    last = await last_routing(session, submission)
    if is_repeated or last is None or last.authority != answer.authority:
        _add_routing(session, subject, submission, day, answer)


def _facts_of(subject: Subject, submission: Submission) -> RoutingFacts:
    return effective_facts(RoutingFacts.model_validate(submission.facts), submission.steps, subject.approved)


async def _answer(
    session: AsyncSession, book: Rulebook, subject: Subject, submission: Submission, day: date
) -> Decision | NoAuthority:
    agreements = await agreements_of(session, subject.kind, subject.id)
    facts = with_agreements(_facts_of(subject, submission), agreements, day)
    answer = decide(book, facts, day, _move_in(subject, submission, facts))
    if isinstance(answer, NoAuthority) or answer.confidence == UNSURE:
        decided = await decided_authority(session, subject, facts.model_dump(mode="json"))
        if decided:
            return decided_by_operator(decided, answer, book.version)
    if isinstance(answer, NoAuthority):
        return answer
    return stand_by_handover(answer, subject.authority, subject.givers, KINDS[subject.kind].noun)


def _add_routing(
    session: AsyncSession, subject: Subject, submission: Submission, day: date, answer: Decision | NoAuthority
) -> None:
    decision = None if isinstance(answer, NoAuthority) else answer
    if decision:
        add_authority(subject, decision.authority)
    routing = Routing(
        kind=subject.kind,
        subject_id=subject.id,
        submission_id=submission.id,
        revision=submission.revision,
        authority=decision.authority if decision else None,
        reason=answer.reason if isinstance(answer, NoAuthority) else None,
        valid_on=day,
        decision=decision.model_dump(mode="json") if decision else None,
        routed_at=now(),
    )
    session.add(routing)
    emit(session, routing_event(routing), aggregate=subject)
