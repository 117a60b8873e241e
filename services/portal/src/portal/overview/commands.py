"""How facts change the overview rows, guarded so that any order of events gives the same rows.

Every write is conditional on what the message carries; rows are created by whichever event comes first. The same
version again is accepted, since a republished state may repair what stands here.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import today
from chassis.database import Database, lock_all, lock_or_create
from chassis.periodic import PeriodicJob, try_advisory_lock
from contracts.events.approval import TilbudCeased, TilsynDecision, TilsynKind, TilsynPublished
from contracts.tilsyn import TilsynOutcome, counts, status_of
from portal.kinds import Identity
from portal.overview.models import Case, Follower, Subject, Tilsyn
from portal.overview.rules import CaseStage, case_status, searchable, sort_key


async def lock_subjects(session: AsyncSession, kind: str, ids: Sequence[str]) -> None:
    """Lock the rows of these subjects, made first where they are missing."""
    await lock_or_create(session, Subject.id, ids, kind=kind)


async def get_locked_subject(session: AsyncSession, kind: str, subject_id: str) -> Subject:
    """Return the row of a subject that this transaction has locked."""
    return await session.get_one(Subject, {"id": subject_id, "kind": kind})


def apply_identity(subject: Subject, identity: Identity, *, number: int) -> None:
    """Take name and operator as approved in submission ``number``; 0 is the creation."""
    if subject.operator_cvr == identity.operator_cvr and not subject.operator_name:
        # CVR may answer after a report was sent: the name then comes with an older number.
        subject.operator_name = identity.operator_name
    if number < subject.identity_number:
        return
    subject.identity_number = number
    subject.name = identity.name
    subject.search_text = searchable(identity.name, subject.id)
    subject.sort_key = sort_key(identity.name)
    if identity.operator_name or subject.operator_cvr != identity.operator_cvr:
        subject.operator_name = identity.operator_name
    subject.operator_cvr = identity.operator_cvr


def apply_authority(subject: Subject, event: Any) -> None:
    """Take who supervises the subject now, who did before and who handed it over: all of them still find it (R128)."""
    if event.version >= subject.authority_version:
        subject.authority, subject.previous_authority = event.authority, event.previous
        subject.authority_version = event.version
        # The events of other kinds name neither givers nor kinds.
        subject.givers = list(getattr(event, "givers", ()))
        subject.approving_kinds = list(getattr(event, "approving_kinds", ()))
        subject.approving_since = getattr(event, "approving_since", None)


def apply_publication(subject: Subject, *, changed_at: datetime | None, sequence: int) -> None:
    """Take since when the subject is public as it is, None for not public; a deletion is a guarded write too."""
    if sequence >= subject.publication_sequence:
        subject.published, subject.publication_sequence = changed_at is not None, sequence
        subject.public_changed_at = changed_at


async def apply_followers(session: AsyncSession, subject: Subject, event: Any) -> None:
    """Replace the followers of the subject."""
    if event.version < subject.followers_version:
        return
    subject.followers_version = event.version
    of_subject = {"kind": subject.kind, "subject_id": subject.id}
    await session.execute(delete(Follower).filter_by(**of_subject))
    organisations = {each.sub: each.organisation for each in event.followers}
    values = [{**of_subject, "sub": sub, "organisation": side} for sub, side in sorted(organisations.items())]
    if values:
        await session.execute(insert(Follower).values(values))


async def add_follower(session: AsyncSession, kind: str, subject_id: str, sub: str, organisation: str) -> None:
    """Show the star of one user; without effect while the subject is not known here, since the event brings it then."""
    row = select(Subject.kind, Subject.id, literal(sub), literal(organisation)).filter_by(kind=kind, id=subject_id)
    columns = [Follower.kind, Follower.subject_id, Follower.sub, Follower.organisation]
    await session.execute(insert(Follower).from_select(columns, row).on_conflict_do_nothing())


async def remove_follower(session: AsyncSession, kind: str, subject_id: str, sub: str) -> None:
    """Take the star of one user away."""
    await session.execute(delete(Follower).filter_by(kind=kind, subject_id=subject_id, sub=sub))


async def apply_case(
    session: AsyncSession,
    subject: Subject,
    case_id: str,
    *,
    revision: int,
    stage: CaseStage,
    at: datetime,
    number: int | None = None,
) -> None:
    """Take how far a case has come; ``revision`` and ``stage`` say whether this is newer."""
    new = insert(Case).values(id=case_id, kind=subject.kind, subject_id=subject.id)
    await session.execute(new.on_conflict_do_nothing())
    case = await session.get_one(Case, case_id)
    if number is not None:
        case.number = number
    opens_after_all = case.not_routed and stage is CaseStage.OPENED and revision == case.revision
    if opens_after_all or (revision, stage) >= (case.revision, case.stage):
        case.revision, case.stage, case.state, case.not_routed = revision, stage.value, stage.state, False
        case.changed_at = max(at, case.changed_at or at)
    await session.flush()
    await _refresh_case_status(session, subject)
    note_change(subject, at)


async def apply_not_routed(
    session: AsyncSession, subject: Subject, case_id: str, *, revision: int, at: datetime
) -> None:
    """Take that no rule names an authority for a revision; one that was opened already has one."""
    known = await session.get(Case, case_id)
    if known and known.revision == revision and known.stage >= CaseStage.OPENED and not known.not_routed:
        return
    await apply_case(session, subject, case_id, revision=revision, stage=CaseStage.RETURNED, at=at)
    case = await session.get_one(Case, case_id)
    case.not_routed = case.revision == revision


async def apply_report(
    session: AsyncSession, case_id: str, *, at: datetime, steps: Sequence[str], legal_bases: Sequence[str]
) -> None:
    """Take what a case holds, as sent last."""
    case = await session.get_one(Case, case_id)
    if case.submitted_at is None or at >= case.submitted_at:
        case.submitted_at, case.steps, case.legal_bases = at, list(steps), list(legal_bases)


async def apply_case_authority(session: AsyncSession, case_id: str, *, authority: str, sequence: int) -> None:
    """Take who decides a case: its own authority, which may differ from the subject's (R63)."""
    case = await session.get_one(Case, case_id)
    if sequence >= case.authority_sequence:
        case.authority, case.authority_sequence = authority, sequence


async def _refresh_case_status(session: AsyncSession, subject: Subject) -> None:
    cases = select(Case.state, Case.number).filter_by(kind=subject.kind, subject_id=subject.id)
    subject.case_status = case_status([(state, number) for state, number in await session.execute(cases)])


async def apply_tilsyn(session: AsyncSession, subject: Subject, event: TilsynPublished) -> None:
    """Take a tilsyn or its correction; one without a decision changes no approval."""
    values = {
        "version": event.version,
        "accepted_number": event.accepted_number,
        "decided_on": event.decided_on,
        "decision": event.decision.value,
        "tilsyn_kind": event.kind.value,
        "intensified_from": event.intensified.start if event.intensified else None,
        "intensified_until": event.intensified.until if event.intensified else None,
    }
    key = {"kind": subject.kind, "subject_id": subject.id, "tilsyn_id": f"{event.authority}/{event.tilsyn_id}"}
    statement = insert(Tilsyn).values({**key, **values})
    columns = {getattr(Tilsyn, name): value for name, value in values.items()}
    newer = statement.excluded.version >= Tilsyn.version
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[Tilsyn.kind, Tilsyn.subject_id, Tilsyn.tilsyn_id], set_=columns, where=newer
        )
    )
    await refresh_status(session, subject)
    note_change(subject, event.accepted_at)


async def apply_cessation(session: AsyncSession, subject: Subject, event: TilbudCeased) -> None:
    """Take the day that the subject has ceased on, as the authority reported it last."""
    if subject.ceased_reported_at is None or event.accepted_at >= subject.ceased_reported_at:
        subject.ceased_on, subject.ceased_reported_at = event.ceased_on, event.accepted_at
    await refresh_status(session, subject)
    note_change(subject, event.accepted_at)


async def refresh_status(session: AsyncSession, subject: Subject) -> None:
    """Derive the status of a subject from its tilsyn and from whether it has ceased."""
    all_of_it = select(Tilsyn).filter_by(kind=subject.kind, subject_id=subject.id)
    rows = (await session.scalars(all_of_it.execution_options(populate_existing=True))).all()
    kinds, since = subject.approving_kinds or (), subject.approving_since
    rows = [each for each in rows if counts(each.tilsyn_id.partition("/")[0], each.decided_on, kinds, since)]
    subject.status = status_of([_outcome(each) for each in rows], ceased_on=subject.ceased_on, today=today())


def _outcome(row: Tilsyn) -> TilsynOutcome:
    first, last = row.intensified_from, row.intensified_until
    period = (first, last) if first and last else None
    decision, kind = TilsynDecision(row.decision), TilsynKind(row.tilsyn_kind)
    return TilsynOutcome(row.decided_on, row.accepted_number, decision, kind, period)


async def refresh_intensified(database: Database) -> None:
    """Let intensified tilsyn begin and end on its days, without any event."""
    async with database.begin() as session:
        if not await try_advisory_lock(session, "intensified"):
            return
        found = select(Tilsyn.kind, Tilsyn.subject_id).where(Tilsyn.intensified_until.is_not(None)).distinct()
        subjects = (await session.execute(found)).all()
        for kind in sorted({row.kind for row in subjects}):
            ids = [row.subject_id for row in subjects if row.kind == kind]
            for subject in (await lock_all(session, Subject.id, ids, kind=kind)).values():
                await refresh_status(session, subject)


REFRESH_INTENSIFIED = PeriodicJob("refresh-intensified", 3_600, refresh_intensified)


def note_change(subject: Subject, at: datetime) -> None:
    """Note when something last happened to the subject."""
    subject.changed_at = max(at, subject.changed_at or at)
