"""Setting and showing the CPR number of a tilbud's leader; both leave a row in the access log."""

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from chassis.database import lock
from chassis.errors import Forbidden, NotFound
from contracts.access import Privilege
from contracts.kinds import TILBUD
from reporting.leader_cpr.models import CprAccess, LeaderCpr
from reporting.leader_cpr.queries import cpr_etag
from reporting.leader_cpr.rules import checked_cpr
from reporting.leader_cpr.schemas import CprViewBody, LeaderCprBody
from reporting.leader_cpr.vault import CprVault
from reporting.subjects.access import is_officer_at, visible_to
from reporting.subjects.models import REPORT_TABLES, Tilbud
from reports.actions.commands import log_action
from reports.reporters import actor_of
from web.auth import Principal
from web.etags import require_match

WRITERS = (TILBUD.privileges.report, TILBUD.privileges.create)


class NotTheAuthority(Forbidden):
    """The caller sees the tilbud and is no officer of its authority."""

    default_detail = "Kun tilsynsmyndigheden har adgang til CPR-nummeret."


class NoCprReader(Forbidden):
    """The caller has no right to read CPR numbers at this authority."""

    default_detail = "Din organisation har ikke givet dig ret til at se CPR-nummeret."


class NoCprWriter(Forbidden):
    """The caller has no right to report or to create tilbud at this authority."""

    default_detail = "Din organisation har ikke givet dig ret til at rette lederens CPR-nummer."


async def set_leader_cpr(
    session: AsyncSession,
    tilbud_id: str,
    body: LeaderCprBody,
    principal: Principal,
    vault: CprVault,
    if_match: str | None,
) -> LeaderCpr:
    """Add the leader's CPR number, or correct it.

    Only the tilbud's authority may (R105), by somebody who may report or create there.
    """
    tilbud = await _lock_for_officer(session, tilbud_id, principal)
    if not any(principal.holds(privilege, tilbud.authority) for privilege in WRITERS):
        raise NoCprWriter
    number = checked_cpr(body.cpr, "/cpr")
    row = await session.get(LeaderCpr, tilbud.id, with_for_update=True)
    require_match(if_match, cpr_etag(tilbud.id, row))
    if row is None:
        row = vault.row(tilbud.id, number, now())
        session.add(row)
        await session.flush()
    else:
        vault.seal(row, number)
        row.set_at = now()
        row.revision += 1
    session.add(CprAccess(tilbud_id=tilbud.id, act="set", by=_stamp(principal, tilbud)))
    log_action(session, REPORT_TABLES, tilbud.id, "leader-cpr-set", actor_of(principal, tilbud.authority))
    return row


async def show_leader_cpr(
    session: AsyncSession, tilbud_id: str, body: CprViewBody, principal: Principal, vault: CprVault
) -> str:
    """Return the leader's CPR number in full, and write down who saw it and what for (P10)."""
    tilbud = await _lock_for_officer(session, tilbud_id, principal)
    if not principal.holds(Privilege.READ_CPR, tilbud.authority):
        raise NoCprReader
    row = await session.get(LeaderCpr, tilbud.id)
    if row is None:
        raise NotFound
    stamp = _stamp(principal, tilbud)
    session.add(CprAccess(tilbud_id=tilbud.id, act="shown", by=stamp, purpose=body.purpose, note=body.note))
    return vault.open(row).full


def _stamp(principal: Principal, tilbud: Tilbud) -> dict[str, str | None]:
    return actor_of(principal, tilbud.authority).model_dump()


async def _lock_for_officer(session: AsyncSession, tilbud_id: str, principal: Principal) -> Tilbud:
    tilbud = visible_to(principal, await lock(session, Tilbud, Tilbud.id == tilbud_id))
    if not is_officer_at(principal, tilbud.authority):
        raise NotTheAuthority
    return tilbud
