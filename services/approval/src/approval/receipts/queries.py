"""Receipts are read from the log, which is only added to: what one has said, it says for good."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases.models import Case
from approval.cases.queries import Viewer, log_of, reference_of, sender_of, steps_of, titles_in, visible_case
from approval.cases.rules import Act, CaseState, Outcome
from approval.cases.schemas import ActorView
from approval.decisions.rules import Publication
from approval.kinds import KINDS
from approval.receipts.rules import LoggedAct, Round, rounds_of
from approval.receipts.schemas import Receipt, ReceiptStep
from approval.receipts.words import summary
from approval.submissions.queries import report_of
from chassis.errors import DomainError
from contracts.events.parties import Verdict
from contracts.reference import authority_name


class Choice(NamedTuple):
    """What was chosen for a step, why, by whom and when."""

    verdict: str | None
    reason: str | None
    by: dict[str, Any] | None
    at: datetime | None


class NoReceiptYet(DomainError):
    """The case was never sent off."""

    slug = "wrong-state"
    default_detail = "Der er ingen kvittering endnu: sagen er ikke indsendt."


async def show_receipt(session: AsyncSession, viewer: Viewer, case_id: str) -> Receipt:
    """Return the receipt of a case to both sides, also while the case is decided anew.

    An authority that a case has left gets what it decided itself. NoReceiptYet before the first end of the case.
    """
    case, subject = await visible_case(session, viewer, case_id)
    rounds = rounds_of(await log_of(session, case_id))
    if not (viewer.decides(case) or viewer.supervises_or_operates(subject)):
        rounds = [each for each in rounds if each.end.authority in viewer.approves[case.kind]]
    if not rounds:
        raise NoReceiptYet
    latest, *earlier = [await _told(session, case, each) for each in reversed(rounds)]
    return Receipt.about(
        case.kind,
        case_id=case.id,
        reference=reference_of(case),
        tilbud_id=case.subject_id,
        tilbud_name=subject.name,
        initial=case.initial,
        **latest,
        earlier=earlier,
    )


async def _told(session: AsyncSession, case: Case, each: Round) -> dict[str, Any]:
    end = each.end
    report = await report_of(session, case.id, end.revision)
    titles = await titles_in(session, case, report)
    outcome, publication = _outcome(end), _publication(end)
    choices = await _choices(session, case, each)
    steps = [_step(key, title, choices.get(key)) for key, title in titles.items()]
    return {
        "revision": end.revision,
        "authority": end.authority,
        "authority_name": authority_name(end.authority) if end.authority else None,
        "sent_at": report.sent_at,
        **sender_of(report),
        "outcome": outcome,
        "summary": summary(outcome, publication, steps, KINDS[case.kind].noun),
        "decided_at": end.at,
        "decided_by": ActorView.of(end.by),
        "reason": end.reason,
        "publication": publication,
        "steps": steps,
    }


def _outcome(end: LoggedAct) -> Outcome:
    if end.act != Act.CLOSED:
        return Outcome(end.act)
    return Outcome((end.details or {}).get("outcome", Outcome.GIVEN_UP))


def _publication(end: LoggedAct) -> Publication | None:
    told = (end.details or {}).get("publication")
    return Publication(told) if told else None


async def _choices(session: AsyncSession, case: Case, each: Round) -> Mapping[str, Choice]:
    """Return the choices of a round: those that the case stands with, or what its log has of a round before."""
    if each.end.revision == case.revision and case.state != CaseState.AWAITING:
        rows = await steps_of(session, case.id)
        return {row.step: Choice(row.verdict, row.reason, row.decided_by, row.decided_at) for row in rows}
    return {key: Choice(row.verdict, row.reason, row.by, row.at) for key, row in each.choices.items()}


def _step(key: str, title: str, choice: Choice | None) -> ReceiptStep:
    return ReceiptStep(
        step=key,
        title=title,
        verdict=Verdict(choice.verdict) if choice and choice.verdict else None,
        reason=choice.reason if choice else None,
        decided_by=ActorView.of(choice.by) if choice else None,
        decided_at=choice.at if choice else None,
    )
