"""Tilsyn and cessation: accepted, numbered and published under the lock of their subject (R90 to R99)."""

from typing import Any

from pydantic import ValidationError
from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from approval.kinds import TILBUD
from approval.subjects.models import Subject
from approval.tilsyn.events import ceased_event, published_event
from approval.tilsyn.models import Tilsyn
from approval.tilsyn.queries import supervision_of
from approval.tilsyn.rules import (
    TilsynExists,
    check_ended,
    check_tilsyn,
    creating_authorities,
    is_correction,
    require_correctable,
    require_room_for_sanctions,
    require_room_today,
    texts_of_sanctions,
)
from approval.tilsyn.validation import errors_of
from chassis.clock import today
from chassis.database import lock
from chassis.errors import NotFound
from chassis.ids import uuid7
from chassis.outbox import emit
from contracts.access import Privilege
from contracts.events.approval import TilsynDecision
from contracts.events.external import TilbudCeasedInbound, TilsynCompleted
from contracts.reference import authority_name
from web.auth import Principal

# Built once: building it takes as long as running it.
_LATEST_VERSION = (
    select(Tilsyn)
    .where(*(getattr(Tilsyn, name) == bindparam(name) for name in ("kind", "authority", "tilsyn_id")))
    .order_by(Tilsyn.version.desc())
    .limit(1)
)


async def publish(
    session: AsyncSession,
    subject: Subject,
    *,
    authority: str,
    tilsyn: TilsynCompleted,
    external: bool,
    created_by: dict[str, Any] | None = None,
) -> Tilsyn | None:
    """Publish a tilsyn at once; None when a version of it that is not older is there already.

    TilsynNotValid for the same version with other content, for an id that is used for another tilbud, and for an
    ended sanction that was never given; TooManyTilsyn when it is one too many for a day. The row of ``subject`` is
    locked by the caller.
    """
    latest = await _latest_version(session, subject.kind, authority, tilsyn.tilsyn_id)
    number = latest.accepted_number if latest else subject.accepted_tilsyn + 1
    event = published_event(subject, tilsyn, authority=authority, accepted_number=number, external=external)
    content = event.model_dump(mode="json", by_alias=True)
    if latest is not None and not is_correction(latest.content, content, id_field=event.id_field):
        return None
    await _require_room_for_sanctions(session, subject, tilsyn, authority)
    if tilsyn.ended:
        check_ended(tilsyn.ended, await _sanctions_given(session, subject, tilsyn))
    _count_for_today(subject, tilsyn)
    subject.accepted_tilsyn = max(subject.accepted_tilsyn, number)
    row = Tilsyn(
        authority=authority,
        tilsyn_id=tilsyn.tilsyn_id,
        version=tilsyn.version,
        kind=subject.kind,
        subject_id=subject.id,
        accepted_number=number,
        decided_on=tilsyn.decided_on,
        content=content,
        created_by=created_by,
    )
    session.add(row)
    subject.sanctions_due = today()
    emit(session, event, aggregate=subject)
    subject.assess_on = today()
    return row


def _count_for_today(subject: Subject, tilsyn: TilsynCompleted) -> None:
    counted = subject.tilsyn_that_day if subject.tilsyn_day == today() else 0
    require_room_today(counted, tilsyn.decision)
    subject.tilsyn_day, subject.tilsyn_that_day = today(), counted + 1


async def _require_room_for_sanctions(
    session: AsyncSession, subject: Subject, tilsyn: TilsynCompleted, authority: str
) -> None:
    given = list(texts_of_sanctions(tilsyn))
    # One that takes the approval away ends them all, and is never kept waiting.
    if not given or tilsyn.decision is TilsynDecision.NOT_APPROVED:
        return
    supervision = await supervision_of(session, subject)
    others = (
        each.text
        for each in (*supervision.in_force, *supervision.announced)
        if (each.given_by.authority, each.given_by.tilsyn_id) != (authority, tilsyn.tilsyn_id)
    )
    require_room_for_sanctions([*given, *others])


async def _latest_version(session: AsyncSession, kind: str, authority: str, tilsyn_id: str) -> Tilsyn | None:
    named = {"kind": kind, "authority": authority, "tilsyn_id": tilsyn_id}
    # Of a batch that is written together some may not be written yet.
    unwritten = [
        row
        for row in session.new
        if isinstance(row, Tilsyn) and all(getattr(row, name) == named[name] for name in named)
    ]
    if unwritten:
        return max(unwritten, key=lambda row: row.version)
    with session.no_autoflush:
        return await session.scalar(_LATEST_VERSION, named)


async def _sanctions_given(session: AsyncSession, subject: Subject, new: TilsynCompleted) -> dict[str, set[str]]:
    """Return the ids of the sanctions that the tilsyn named by ``new.ended`` have given, by the id of the tilsyn.

    A sanction that a correction has dropped was given all the same, and so was one of ``new`` itself.
    """
    named = select(Tilsyn.content).where(
        Tilsyn.kind == subject.kind,
        Tilsyn.subject_id == subject.id,
        Tilsyn.tilsyn_id.in_({each.tilsyn_id for each in new.ended}),
    )
    contents = [*await session.scalars(named), new.model_dump(mode="json")]
    given: dict[str, set[str]] = {}
    for content in contents:
        ids = {each.get("id") for each in (*content["orders"], *content["conditions"])}
        given.setdefault(content["tilsyn_id"], set()).update(ids - {None})
    return given


def cease(session: AsyncSession, subject: Subject, *, authority: str, ceased: TilbudCeasedInbound) -> None:
    """Publish that the subject has ceased; the same cessation again has no effect (R99)."""
    event = ceased_event(subject, ceased, authority=authority)
    content = event.model_dump(mode="json")
    known = subject.ceased or {}
    if all(known.get(name) == content[name] for name in ("authority", "ceased_on", "reason")):
        return
    subject.ceased, subject.sanctions_due = content, today()
    emit(session, event, aggregate=subject)
    subject.assess_on = today()


async def create(
    session: AsyncSession,
    principal: Principal,
    *,
    tilbud_id: str,
    fields: dict[str, Any],
    tilsyn_id: str | None = None,
    version: int | None = None,
) -> Tilsyn:
    """Let a kommune or a region publish a tilsyn of a tilbud that it supervises, or correct one (R91 to R93).

    NotFound for what others supervise or have made, TilsynIsFromElsewhere for a tilsyn that was transferred,
    TilsynCorrectedMeanwhile when ``version`` is not the one after the newest.
    """
    authorities = creating_authorities(principal.scopes(Privilege.CREATE_TILSYN))
    subject = await lock(session, Subject, Subject.kind == TILBUD.id, Subject.id == tilbud_id)
    if subject is None or subject.authority not in authorities:
        raise NotFound
    named = {"tilsyn_id": uuid7(), "tilbud_id": tilbud_id, "version": 1, "decided_on": today()}
    if tilsyn_id is not None and version is not None:
        newest = await _latest_version(session, TILBUD.id, subject.authority, tilsyn_id)
        if newest is None or newest.subject_id != tilbud_id:
            raise NotFound
        require_correctable(newest.version, version, external=newest.content["external"])
        named |= {"tilsyn_id": tilsyn_id, "version": version, "decided_on": newest.decided_on}
    try:
        tilsyn = TilsynCompleted.model_validate(named | fields)
    except ValidationError as error:
        raise errors_of(error) from error
    check_tilsyn(tilsyn, today())
    authority = str(subject.authority)
    by = {"sub": principal.sub, "name": principal.name, "org_name": authority_name(authority)}
    row = await publish(session, subject, authority=authority, tilsyn=tilsyn, external=False, created_by=by)
    if row is None:
        raise TilsynExists
    return row
