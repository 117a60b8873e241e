"""Tilsyn and cessation: accepted, numbered and published under the lock of the tilbud (R90 to R99)."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from approval.subjects.models import Tilbud
from approval.tilsyn.models import Tilsyn
from approval.tilsyn.rules import TilsynExists, check_tilsyn, creating_authorities, is_correction
from chassis.auth import Principal
from chassis.clock import now, today
from chassis.database import lock
from chassis.errors import NotFound
from chassis.ids import uuid7
from chassis.outbox import emit
from contracts.access import Privilege
from contracts.events import TilbudCeased, TilsynPublished
from contracts.events.external import TilbudCeasedInbound, TilsynCompleted


async def publish(
    session: AsyncSession,
    tilbud: Tilbud,
    *,
    authority: str,
    tilsyn: TilsynCompleted,
    external: bool,
    created_by: dict[str, Any] | None = None,
) -> Tilsyn | None:
    """Publish a tilsyn at once; None when a version of it that is not older is there already.

    TilsynNotValid for the same version with other content, and for an id that is used for another tilbud. The row
    of ``tilbud`` is locked by the caller.
    """
    latest = await _latest_version(session, authority, tilsyn.tilsyn_id)
    number = latest.accepted_number if latest else tilbud.accepted_tilsyn + 1
    event = _event(authority, tilsyn, number, external=external)
    content = event.model_dump(mode="json", by_alias=True)
    if latest is not None and not is_correction(latest.content, content):
        return None
    tilbud.accepted_tilsyn = max(tilbud.accepted_tilsyn, number)
    row = Tilsyn(
        authority=authority,
        tilsyn_id=tilsyn.tilsyn_id,
        version=tilsyn.version,
        tilbud_id=tilbud.id,
        accepted_number=number,
        decided_on=tilsyn.decided_on,
        content=content,
        created_by=created_by,
    )
    session.add(row)
    emit(session, event, aggregate=tilbud)
    return row


async def _latest_version(session: AsyncSession, authority: str, tilsyn_id: str) -> Tilsyn | None:
    statement = (
        select(Tilsyn)
        .where(Tilsyn.authority == authority, Tilsyn.tilsyn_id == tilsyn_id)
        .order_by(Tilsyn.version.desc())
        .limit(1)
    )
    return (await session.execute(statement)).scalar_one_or_none()


def _event(authority: str, tilsyn: TilsynCompleted, number: int, *, external: bool) -> TilsynPublished:
    content = tilsyn.model_dump(mode="json", by_alias=True)
    added = {"authority": authority, "external": external, "accepted_number": number, "accepted_at": now()}
    return TilsynPublished.model_validate(content | added)


def cease(session: AsyncSession, tilbud: Tilbud, *, authority: str, ceased: TilbudCeasedInbound) -> None:
    """Publish that the tilbud has ceased; the same cessation again has no effect (R99)."""
    event = TilbudCeased(
        tilbud_id=tilbud.id,
        authority=authority,
        ceased_on=ceased.ceased_on,
        reason=ceased.reason,
        accepted_at=now(),
    )
    content = event.model_dump(mode="json")
    known = tilbud.ceased or {}
    if all(known.get(name) == content[name] for name in ("authority", "ceased_on", "reason")):
        return
    tilbud.ceased = content
    emit(session, event, aggregate=tilbud)


async def create(
    session: AsyncSession, principal: Principal, *, tilbud_id: str, decided_on: date | None, fields: dict[str, Any]
) -> Tilsyn:
    """Let a kommune or a region publish a tilsyn of a tilbud that it supervises (R91 to R93)."""
    authorities = creating_authorities(principal.scopes(Privilege.CREATE_TILSYN))
    tilbud = await lock(session, Tilbud, Tilbud.id == tilbud_id)
    if tilbud is None or tilbud.authority not in authorities:
        raise NotFound
    tilsyn = TilsynCompleted.model_validate(
        {
            **fields,
            "tilsyn_id": uuid7(),
            "tilbud_id": tilbud_id,
            "version": 1,
            "decided_on": decided_on or today(),
        }
    )
    check_tilsyn(tilsyn, today())
    by = {"sub": principal.sub, "name": principal.name, "org_name": principal.org_name}
    row = await publish(session, tilbud, authority=str(tilbud.authority), tilsyn=tilsyn, external=False, created_by=by)
    if row is None:
        raise TilsynExists
    return row
