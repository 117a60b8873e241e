"""What one adds for a new kind of subject: an entry in each registry. Nothing else of the services knows of it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import approval.kinds
import jurisdiction.kinds
import notification.kinds
import portal.kinds
from approval.kinds import CaseKind
from contracts.kinds import KindEntry, Registry
from contracts.testing import factories, lighthouse
from contracts.testing.lighthouse import LIGHTHOUSE
from jurisdiction.kinds import RoutedKind
from notification.kinds import FollowedKind
from portal.kinds import ListedKind, Tab, Tabs, Words

RULES = Path(__file__).parents[2] / "services" / "jurisdiction" / "tests" / "lighthouse_rules.yaml"
STREAMS = ("reports", "routings", "authorities", "cases", "follows")

EntryT = TypeVar("EntryT", bound=KindEntry)


@contextmanager
def lighthouses_registered(run_id: str) -> Iterator[None]:
    """Have the lighthouse in the registries of the contracts and of every service that knows kinds.

    The names of the consumer groups end with ``run_id``.
    """
    with (
        lighthouse.registered(),
        _registered(jurisdiction.kinds.KINDS, _routed(run_id)),
        _registered(approval.kinds.KINDS, CaseKind(LIGHTHOUSE.id, groups=_groups("approval", run_id))),
        _registered(notification.kinds.KINDS, FollowedKind(LIGHTHOUSE.id, groups=_groups("notification", run_id))),
        _registered(portal.kinds.KINDS, _listed(run_id)),
    ):
        yield


@contextmanager
def _registered(registry: Registry[EntryT], entry: EntryT) -> Iterator[None]:
    registry.register(LIGHTHOUSE.id, entry)
    try:
        yield
    finally:
        registry.unregister(LIGHTHOUSE.id)


def _routed(run_id: str) -> RoutedKind:
    return RoutedKind(
        id=LIGHTHOUSE.id,
        rules=RULES,
        facts_at_creation=lambda event: factories.routing_facts(event.legal_basis, municipality=event.municipality),
        facts_of_step={"tower": ("municipality", "legal_bases", "primary")},
        address_step="tower",
        groups=_groups("jurisdiction", run_id),
    )


def _listed(run_id: str) -> ListedKind:
    return ListedKind(
        id=LIGHTHOUSE.id,
        tabs=Tabs(approve=Tab("Godkend fyrtårn", "/godkend/fyrtaarn")),
        words=Words(compound="fyrtårns", none_found="Ingen fyrtårne passer til din søgning."),
        groups=_groups("portal", run_id),
    )


def _groups(service: str, run_id: str) -> Mapping[str, str]:
    return {stream: f"{service}.{stream}.{LIGHTHOUSE.id}.{run_id}" for stream in STREAMS}
