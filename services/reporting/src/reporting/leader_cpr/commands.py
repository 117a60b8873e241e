"""Setting and showing the CPR number of a tilbud's leader; both leave a row in the access log."""

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.auth import Principal
from chassis.clock import now
from chassis.database import lock
from chassis.etags import etag, require_match
from chassis.problems import Problem, not_found
from contracts.access import Privilege
from reporting.actions.commands import note
from reporting.leader_cpr.vault import CprVault, checked_cpr
from reporting.models import CprAccess, LeaderCpr, Tilbud
from reporting.subjects.access import actor_of, is_officer_at, refuse_stranger
from reporting.tilbud.schemas import LeaderCprBody, LeaderCprState


def cpr_etag(tilbud_id: str, row: LeaderCpr | None) -> str:
    """Return the ETag of a leader's CPR number; one that is missing has an ETag, too."""
    return etag("leader-cpr", tilbud_id, row.revision if row else 0)


def cpr_state(tilbud_id: str, row: LeaderCpr | None, vault: CprVault) -> LeaderCprState:
    """Return what everybody who sees the tilbud may see of the leader's CPR number."""
    return LeaderCprState(missing=row is None, masked=vault.masked(row) if row else None, etag=cpr_etag(tilbud_id, row))


async def set_leader_cpr(
    session: AsyncSession,
    tilbud_id: str,
    body: LeaderCprBody,
    principal: Principal,
    vault: CprVault,
    if_match: str | None,
) -> LeaderCpr:
    """Add the leader's CPR number, or correct it; only the tilbud's authority may (row 105)."""
    tilbud = await _for_officer(session, tilbud_id, principal)
    number = checked_cpr(body.cpr, "/cpr")
    new = vault.row(tilbud.id, number, now())
    row = await session.get(LeaderCpr, tilbud.id)
    require_match(if_match, cpr_etag(tilbud.id, row))
    if row is None:
        row = new
        session.add(row)
        await session.flush()
    else:
        row.nonce, row.ciphertext, row.set_at = new.nonce, new.ciphertext, new.set_at
        row.revision += 1
    _log_access(session, tilbud, "set", principal)
    note(session, tilbud.id, "leader-cpr-set", actor_of(principal, tilbud.authority))
    return row


async def show_leader_cpr(
    session: AsyncSession, tilbud_id: str, principal: Principal, vault: CprVault
) -> tuple[str, LeaderCpr]:
    """Return the leader's CPR number in full and its row, and write down who saw it."""
    tilbud = await _for_officer(session, tilbud_id, principal)
    if not principal.holds(Privilege.READ_CPR, tilbud.authority):
        raise Problem("forbidden", "Din organisation har ikke givet dig ret til at se CPR-nummeret.")
    row = await session.get(LeaderCpr, tilbud.id)
    if row is None:
        raise not_found()
    _log_access(session, tilbud, "shown", principal)
    return vault.number(row), row


async def _for_officer(session: AsyncSession, tilbud_id: str, principal: Principal) -> Tilbud:
    tilbud = refuse_stranger(principal, await lock(session, Tilbud, Tilbud.id == tilbud_id))
    if not is_officer_at(principal, tilbud.authority):
        raise Problem("forbidden", "Kun tilsynsmyndigheden har adgang til CPR-nummeret.")
    return tilbud


def _log_access(session: AsyncSession, tilbud: Tilbud, act: str, principal: Principal) -> None:
    by = actor_of(principal, tilbud.authority).model_dump()
    session.add(CprAccess(tilbud_id=tilbud.id, act=act, by=by))
