"""What each event changes in the overview rows."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.envelope import Envelope
from contracts.events import (
    AuthorityAssigned,
    CaseApproved,
    CaseClosed,
    CaseNotRouted,
    CaseOpened,
    CaseReturned,
    FollowersChanged,
    SubmissionClosed,
    SubmissionSent,
    TilbudCeased,
    TilbudCreated,
    TilbudPublished,
    TilsynPublished,
    VacanciesChanged,
)
from contracts.events.approval import CaseEvent
from portal.overview import commands
from portal.overview.rules import CaseStage


async def on_created(session: AsyncSession, event: TilbudCreated, _: Envelope) -> None:
    """Show a new tilbud; its operator's users see it at once (R7)."""
    await commands.apply_facts(session, event.tilbud_id, event.tilbud, number=0)
    await commands.touch(session, event.tilbud_id, event.created_at)


async def on_sent(session: AsyncSession, event: SubmissionSent, _: Envelope) -> None:
    """Show that a report waits for the authority."""
    await commands.apply_case(
        session,
        event.tilbud_id,
        event.submission_id,
        revision=event.revision,
        stage=CaseStage.SENT,
        at=event.sent_at,
        number=event.number,
    )
    await commands.apply_report(
        session,
        event.submission_id,
        at=event.sent_at,
        steps=[step.key for step in event.steps],
        legal_bases=list(dict.fromkeys([event.tilbud.primary_legal_basis, *event.tilbud.legal_bases])),
    )


async def on_submission_closed(session: AsyncSession, event: SubmissionClosed, _: Envelope) -> None:
    """Show that the reporter gave the case up."""
    await commands.apply_case(
        session,
        event.tilbud_id,
        event.submission_id,
        revision=event.revision,
        stage=CaseStage.CLOSED,
        at=event.closed_at,
    )


async def on_vacancies(session: AsyncSession, event: VacanciesChanged, _: Envelope) -> None:
    """Show when the vacancies were changed."""
    await commands.touch(session, event.tilbud_id, event.changed_at)


async def on_opened(session: AsyncSession, event: CaseOpened, envelope: Envelope) -> None:
    """Show whose case it is."""
    await _apply_case(session, event, envelope, CaseStage.OPENED, event.opened_at)


async def on_returned(session: AsyncSession, event: CaseReturned, envelope: Envelope) -> None:
    """Show that the case waits for corrections (R75)."""
    await _apply_case(session, event, envelope, CaseStage.RETURNED, event.returned_at)


async def on_approved(session: AsyncSession, event: CaseApproved, envelope: Envelope) -> None:
    """Show that the case is closed, and the name that was approved."""
    await _apply_case(session, event, envelope, CaseStage.APPROVED, event.approved_at)
    # Another case repeats the name that was approved when it was sent.
    if event.reports("contact"):
        await commands.apply_facts(session, event.tilbud_id, event.tilbud, number=event.number)


async def on_case_closed(session: AsyncSession, event: CaseClosed, envelope: Envelope) -> None:
    """Show that the authority does nothing more in the case (R78)."""
    await _apply_case(session, event, envelope, CaseStage.CLOSED, event.closed_at)


async def _apply_case(
    session: AsyncSession, event: CaseEvent, envelope: Envelope, stage: CaseStage, at: datetime
) -> None:
    await commands.apply_case(
        session,
        event.tilbud_id,
        event.case_id,
        revision=event.revision,
        stage=stage,
        at=at,
        number=event.number,
    )
    await commands.apply_case_authority(session, event.case_id, authority=event.authority, sequence=envelope.sequence)


async def on_not_routed(session: AsyncSession, event: CaseNotRouted, _: Envelope) -> None:
    """Show that a report without an authority waits for corrections: no rule names anybody."""
    await commands.apply_case(
        session,
        event.tilbud_id,
        event.submission_id,
        revision=event.revision,
        stage=CaseStage.RETURNED,
        at=event.routed_at,
    )


async def on_tilsyn(session: AsyncSession, event: TilsynPublished, _: Envelope) -> None:
    """Show what the latest tilsyn says of the tilbud."""
    await commands.apply_tilsyn(session, event)


async def on_ceased(session: AsyncSession, event: TilbudCeased, _: Envelope) -> None:
    """Show that the tilbud has ceased: at the bottom of the list, for those who follow it (R28)."""
    await commands.apply_cessation(session, event)


async def on_assigned(session: AsyncSession, event: AuthorityAssigned, _: Envelope) -> None:
    """Show the tilbud on the list of the authority that supervises it now."""
    await commands.apply_authority(
        session, event.tilbud_id, authority=event.authority, previous=event.previous, version=event.version
    )
    await commands.touch(session, event.tilbud_id, event.assigned_at)


async def on_published(session: AsyncSession, event: TilbudPublished, envelope: Envelope) -> None:
    """Show that the tilbud is public."""
    await commands.apply_publication(session, event.tilbud_id, published=True, sequence=envelope.sequence)


async def on_unpublished(session: AsyncSession, key: str, envelope: Envelope) -> None:
    """Show that the tilbud is not public any more."""
    await commands.apply_publication(session, key, published=False, sequence=envelope.sequence)


async def on_followers(session: AsyncSession, event: FollowersChanged, _: Envelope) -> None:
    """Show who follows."""
    await commands.apply_followers(session, event)
