"""What the portal listens to: everything that an overview row shows."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.envelope import Envelope
from chassis.subscriptions import Subscription
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
from contracts.topics import topic
from portal.overview import commands as overview
from portal.overview.rules import CaseStage


async def on_created(session: AsyncSession, event: TilbudCreated, _: Envelope) -> None:
    """Show a new tilbud; its operator's users see it at once (row 7)."""
    await overview.take_facts(session, event.tilbud_id, event.tilbud, number=0)
    await overview.touch(session, event.tilbud_id, event.created_at)


async def on_sent(session: AsyncSession, event: SubmissionSent, _: Envelope) -> None:
    """Show that a report waits for the authority."""
    await overview.take_case(
        session,
        event.tilbud_id,
        event.submission_id,
        revision=event.revision,
        stage=CaseStage.SENT,
        at=event.sent_at,
        number=event.number,
    )
    await overview.take_report(
        session,
        event.submission_id,
        at=event.sent_at,
        steps=[step.key for step in event.steps],
        legal_bases=list(dict.fromkeys([event.tilbud.primary_legal_basis, *event.tilbud.legal_bases])),
    )


async def on_submission_closed(session: AsyncSession, event: SubmissionClosed, _: Envelope) -> None:
    """Show that the reporter gave the case up."""
    await overview.take_case(
        session,
        event.tilbud_id,
        event.submission_id,
        revision=event.revision,
        stage=CaseStage.CLOSED,
        at=event.closed_at,
    )


async def on_vacancies(session: AsyncSession, event: VacanciesChanged, _: Envelope) -> None:
    """Show when the vacancies were changed."""
    await overview.touch(session, event.tilbud_id, event.changed_at)


async def on_opened(session: AsyncSession, event: CaseOpened, envelope: Envelope) -> None:
    """Show whose case it is."""
    await _take_case(session, event, envelope, CaseStage.OPENED, event.opened_at)


async def on_returned(session: AsyncSession, event: CaseReturned, envelope: Envelope) -> None:
    """Show that the case waits for corrections (row 75)."""
    await _take_case(session, event, envelope, CaseStage.RETURNED, event.returned_at)


async def on_approved(session: AsyncSession, event: CaseApproved, envelope: Envelope) -> None:
    """Show that the case is closed, and the name that was approved."""
    await _take_case(session, event, envelope, CaseStage.APPROVED, event.approved_at)
    # Another case repeats the name that was approved when it was sent.
    if event.reports("contact"):
        await overview.take_facts(session, event.tilbud_id, event.tilbud, number=event.number)


async def on_case_closed(session: AsyncSession, event: CaseClosed, envelope: Envelope) -> None:
    """Show that the authority does nothing more in the case (row 78)."""
    await _take_case(session, event, envelope, CaseStage.CLOSED, event.closed_at)


async def _take_case(
    session: AsyncSession, event: CaseEvent, envelope: Envelope, stage: CaseStage, at: datetime
) -> None:
    await overview.take_case(
        session,
        event.tilbud_id,
        event.case_id,
        revision=event.revision,
        stage=stage,
        at=at,
        number=event.number,
    )
    await overview.take_case_authority(session, event.case_id, authority=event.authority, sequence=envelope.sequence)


async def on_not_routed(session: AsyncSession, event: CaseNotRouted, _: Envelope) -> None:
    """Show that a report without an authority waits for corrections: no rule names anybody."""
    await overview.take_case(
        session,
        event.tilbud_id,
        event.submission_id,
        revision=event.revision,
        stage=CaseStage.RETURNED,
        at=event.routed_at,
    )


async def on_tilsyn(session: AsyncSession, event: TilsynPublished, _: Envelope) -> None:
    """Show what the latest tilsyn says of the tilbud."""
    await overview.take_tilsyn(session, event)


async def on_ceased(session: AsyncSession, event: TilbudCeased, _: Envelope) -> None:
    """Show that the tilbud has ceased: at the bottom of the list, for those who follow it (row 28)."""
    await overview.take_cessation(session, event)


async def on_assigned(session: AsyncSession, event: AuthorityAssigned, _: Envelope) -> None:
    """Show the tilbud on the list of the authority that supervises it now."""
    await overview.take_authority(
        session, event.tilbud_id, authority=event.authority, previous=event.previous, version=event.version
    )
    await overview.touch(session, event.tilbud_id, event.assigned_at)


async def on_published(session: AsyncSession, event: TilbudPublished, envelope: Envelope) -> None:
    """Show that the tilbud is public."""
    await overview.take_publication(session, event.tilbud_id, published=True, sequence=envelope.sequence)


async def on_unpublished(session: AsyncSession, key: str, envelope: Envelope) -> None:
    """Show that the tilbud is not public any more."""
    await overview.take_publication(session, key, published=False, sequence=envelope.sequence)


async def on_followers(session: AsyncSession, event: FollowersChanged, _: Envelope) -> None:
    """Show who follows."""
    await overview.take_followers(session, event)


def subscriptions() -> tuple[Subscription, ...]:
    """Return one subscription for each topic."""
    return (
        Subscription(
            "portal.reports",
            (topic("reporting.tilbud.v1"),),
            lock=overview.lock_tilbud,
            on={
                TilbudCreated: on_created,
                SubmissionSent: on_sent,
                SubmissionClosed: on_submission_closed,
                VacanciesChanged: on_vacancies,
            },
        ),
        Subscription(
            "portal.cases",
            (topic("approval.cases.v1"),),
            lock=overview.lock_tilbud,
            on={
                CaseOpened: on_opened,
                CaseReturned: on_returned,
                CaseApproved: on_approved,
                CaseClosed: on_case_closed,
            },
        ),
        Subscription(
            "portal.routings",
            (topic("jurisdiction.cases.v1"),),
            lock=overview.lock_tilbud,
            on={CaseNotRouted: on_not_routed},
        ),
        Subscription(
            "portal.tilsyn",
            (topic("approval.tilsyn.v1"),),
            lock=overview.lock_tilbud,
            on={TilsynPublished: on_tilsyn, TilbudCeased: on_ceased},
        ),
        Subscription(
            "portal.authorities",
            (topic("jurisdiction.tilbud.v1"),),
            lock=overview.lock_tilbud,
            on={AuthorityAssigned: on_assigned},
            full_state=True,
        ),
        Subscription(
            "portal.publications",
            (topic("publication.tilbud.v1"),),
            lock=overview.lock_tilbud,
            on={TilbudPublished: on_published},
            full_state=True,
            on_deleted=on_unpublished,
        ),
        Subscription(
            "portal.follows",
            (topic("notification.follows.v1"),),
            lock=overview.lock_tilbud,
            on={FollowersChanged: on_followers},
            full_state=True,
        ),
    )
