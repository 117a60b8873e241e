"""What the portal listens to: everything that an overview row shows, one group for each kind of subject and stream."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.subscriptions import Deleted, Handler, Subscription
from contracts.topics import topic
from portal.kinds import KINDS, ListedKind
from portal.overview import handlers
from portal.overview.commands import lock_subjects

Handlers = Mapping[type[Any], Handler]


def subscriptions() -> tuple[Subscription, ...]:
    """Return the groups of every kind."""
    return tuple(group for kind in KINDS for group in _groups_of(kind))


def _groups_of(kind: ListedKind) -> Iterator[Subscription]:
    yield _reports(kind)
    yield _cases(kind)
    yield _group(kind, "routings", {kind.events.case_not_routed: handlers.on_not_routed})
    yield _group(kind, "authorities", {kind.events.authority_assigned: handlers.on_assigned}, full_state=True)
    yield _group(kind, "follows", {kind.events.followers_changed: handlers.on_followers}, full_state=True)
    if kind.events.tilsyn_published:
        yield _tilsyn(kind, {kind.events.tilsyn_published: handlers.on_tilsyn})
    if kind.published:
        on_deleted = handlers.unpublisher_of(kind)
        on = {kind.published: handlers.on_published}
        yield _group(kind, "publications", on, full_state=True, on_deleted=on_deleted)


def _reports(kind: ListedKind) -> Subscription:
    on: dict[type[Any], Handler] = {
        kind.events.created: handlers.on_created,
        kind.events.submission_sent: handlers.on_sent,
        kind.events.submission_closed: handlers.on_submission_closed,
    }
    if kind.vacancies_changed:
        on[kind.vacancies_changed] = handlers.on_vacancies
    return _group(kind, "reports", on)


def _cases(kind: ListedKind) -> Subscription:
    on: dict[type[Any], Handler] = {
        kind.events.case_opened: handlers.on_opened,
        kind.events.case_returned: handlers.on_returned,
        kind.events.case_approved: handlers.on_approved,
        kind.events.case_closed: handlers.on_case_closed,
    }
    if kind.events.handover_settled:
        on[kind.events.handover_settled] = handlers.on_handover
    return _group(kind, "cases", on)


def _tilsyn(kind: ListedKind, on: Handlers) -> Subscription:
    if kind.events.ceased:
        on = {**on, kind.events.ceased: handlers.on_ceased}
    return _group(kind, "tilsyn", on)


def _group(
    kind: ListedKind, stream: str, on: Handlers, *, full_state: bool = False, on_deleted: Deleted | None = None
) -> Subscription:
    async def lock(session: AsyncSession, keys: Sequence[str]) -> None:
        await lock_subjects(session, kind.id, keys)

    topics = tuple(topic(name) for name in dict.fromkeys(event.topic for event in on))
    return Subscription(kind.group(stream), topics, lock=lock, on=on, full_state=full_state, on_deleted=on_deleted)
