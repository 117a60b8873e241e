"""Keeping the duties of a tilbud, and noticing what is due on the day that its row holds."""

import logging
from dataclasses import asdict

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import today
from chassis.database import Database, is_conflict, is_unavailable, lock
from chassis.outbox import emit
from contracts.events import DutiesNoticed
from contracts.events.reporting import DutyKind, DutyTurn, NoticedDuty
from reporting.duties.models import Duty
from reporting.duties.queries import load_approved, load_awaiting
from reporting.duties.rules import DAY, course, deadline_of, next_duties, year_to_report
from reporting.fast_lane.queries import rows_of
from reporting.fast_lane.rules import figures_of
from reporting.forms.rules import TilbudForm
from reporting.subjects.models import Tilbud
from reporting.tilsyn.queries import statuses_of

AT_ONCE = 200
# Whose approval is gone reports nothing again until it has a new one.
WITHOUT_DUTIES = frozenset({"ceased", "not-approved"})

log = logging.getLogger(__name__)


async def refresh_duties(session: AsyncSession, tilbud: Tilbud) -> None:
    """Let the duties of a tilbud, whose row is locked, follow what has changed; today they are looked at."""
    found = []
    if (await statuses_of(session, [tilbud]))[tilbud.id] not in WITHOUT_DUTIES:
        approved = await load_approved(session, tilbud)
        if approved:
            form = TilbudForm(tilbud.primary_legal_basis, tuple(tilbud.legal_bases))(lambda _: {}, today())
            figures = figures_of(approved, rows_of(tilbud))
            found = next_duties(form, approved, await load_awaiting(session, tilbud), figures)
    kinds = [each.kind.value for each in found]
    await session.execute(delete(Duty).where(Duty.tilbud_id == tilbud.id, Duty.kind.not_in(kinds)))
    if found:
        rows = [{"tilbud_id": tilbud.id, **asdict(each)} for each in found]
        statement = insert(Duty).values(rows)
        told = {name: statement.excluded[name] for name in ("since", "deadline", "year")}
        is_other = (Duty.since.is_distinct_from(told["since"])) | (Duty.deadline.is_distinct_from(told["deadline"]))
        renewed = statement.on_conflict_do_update(
            index_elements=["tilbud_id", "kind"],
            set_={**told, "noticed": None, "noticed_on": None},
            where=is_other,
        )
        await session.execute(renewed)
    tilbud.duties_due = today() if found else None


async def notice_duties(database: Database, confirm_days: int) -> None:
    """Look at every tilbud whose day has come; one that fails holds up no other and is tried again tomorrow."""
    while due := await _due(database):
        for tilbud_id in due:
            try:
                async with database.begin() as session:
                    await _notice(session, tilbud_id, confirm_days)
            except Exception as error:
                if is_unavailable(error) or is_conflict(error):
                    raise
                log.exception("the duties of a tilbud could not be noticed", extra={"tilbud_id": tilbud_id})
                async with database.begin() as session:
                    if tilbud := await lock(session, Tilbud, Tilbud.id == tilbud_id):
                        tilbud.duties_due = today() + DAY


async def _due(database: Database) -> list[str]:
    async with database.read() as session:
        due = select(Tilbud.id).where(Tilbud.duties_due <= today()).order_by(Tilbud.duties_due, Tilbud.id)
        return list(await session.scalars(due.limit(AT_ONCE)))


async def _notice(session: AsyncSession, tilbud_id: str, confirm_days: int) -> None:
    """Tell in one event what is due of a tilbud, and keep the day on which it is looked at next."""
    tilbud = await lock(session, Tilbud, Tilbud.id == tilbud_id)
    if tilbud is None or tilbud.duties_due is None or tilbud.duties_due > today():
        return
    await refresh_duties(session, tilbud)
    noticed, days = [], []
    for row in await session.scalars(select(Duty).where(Duty.tilbud_id == tilbud_id).order_by(Duty.kind)):
        kind = DutyKind(row.kind)
        deadline = deadline_of(kind, row.since, row.deadline, confirm_days)
        found = course(kind, deadline, DutyTurn(row.noticed) if row.noticed else None, row.noticed_on, today())
        if found.turn:
            row.noticed, row.noticed_on = found.turn.value, today()
            year = year_to_report(kind, row.year, today())
            noticed.append(NoticedDuty(kind=kind, turn=found.turn, deadline=deadline, year=year, since=row.since))
        if found.next_on:
            days.append(found.next_on)
    tilbud.duties_due = min(days, default=None)
    if noticed:
        emit(session, DutiesNoticed(tilbud_id=tilbud_id, noticed_on=today(), duties=noticed), aggregate=tilbud)
