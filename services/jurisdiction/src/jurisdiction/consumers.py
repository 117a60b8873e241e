"""What this service listens to: each handler holds the tilbud's row and calls one use case."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import lock_all
from chassis.envelope import Envelope
from chassis.subscriptions import Handler, Subscription
from contracts.events import (
    CaseApproved,
    CaseClosed,
    CaseReturned,
    SubmissionClosed,
    SubmissionSent,
    TilbudCreated,
)
from contracts.topics import topic
from jurisdiction.assignments.commands import assign_first
from jurisdiction.assignments.models import Tilbud
from jurisdiction.authorities.rulebook import Rulebook
from jurisdiction.routing import commands as cases

REPORTS = "reporting.tilbud.v1"
CASES = "approval.cases.v1"

Handlers = dict[type[Any], Handler]


async def lock_tilbud(session: AsyncSession, keys: Sequence[str]) -> None:
    """Lock the rows of these tilbud; a message that comes before all others creates its row."""
    rows = [{"id": key} for key in sorted(set(keys))]
    await session.execute(insert(Tilbud).values(rows).on_conflict_do_nothing())
    await lock_all(session, Tilbud.id, keys)


def subscriptions(book: Rulebook) -> tuple[Subscription, ...]:
    """Return both groups; the rules that they ask are those of ``book``."""
    return _reports(book), _cases(book)


def _reports(book: Rulebook) -> Subscription:
    async def on_created(session: AsyncSession, event: TilbudCreated, _: Envelope) -> None:
        assign_first(session, book, await session.get_one(Tilbud, event.tilbud_id), event)

    async def on_sent(session: AsyncSession, event: SubmissionSent, _: Envelope) -> None:
        await cases.route_sent(session, book, await session.get_one(Tilbud, event.tilbud_id), event)

    async def on_closed(session: AsyncSession, event: SubmissionClosed, _: Envelope) -> None:
        await cases.close(session, event.submission_id, event.tilbud_id)

    on: Handlers = {TilbudCreated: on_created, SubmissionSent: on_sent, SubmissionClosed: on_closed}
    return Subscription("jurisdiction.reports", (topic(REPORTS),), lock=lock_tilbud, on=on)


def _cases(book: Rulebook) -> Subscription:
    async def on_approved(session: AsyncSession, event: CaseApproved, _: Envelope) -> None:
        await cases.take_approval(session, book, await session.get_one(Tilbud, event.tilbud_id), event)

    async def on_returned(session: AsyncSession, event: CaseReturned, _: Envelope) -> None:
        await cases.note_return(session, event)

    async def on_closed(session: AsyncSession, event: CaseClosed, _: Envelope) -> None:
        await cases.close(session, event.case_id, event.tilbud_id)

    on: Handlers = {CaseApproved: on_approved, CaseReturned: on_returned, CaseClosed: on_closed}
    return Subscription("jurisdiction.cases", (topic(CASES),), lock=lock_tilbud, on=on)
