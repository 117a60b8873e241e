"""What everybody who sees a tilbud may see of its leader's CPR number, and of who saw that in full."""

from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from reporting.leader_cpr.models import CprAccess, LeaderCpr
from reporting.leader_cpr.schemas import CprAccessView, LeaderCprState
from reporting.leader_cpr.vault import CprVault, LeaderCprUnreadable
from web.etags import etag
from web.pagination import Page, decode_cursor, encode_cursor


def cpr_etag(tilbud_id: str, row: LeaderCpr | None) -> str:
    """Return the ETag of a leader's CPR number; one that is missing has an ETag, too."""
    return etag("leader-cpr", tilbud_id, row.revision if row else 0)


def cpr_state(tilbud_id: str, row: LeaderCpr | None, vault: CprVault) -> LeaderCprState:
    """Return whether the number is there, and its first six digits."""
    masked = None
    if row is not None:
        with suppress(LeaderCprUnreadable):
            masked = vault.open(row).masked
    return LeaderCprState(
        missing=row is None,
        masked=masked,
        unreadable=row is not None and masked is None,
        etag=cpr_etag(tilbud_id, row),
    )


async def list_accesses(session: AsyncSession, tilbud_id: str, cursor: str | None, limit: int) -> Page[CprAccessView]:
    """Return who saw or set the leader's CPR number of a tilbud, newest first."""
    found = select(CprAccess).where(CprAccess.tilbud_id == tilbud_id)
    if cursor:
        found = found.where(CprAccess.id < decode_cursor(cursor, int)[0])
    rows = list(await session.scalars(found.order_by(CprAccess.id.desc()).limit(limit + 1)))
    items = [CprAccessView.model_validate(row, from_attributes=True) for row in rows[:limit]]
    return Page(items=items, next=encode_cursor(rows[limit - 1].id) if len(rows) > limit else None)
