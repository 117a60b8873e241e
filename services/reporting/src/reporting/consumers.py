"""What ``reporting`` subscribes to: outcomes of cases, routings, authorities, tilsyn and transferred applications."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import lock_all
from chassis.envelope import Envelope
from chassis.subscriptions import Handler, Subscription, lock_nothing
from contracts.events import (
    ApplicationAccepted,
    AuthorityAssigned,
    CaseApproved,
    CaseClosed,
    CaseNotRouted,
    CaseReturned,
    CaseRouted,
    TilbudCeased,
    TilsynPublished,
)
from contracts.events.base import Event
from contracts.topics import topic
from reporting.applications.commands import create_from_application
from reporting.mount import TILBUD_REPORTS
from reporting.subjects.models import Tilbud
from reporting.tilsyn.commands import apply_ceased, apply_tilsyn
from reports.outcomes import commands as outcomes


async def on_returned(session: AsyncSession, event: CaseReturned, _: Envelope) -> None:
    """Let the case be edited again."""
    await outcomes.apply_returned(session, TILBUD_REPORTS, event)


async def on_approved(session: AsyncSession, event: CaseApproved, _: Envelope) -> None:
    """Move the baseline and free the steps of the case."""
    await outcomes.apply_approved(session, TILBUD_REPORTS, event)


async def on_closed(session: AsyncSession, event: CaseClosed, _: Envelope) -> None:
    """Free the steps of a case that only the authority's side has closed."""
    await outcomes.apply_closed(session, TILBUD_REPORTS, event)


async def on_routed(session: AsyncSession, event: CaseRouted, _: Envelope) -> None:
    """Remember which authority has the case."""
    await outcomes.apply_routed(session, TILBUD_REPORTS, event)


async def on_not_routed(session: AsyncSession, event: CaseNotRouted, _: Envelope) -> None:
    """Let a case that nobody can decide go back with the reason."""
    await outcomes.apply_not_routed(session, TILBUD_REPORTS, event)


async def on_assigned(session: AsyncSession, event: AuthorityAssigned, _: Envelope) -> None:
    """Remember the authority of the tilbud: its officers may report on behalf of it (R65)."""
    tilbud = await TILBUD_REPORTS.get_locked(session, event.tilbud_id)
    if tilbud.authority_version <= event.version:
        tilbud.authority, tilbud.authority_version = event.authority, event.version
        tilbud.approving_kinds, tilbud.approving_since = event.approving_kinds, event.approving_since


async def on_tilsyn(session: AsyncSession, event: TilsynPublished, _: Envelope) -> None:
    """Let a tilsyn give the tilbud its status."""
    tilbud = await TILBUD_REPORTS.get_locked(session, event.tilbud_id)
    await apply_tilsyn(session, event)
    await TILBUD_REPORTS.apply_change(session, tilbud)


async def on_ceased(session: AsyncSession, event: TilbudCeased, _: Envelope) -> None:
    """Remember that the tilbud has ceased."""
    tilbud = await TILBUD_REPORTS.get_locked(session, event.tilbud_id)
    apply_ceased(tilbud, event)
    await TILBUD_REPORTS.apply_change(session, tilbud)


async def on_application(session: AsyncSession, event: ApplicationAccepted, _: Envelope) -> None:
    """Create the tilbud of a transferred application."""
    await create_from_application(session, event)


async def lock_tilbud(session: AsyncSession, keys: Sequence[str]) -> object:
    """Lock the tilbud of a batch, in the order of their ids."""
    return await lock_all(session, Tilbud.id, keys)


CASES: dict[type[Event], Handler] = {
    CaseReturned: on_returned,
    CaseApproved: on_approved,
    CaseClosed: on_closed,
}


def subscriptions() -> tuple[Subscription, ...]:
    """Return every subscription of this service: one group for each topic."""
    return (
        Subscription(
            "reporting.cases",
            (topic("approval.cases.v1"),),
            lock=lock_tilbud,
            on=CASES,
        ),
        Subscription(
            "reporting.routings",
            (topic("jurisdiction.cases.v1"),),
            lock=lock_tilbud,
            on={CaseRouted: on_routed, CaseNotRouted: on_not_routed},
        ),
        Subscription(
            "reporting.authorities",
            (topic("jurisdiction.tilbud.v1"),),
            lock=lock_tilbud,
            on={AuthorityAssigned: on_assigned},
            full_state=True,
        ),
        Subscription(
            "reporting.tilsyn",
            (topic("approval.tilsyn.v1"),),
            lock=lock_tilbud,
            on={TilsynPublished: on_tilsyn, TilbudCeased: on_ceased},
        ),
        Subscription(
            "reporting.applications",
            (topic("approval.applications.v1"),),
            lock=lock_nothing,
            on={ApplicationAccepted: on_application},
        ),
    )
