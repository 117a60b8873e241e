"""The list of sanctions kept as the tilsyn say, by days that are stored: a restart or a stopped clock misses none."""

from collections import defaultdict
from datetime import date
from itertools import chain

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from approval.due import do_what_is_due
from approval.kinds import KINDS
from approval.sanctions.models import StandingSanctionRow
from approval.sanctions.rules import NEVER_DUE, is_near, next_look
from approval.subjects.models import Subject
from approval.tilsyn.queries import supervision_of
from chassis.clock import day_of, now, today
from chassis.database import Database
from chassis.ids import uuid7
from chassis.outbox import emit
from contracts.events.approval import DeadlineOf
from contracts.sanctions import StandingSanction

# What makes two looks see the same sanction; its deadline may be moved by a correction.
Identity = tuple[str, str, str, str | None, str | None]


async def keep_sanctions(database: Database) -> None:
    """List anew the sanctions of every subject that is due, and tell the deadlines that are near."""
    await do_what_is_due(database, Subject.sanctions_due, keep_sanctions_of)


async def keep_sanctions_of(session: AsyncSession, subject: Subject) -> None:
    """Make the rows of a subject what its tilsyn say today. The row of ``subject`` is locked by the caller."""
    own = (StandingSanctionRow.kind == subject.kind, StandingSanctionRow.subject_id == subject.id)
    known: dict[Identity, list[StandingSanctionRow]] = defaultdict(list)
    for row in await session.scalars(select(StandingSanctionRow).where(*own).order_by(StandingSanctionRow.id)):
        known[_identity(row)].append(row)
    supervision = await supervision_of(session, subject)
    rows = []
    for sanction in (*supervision.in_force, *supervision.announced):
        row = _row(subject, sanction)
        if before := known[_identity(row)]:
            kept = before.pop(0)
            kept.due_on, kept.starts_on, row = row.due_on, row.starts_on, kept
        session.add(row)
        given_on = day_of(sanction.given_by.accepted_at)
        if row.noticed_for != row.due_on and is_near(row.due_on, given_on, today()):
            row.noticed_for = row.due_on
            _notice(session, subject, row)
        rows.append((row.due_on, given_on, row.noticed_for == row.due_on))
    for row in chain.from_iterable(known.values()):
        await session.delete(row)
    subject.sanctions_due = next_look(rows, today()) if rows else None


def _row(subject: Subject, sanction: StandingSanction) -> StandingSanctionRow:
    return StandingSanctionRow(
        id=uuid7(),
        kind=subject.kind,
        subject_id=subject.id,
        authority=sanction.given_by.authority,
        tilsyn_id=sanction.given_by.tilsyn_id,
        sanction=sanction.kind,
        sanction_id=sanction.id,
        text=sanction.text,
        starts_on=sanction.start,
        due_on=_due_on(sanction),
    )


def _due_on(sanction: StandingSanction) -> date:
    return sanction.until or sanction.deadline or NEVER_DUE


def _identity(row: StandingSanctionRow) -> Identity:
    return row.authority, row.tilsyn_id, row.sanction, row.sanction_id, row.text


def _notice(session: AsyncSession, subject: Subject, row: StandingSanctionRow) -> None:
    model = KINDS[subject.kind].events.deadline_noticed
    if model is None:
        return
    event = model.about(
        subject.id,
        # Who supervises it now: the sanction may be of an earlier authority.
        authority=subject.authority or row.authority,
        deadline_of=DeadlineOf(row.sanction),
        reference=row.tilsyn_id,
        deadline=row.due_on,
        passed=False,
        noticed_at=now(),
    )
    emit(session, event, aggregate=subject)
