"""The registers asked again about tilbud that they were silent about; what becomes known is told to everybody."""

from chassis.clock import now
from chassis.database import Database, lock
from reporting.registers.commands import eans_in_draft, look_company_up, look_ean_up, not_looked_up
from reporting.registers.look_ups import look_ups
from reporting.republish import republish
from reporting.subjects.models import Tilbud


async def ask_registers(database: Database) -> None:
    """Ask for what is not looked up yet, each tilbud in a transaction of its own (R40, R42)."""
    async with database.read() as session:
        tilbud = await not_looked_up(session)
        eans = {tilbud_id: await eans_in_draft(session, tilbud_id) for tilbud_id, _ in tilbud}
    for tilbud_id, cvr in tilbud:
        # Asked before anything is locked: what is remembered is at hand below, and nobody waits for a register.
        await look_ups().company(cvr)
        for ean in eans[tilbud_id]:
            await look_ups().ean_owner(ean)
        await _note(database, tilbud_id, eans[tilbud_id])


async def _note(database: Database, tilbud_id: str, eans: list[str]) -> None:
    async with database.begin() as session:
        tilbud = await lock(session, Tilbud, Tilbud.id == tilbud_id)
        if tilbud is None:
            return
        tilbud.registers_asked_at = now()
        for ean in eans:
            await look_ean_up(tilbud, ean)
        if await look_company_up(tilbud):
            await session.flush()
            await republish(session, tilbud_id)
