"""The subscriptions and the tables of every service, for the tests that look at all of them."""

from importlib import import_module

from sqlalchemy import MetaData

from chassis.subscriptions import Subscription
from devstack.services import SERVICES

NAMES = tuple(service.name for service in SERVICES)


def subscriptions_of(service: str) -> tuple[Subscription, ...]:
    """Return everything that ``service`` subscribes to."""
    subscriptions: tuple[Subscription, ...] = import_module(f"{service}.consumers").subscriptions()
    return subscriptions


def tables_of(service: str) -> MetaData:
    """Return the tables of ``service``'s models."""
    metadata: MetaData = import_module(f"{service}.models").Base.metadata
    return metadata
