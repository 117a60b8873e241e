"""What each event changes in the overview rows. The events of all kinds of subject say the same about these facts."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.envelope import Envelope
from portal.kinds import KINDS, ListedKind
from portal.overview import commands
from portal.overview.commands import get_locked_subject
from portal.overview.models import Case, Subject
from portal.overview.rules import CaseStage


async def on_created(session: AsyncSession, event: Any, _: Envelope) -> None:
    """Show a new subject; its operator's users see it at once (R7)."""
    subject = await _subject(session, event)
    commands.apply_identity(subject, KINDS[event.subject_kind].identity_of(event), number=0)
    commands.note_change(subject, event.created_at)


async def on_sent(session: AsyncSession, event: Any, _: Envelope) -> None:
    """Show that a report waits for the authority."""
    subject = await _subject(session, event)
    await commands.apply_case(
        session,
        subject,
        event.submission_id,
        revision=event.revision,
        stage=CaseStage.SENT,
        at=event.sent_at,
        number=event.number,
    )
    legal_bases = list(dict.fromkeys(KINDS[event.subject_kind].legal_bases_of(event)))
    await commands.apply_report(
        session, event.submission_id, at=event.sent_at, steps=event.step_keys, legal_bases=legal_bases
    )


async def on_submission_closed(session: AsyncSession, event: Any, _: Envelope) -> None:
    """Show that the reporter gave the case up."""
    subject = await _subject(session, event)
    await commands.apply_case(
        session,
        subject,
        event.submission_id,
        revision=event.revision,
        stage=CaseStage.CLOSED,
        at=event.closed_at,
    )


async def on_vacancies(session: AsyncSession, event: Any, _: Envelope) -> None:
    """Show when the vacancies were changed."""
    commands.note_change(await _subject(session, event), event.changed_at)


async def on_opened(session: AsyncSession, event: Any, envelope: Envelope) -> None:
    """Show whose case it is."""
    await _apply_case(session, event, envelope, CaseStage.OPENED, event.opened_at)


async def on_returned(session: AsyncSession, event: Any, envelope: Envelope) -> None:
    """Show that the case waits for corrections (R75)."""
    await _apply_case(session, event, envelope, CaseStage.RETURNED, event.returned_at)


async def on_approved(session: AsyncSession, event: Any, envelope: Envelope) -> None:
    """Show that the case is closed, and the name that was approved."""
    await _apply_case(session, event, envelope, CaseStage.APPROVED, event.approved_at)
    kind = KINDS[event.subject_kind]
    if kind.says_identity(event):
        commands.apply_identity(await _subject(session, event), kind.identity_of(event), number=event.number)


async def on_case_closed(session: AsyncSession, event: Any, envelope: Envelope) -> None:
    """Show that the authority does nothing more in the case (R78)."""
    await _apply_case(session, event, envelope, CaseStage.CLOSED, event.closed_at)


async def on_handover(session: AsyncSession, event: Any, envelope: Envelope) -> None:
    """Show whose the cases are that a handover has moved, those that wait for corrections too."""
    for case_id in event.cases if event.applied else ():
        if await session.get(Case, case_id):
            await commands.apply_case_authority(
                session, case_id, authority=event.to_authority, sequence=envelope.sequence
            )


async def _apply_case(session: AsyncSession, event: Any, envelope: Envelope, stage: CaseStage, at: datetime) -> None:
    await commands.apply_case(
        session,
        await _subject(session, event),
        event.case_id,
        revision=event.revision,
        stage=stage,
        at=at,
        number=event.number,
    )
    await commands.apply_case_authority(session, event.case_id, authority=event.authority, sequence=envelope.sequence)


async def on_not_routed(session: AsyncSession, event: Any, _: Envelope) -> None:
    """Show that a report without an authority waits for corrections: no rule names anybody."""
    subject = await _subject(session, event)
    await commands.apply_not_routed(session, subject, event.submission_id, revision=event.revision, at=event.routed_at)


async def on_tilsyn(session: AsyncSession, event: Any, _: Envelope) -> None:
    """Show what the latest tilsyn says of the subject."""
    await commands.apply_tilsyn(session, await _subject(session, event), event)


async def on_ceased(session: AsyncSession, event: Any, _: Envelope) -> None:
    """Show that the subject has ceased: at the bottom of the list, for those who follow it (R28)."""
    await commands.apply_cessation(session, await _subject(session, event), event)


async def on_assigned(session: AsyncSession, event: Any, _: Envelope) -> None:
    """Show the subject on the list of the authority that supervises it now."""
    subject = await _subject(session, event)
    commands.apply_authority(subject, event)
    await commands.refresh_status(session, subject)
    commands.note_change(subject, event.assigned_at)


async def on_published(session: AsyncSession, event: Any, envelope: Envelope) -> None:
    """Show that the subject is public."""
    changed_at = KINDS[event.subject_kind].public_since(event)
    commands.apply_publication(await _subject(session, event), changed_at=changed_at, sequence=envelope.sequence)


def unpublisher_of(kind: ListedKind) -> Callable[[AsyncSession, str, Envelope], Awaitable[None]]:
    """Return the handler of a null value, which says that a subject of this kind is not public any more."""

    async def on_unpublished(session: AsyncSession, key: str, envelope: Envelope) -> None:
        subject = await get_locked_subject(session, kind.id, key)
        commands.apply_publication(subject, changed_at=None, sequence=envelope.sequence)

    return on_unpublished


async def on_followers(session: AsyncSession, event: Any, _: Envelope) -> None:
    """Show who follows."""
    await commands.apply_followers(session, await _subject(session, event), event)


async def _subject(session: AsyncSession, event: Any) -> Subject:
    return await get_locked_subject(session, event.subject_kind, event.subject_id)
