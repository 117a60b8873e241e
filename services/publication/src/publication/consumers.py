"""What ``publication`` listens to. Every fact is applied in the same way; they differ in the reason they give."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.envelope import CorrelationContext, Envelope, correlated
from chassis.subscriptions import Handler, Subscription, lock_nothing
from contracts.events.approval import CaseApproved, TilbudCeased, TilsynDecision, TilsynPublished
from contracts.events.jurisdiction import AuthorityAssigned
from contracts.events.publication import FeedReason
from contracts.events.reporting import TilbudCreated, VacanciesChanged
from contracts.events.samples import ControlSampleChanged
from contracts.topics import topic
from publication.publishing.commands import apply_fact, lock_tilbud
from publication.records.state import Fact


async def _apply(session: AsyncSession, fact: Fact, envelope: Envelope, reason: FeedReason) -> None:
    # The correlation may be the id of a supervision system's own event, and everybody can read what is written here.
    with correlated(CorrelationContext(envelope.id, envelope.id)):
        await apply_fact(session, fact, reason)


async def on_case_approved(session: AsyncSession, case: CaseApproved, envelope: Envelope) -> None:
    """Merge the approved steps into what is known (R80, R84)."""
    await _apply(session, case, envelope, FeedReason.APPROVED)


async def on_tilsyn(session: AsyncSession, tilsyn: TilsynPublished, envelope: Envelope) -> None:
    """Publish or remove by the latest decision (R83, R88, R89, R94)."""
    await _apply(session, tilsyn, envelope, FeedReason.CORRECTED if tilsyn.version > 1 else FeedReason.TILSYN)


async def on_ceased(session: AsyncSession, ceased: TilbudCeased, envelope: Envelope) -> None:
    """Remove the tilbud at once (R99)."""
    await _apply(session, ceased, envelope, FeedReason.CEASED)


async def on_removal(session: AsyncSession, fact: TilsynPublished | TilbudCeased, envelope: Envelope) -> None:
    """Remove what need not be public any more before all that stands in front of it on the topic (R89, R99).

    The state is the same in whatever order facts come and however often: in its turn the fact changes nothing more.
    """
    if isinstance(fact, TilbudCeased):
        await lock_tilbud(session, [fact.tilbud_id])
        await on_ceased(session, fact, envelope)
    elif fact.decision is TilsynDecision.NOT_APPROVED:
        await lock_tilbud(session, [fact.tilbud_id])
        await on_tilsyn(session, fact, envelope)


async def on_created(session: AsyncSession, created: TilbudCreated, envelope: Envelope) -> None:
    """Remember who runs the tilbud."""
    await _apply(session, created, envelope, FeedReason.APPROVED)


async def on_vacancies(session: AsyncSession, vacancies: VacanciesChanged, envelope: Envelope) -> None:
    """Show the fast lane at once, marked as not approved yet (P1)."""
    await _apply(session, vacancies, envelope, FeedReason.VACANCIES)


async def on_assigned(session: AsyncSession, assigned: AuthorityAssigned, envelope: Envelope) -> None:
    """Show who supervises the tilbud now."""
    await _apply(session, assigned, envelope, FeedReason.HANDOVER)


async def on_sample(session: AsyncSession, changed: ControlSampleChanged, envelope: Envelope) -> None:
    """Show whether the national operator has marked the tilbud (L3)."""
    await _apply(session, changed, envelope, FeedReason.CORRECTED)


REMOVALS = Subscription(
    "publication.removals",
    (topic(TilsynPublished.topic),),
    # Only of a removal the tilbud is locked: this group waits for no batch of the others.
    lock=lock_nothing,
    on={TilsynPublished: on_removal, TilbudCeased: on_removal},
    order_independent=True,
)
"""Looks for removals alone, so that a flood of other facts holds none up; what it keeps, the others keep as well."""


def subscriptions() -> tuple[Subscription, ...]:
    """Return the subscriptions that make all that this service keeps: one group for each topic."""
    cases: dict[type[Any], Handler] = {CaseApproved: on_case_approved}
    tilsyn: dict[type[Any], Handler] = {TilsynPublished: on_tilsyn, TilbudCeased: on_ceased}
    reports: dict[type[Any], Handler] = {TilbudCreated: on_created, VacanciesChanged: on_vacancies}
    return (
        _subscription("publication.cases", CaseApproved.topic, cases),
        _subscription("publication.tilsyn", TilsynPublished.topic, tilsyn),
        _subscription("publication.reports", TilbudCreated.topic, reports),
        _subscription("publication.authorities", AuthorityAssigned.topic, {AuthorityAssigned: on_assigned}),
        _subscription("publication.samples", ControlSampleChanged.topic, {ControlSampleChanged: on_sample}),
    )


def _subscription(name: str, topic_name: str, on: Mapping[type[Any], Handler]) -> Subscription:
    return Subscription(
        name,
        (topic(topic_name),),
        lock=lock_tilbud,
        on=on,
        full_state=topic_name == AuthorityAssigned.topic,
        # The state is the same in whatever order facts come: a removal waits for no other fact.
        order_independent=True,
    )
