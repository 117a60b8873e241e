"""The background process: ``python -m jurisdiction.worker``."""

from chassis.worker import Worker, run_worker
from jurisdiction.consumers import subscriptions
from jurisdiction.settings import JurisdictionSettings


def build(settings: JurisdictionSettings) -> Worker:
    """Return the worker with the subscriptions of every kind."""
    return Worker(settings, subscriptions=subscriptions(settings.switched_on))


if __name__ == "__main__":
    run_worker(build(JurisdictionSettings.load()))
