"""The overview rows: what each event changes in the lists, guarded so that any order gives the same rows.

Every write is conditional on what the message carries; rows are created by whichever event comes first. The same
version again is accepted, since a republished state may repair what stands here.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import today
from chassis.database import Database, lock_all
from chassis.periodic import PeriodicJob, try_advisory_lock
from contracts.events.approval import TilbudCeased, TilsynDecision, TilsynKind, TilsynPublished
from contracts.events.notification import FollowersChanged
from contracts.events.parties import TilbudFacts
from contracts.tilsyn import Assessed, status_of
from portal.models import Case, Follower, Tilbud, Tilsyn
from portal.overview.rules import CaseStage, case_status, searchable, sort_key


async def lock_tilbud(session: AsyncSession, keys: Sequence[str]) -> None:
    """Lock the rows of ``keys``, made first where they are missing."""
    ids = sorted(set(keys))
    await session.execute(insert(Tilbud).values([{"id": key} for key in ids]).on_conflict_do_nothing())
    await lock_all(session, Tilbud.id, ids)


async def _row(session: AsyncSession, tilbud_id: str) -> Tilbud:
    return await session.get_one(Tilbud, tilbud_id)


async def apply_facts(session: AsyncSession, tilbud_id: str, facts: TilbudFacts, *, number: int) -> None:
    """Take name and operator as approved in submission ``number``; 0 is the creation."""
    row = await _row(session, tilbud_id)
    if number < row.facts_number:
        return
    row.facts_number = number
    row.name = facts.name
    row.search_text = searchable(facts.name, tilbud_id)
    row.sort_key = sort_key(facts.name)
    row.operator_cvr = facts.operator.cvr
    row.operator_name = facts.operator.name


async def apply_authority(
    session: AsyncSession, tilbud_id: str, *, authority: str, previous: str | None, version: int
) -> None:
    """Take who supervises the tilbud now, and who did before: that authority still finds it (R128)."""
    row = await _row(session, tilbud_id)
    if version >= row.authority_version:
        row.authority, row.previous_authority, row.authority_version = authority, previous, version


async def apply_publication(session: AsyncSession, tilbud_id: str, *, published: bool, sequence: int) -> None:
    """Take whether the tilbud is public; a deletion is a guarded write too."""
    row = await _row(session, tilbud_id)
    if sequence >= row.published_seen:
        row.published, row.published_seen = published, sequence


async def apply_followers(session: AsyncSession, event: FollowersChanged) -> None:
    """Replace the followers of the tilbud."""
    row = await _row(session, event.tilbud_id)
    if event.version < row.followers_version:
        return
    row.followers_version = event.version
    await session.execute(delete(Follower).where(Follower.tilbud_id == event.tilbud_id))
    values = [
        {"tilbud_id": event.tilbud_id, "sub": sub, "organisation": organisation}
        for sub, organisation in sorted({each.sub: each.organisation for each in event.followers}.items())
    ]
    if values:
        await session.execute(insert(Follower).values(values))


async def apply_case(
    session: AsyncSession,
    tilbud_id: str,
    case_id: str,
    *,
    revision: int,
    stage: CaseStage,
    at: datetime,
    number: int | None = None,
) -> None:
    """Take how far a case has come; ``revision`` and ``stage`` say whether this is news."""
    await session.execute(insert(Case).values(id=case_id, tilbud_id=tilbud_id).on_conflict_do_nothing())
    case = await session.get_one(Case, case_id)
    if number is not None:
        case.number = number
    if (revision, stage) >= (case.revision, case.stage):
        case.revision, case.stage, case.state = revision, stage.value, stage.state
        case.changed_at = max(at, case.changed_at or at)
    await session.flush()
    await _refresh_case_status(session, tilbud_id)
    await touch(session, tilbud_id, at)


async def apply_report(
    session: AsyncSession, case_id: str, *, at: datetime, steps: Sequence[str], legal_bases: Sequence[str]
) -> None:
    """Take what a case holds, as sent last."""
    case = await session.get_one(Case, case_id)
    if case.submitted_at is None or at >= case.submitted_at:
        case.submitted_at, case.steps, case.legal_bases = at, list(steps), list(legal_bases)


async def apply_case_authority(session: AsyncSession, case_id: str, *, authority: str, sequence: int) -> None:
    """Take who decides a case: its own authority, which may differ from the tilbud's (R63)."""
    case = await session.get_one(Case, case_id)
    if sequence >= case.authority_sequence:
        case.authority, case.authority_sequence = authority, sequence


async def _refresh_case_status(session: AsyncSession, tilbud_id: str) -> None:
    found = await session.execute(select(Case.state, Case.number).where(Case.tilbud_id == tilbud_id))
    row = await _row(session, tilbud_id)
    row.case_status = case_status([(state, number) for state, number in found])


async def apply_tilsyn(session: AsyncSession, event: TilsynPublished) -> None:
    """Take a tilsyn or its correction; one without a decision changes no approval."""
    values = {
        "version": event.version,
        "accepted_number": event.accepted_number,
        "decided_on": event.decided_on,
        "decision": event.decision.value,
        "kind": event.kind.value,
        "intensified_from": event.intensified.start if event.intensified else None,
        "intensified_until": event.intensified.until if event.intensified else None,
    }
    statement = insert(Tilsyn).values(
        tilbud_id=event.tilbud_id, tilsyn_id=f"{event.authority}/{event.tilsyn_id}", **values
    )
    newer = statement.excluded.version >= Tilsyn.version
    await session.execute(
        statement.on_conflict_do_update(index_elements=["tilbud_id", "tilsyn_id"], set_=values, where=newer)
    )
    await refresh_status(session, event.tilbud_id)
    await touch(session, event.tilbud_id, event.accepted_at)


async def apply_cessation(session: AsyncSession, event: TilbudCeased) -> None:
    """Take the day that the tilbud has ceased on, as the authority reported it last."""
    row = await _row(session, event.tilbud_id)
    if row.ceased_told_at is None or event.accepted_at >= row.ceased_told_at:
        row.ceased_on, row.ceased_told_at = event.ceased_on, event.accepted_at
    await refresh_status(session, event.tilbud_id)
    await touch(session, event.tilbud_id, event.accepted_at)


async def refresh_status(session: AsyncSession, tilbud_id: str) -> None:
    """Derive the tilsyn status of a tilbud from its latest tilsyn and whether it has ceased."""
    all_of_it = select(Tilsyn).where(Tilsyn.tilbud_id == tilbud_id).execution_options(populate_existing=True)
    rows = (await session.execute(all_of_it)).scalars().all()
    row = await _row(session, tilbud_id)
    row.status = status_of([_assessed(each) for each in rows], ceased_on=row.ceased_on, today=today())


def _assessed(row: Tilsyn) -> Assessed:
    first, last = row.intensified_from, row.intensified_until
    period = (first, last) if first and last else None
    return Assessed(row.decided_on, row.accepted_number, TilsynDecision(row.decision), TilsynKind(row.kind), period)


async def refresh_intensified(database: Database) -> None:
    """Let intensified tilsyn begin and end on its days, without any event."""
    async with database.begin() as session:
        if not await try_advisory_lock(session, "intensified"):
            return
        ids = (await session.scalars(select(Tilsyn.tilbud_id).where(Tilsyn.intensified_until.is_not(None)))).all()
        await lock_all(session, Tilbud.id, ids)
        for tilbud_id in sorted(set(ids)):
            await refresh_status(session, tilbud_id)


REFRESH_INTENSIFIED = PeriodicJob("refresh-intensified", 3_600, refresh_intensified)


async def touch(session: AsyncSession, tilbud_id: str, at: datetime) -> None:
    """Note when something last happened to the tilbud."""
    statement = update(Tilbud).where(Tilbud.id == tilbud_id)
    newer = (Tilbud.changed_at.is_(None)) | (Tilbud.changed_at < at)
    await session.flush()
    await session.execute(statement.where(newer).values(changed_at=at).execution_options(synchronize_session="fetch"))


async def add_follower(session: AsyncSession, tilbud_id: str, sub: str, organisation: str) -> None:
    """Show the star of one user; without effect while the tilbud is not known here, since the event brings it then."""
    row = select(Tilbud.id, literal(sub), literal(organisation)).where(Tilbud.id == tilbud_id)
    names = ["tilbud_id", "sub", "organisation"]
    await session.execute(insert(Follower).from_select(names, row).on_conflict_do_nothing())


async def remove_follower(session: AsyncSession, tilbud_id: str, sub: str) -> None:
    """Take the star of one user away."""
    await session.execute(delete(Follower).filter_by(tilbud_id=tilbud_id, sub=sub))
