"""The authority of each case: routed when a report is sent, and again when a decision has moved the tilbud."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import day_of, now, today
from chassis.errors import DomainError
from chassis.outbox import emit
from contracts.events import CaseApproved, CaseNotRouted, CaseReturned, CaseRouted, SubmissionSent
from contracts.events.parties import RoutingFacts
from contracts.reference import authority_name
from jurisdiction.assignments.commands import assign
from jurisdiction.assignments.models import Tilbud
from jurisdiction.authorities.routing_context import Move
from jurisdiction.authorities.rulebook import Rulebook
from jurisdiction.authorities.rules import Decision, decide
from jurisdiction.routing.models import APPROVED, CLOSED, RETURNED, SENT, Routing, Submission
from jurisdiction.routing.rules import ADDRESS_STEP, adopt, effective, move_of, routing_steps


async def route_sent(session: AsyncSession, book: Rulebook, tilbud: Tilbud, event: SubmissionSent) -> None:
    """Route one revision on its reported data (row 64); an older or repeated one has no effect."""
    submission = await session.get(Submission, event.submission_id)
    if submission is None:
        submission = _unknown(event.submission_id, event.tilbud_id, event.number)
        session.add(submission)
    if event.revision < submission.revision:
        return
    # The same revision again repairs what stands here, and is not routed again.
    repeated = event.revision == submission.revision and submission.facts is not None
    decided_before = submission.state in {APPROVED, CLOSED}
    submission.number, submission.revision = event.number, event.revision
    submission.sent_on = day_of(event.sent_at)
    submission.known_on = min(submission.known_on or submission.sent_on, submission.sent_on)
    submission.steps = routing_steps([step.key for step in event.steps])
    submission.facts = event.facts.model_dump(mode="json")
    if decided_before:
        _adopt(tilbud, submission)
    if decided_before or repeated:
        return
    submission.state = SENT
    await session.flush()
    await _route(session, book, tilbud, submission)


def _unknown(submission_id: str, tilbud_id: str, number: int) -> Submission:
    return Submission(
        id=submission_id, tilbud_id=tilbud_id, number=number, revision=0, state=SENT, steps=[], facts=None
    )


async def take_approval(session: AsyncSession, book: Rulebook, tilbud: Tilbud, event: CaseApproved) -> None:
    """Move the tilbud when another authority has approved a case of it, and route its other open cases again."""
    submission = await session.get(Submission, event.case_id)
    if submission is None:
        submission = _unknown(event.case_id, event.tilbud_id, event.number)
        session.add(submission)
    if submission.state == APPROVED or event.revision < submission.revision:
        return
    submission.state, submission.revision = APPROVED, event.revision
    submission.steps = routing_steps([step.key for step in event.steps])
    last = await last_routing(session, submission)
    adopted = _adopt(tilbud, submission)
    if event.authority != tilbud.authority and _may_move(tilbud, submission, event, last, adopted=adopted):
        _move(session, tilbud, event, last)
    await session.flush()
    await _route_open_cases(session, book, tilbud)


def _adopt(tilbud: Tilbud, submission: Submission) -> bool:
    """Take the facts of an approved case over; False when it says nothing new about the authority."""
    if submission.state != APPROVED or submission.facts is None:
        return False
    facts = RoutingFacts.model_validate(submission.facts)
    before, after = tilbud.approved, adopt(tilbud.approved, submission.number, submission.steps, facts)
    if before == after:
        return False
    move = _move_in(tilbud, submission, facts) if before.get(ADDRESS_STEP) != after.get(ADDRESS_STEP) else None
    if move is not None:
        tilbud.moved = {"from_municipality": move.from_municipality, "known_on": move.known_on.isoformat()}
    tilbud.approved = after
    return True


def _move_in(tilbud: Tilbud, submission: Submission, facts: RoutingFacts) -> Move | None:
    day = submission.known_on or today()
    return move_of(facts, submission.steps, day, tilbud.approved, tilbud.moved)


def _may_move(
    tilbud: Tilbud, submission: Submission, event: CaseApproved, last: Routing | None, *, adopted: bool
) -> bool:
    """Return whether an approval says anything about the authority now.

    An older case whose facts a newer one has replaced does not move the tilbud back, and neither does a case that
    was decided at the very moment when it was routed away from its authority.
    """
    if tilbud.authority is None or adopted:
        return True
    if submission.facts is None:
        return event.number > tilbud.decided_number
    return not submission.steps and last is not None and last.authority == event.authority


def _move(session: AsyncSession, tilbud: Tilbud, event: CaseApproved, last: Routing | None) -> None:
    decision = Decision.model_validate(last.decision) if last and last.decision else None
    matches = decision is not None and decision.authority == event.authority
    reason = f" {decision.explanation}" if decision and matches else ""
    name = authority_name(event.authority)
    tilbud.decided_number = max(tilbud.decided_number, event.number)
    assign(
        session,
        tilbud,
        authority=event.authority,
        rule=decision.rule if decision and matches else "approved-by",
        legal_source=decision.legal_source if decision and matches else None,
        explanation=f"{name} har godkendt tilbuddets nye oplysninger og har nu tilsynet.{reason}",
        at=event.approved_at,
    )


async def _route_open_cases(session: AsyncSession, book: Rulebook, tilbud: Tilbud) -> None:
    statement = (
        select(Submission)
        .where(Submission.tilbud_id == tilbud.id, Submission.state == SENT, Submission.facts.is_not(None))
        .order_by(Submission.number)
    )
    for submission in (await session.scalars(statement)).all():
        await _route(session, book, tilbud, submission, again=True)


async def note_return(session: AsyncSession, event: CaseReturned) -> None:
    """Remember that a revision is with the reporter: it is routed again when it is sent again."""
    submission = await session.get(Submission, event.case_id)
    if submission and submission.state == SENT and submission.revision == event.revision:
        submission.state = RETURNED


async def close(session: AsyncSession, submission_id: str, tilbud_id: str) -> None:
    """Remember that a case is closed for good (row 79), also before anything else is heard of it."""
    submission = await session.get(Submission, submission_id)
    if submission is None:
        submission = _unknown(submission_id, tilbud_id, 0)
        session.add(submission)
    if submission.state != APPROVED:
        submission.state = CLOSED


async def _route(
    session: AsyncSession, book: Rulebook, tilbud: Tilbud, submission: Submission, *, again: bool = False
) -> None:
    """Ask the rules and tell the answer.

    ``again`` tells only that another authority takes over: an open case stays where it is when nobody else can be
    named. What cannot be routed at all goes back to the reporter and waits for its next revision.
    """
    facts = effective(RoutingFacts.model_validate(submission.facts), submission.steps, tilbud.approved)
    day = submission.sent_on or today()
    decision, reason = _ask(book, facts, day, _move_in(tilbud, submission, facts))
    if again and (decision is None or await _stands_at(session, submission, decision.authority)):
        return
    if decision is None:
        submission.state = RETURNED
    routing = Routing(
        tilbud_id=tilbud.id,
        submission_id=submission.id,
        revision=submission.revision,
        authority=decision.authority if decision else None,
        reason=reason,
        valid_on=day,
        decision=decision.model_dump(mode="json") if decision else None,
        routed_at=now(),
    )
    session.add(routing)
    emit(session, routed(routing), aggregate=tilbud)


def _ask(book: Rulebook, facts: RoutingFacts, day: date, move: Move | None) -> tuple[Decision | None, str | None]:
    try:
        return decide(book, facts, day, move), None
    except DomainError as problem:
        return None, problem.detail


def routed(routing: Routing) -> CaseRouted | CaseNotRouted:
    """Return what everybody hears of a routing."""
    of_case = {
        "tilbud_id": routing.tilbud_id,
        "submission_id": routing.submission_id,
        "revision": routing.revision,
        "routed_at": routing.routed_at,
    }
    if routing.decision is None:
        return CaseNotRouted.model_validate(of_case | {"reason": routing.reason or ""})
    return CaseRouted.model_validate(routing.decision | of_case | {"valid_on": routing.valid_on})


async def _stands_at(session: AsyncSession, submission: Submission, authority: str) -> bool:
    last = await last_routing(session, submission)
    return last is not None and last.authority == authority


async def last_routing(session: AsyncSession, submission: Submission) -> Routing | None:
    """Return how the newest revision of a submission was routed last; None while it is not."""
    statement = (
        select(Routing)
        .where(Routing.submission_id == submission.id, Routing.revision == submission.revision)
        .order_by(Routing.id.desc())
        .limit(1)
    )
    return (await session.scalars(statement)).one_or_none()
