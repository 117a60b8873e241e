"""The background process: ``python -m jurisdiction.worker``."""

from chassis.worker import Worker, run_worker
from jurisdiction.authorities.rulebook import load_rulebook
from jurisdiction.consumers import subscriptions
from jurisdiction.settings import JurisdictionSettings


def build(settings: JurisdictionSettings) -> Worker:
    """Return the worker with both subscriptions."""
    return Worker(settings, subscriptions=subscriptions(load_rulebook(settings.switched_on)))


if __name__ == "__main__":
    run_worker(build(JurisdictionSettings.load()))
