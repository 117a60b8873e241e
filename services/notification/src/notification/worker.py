"""The background process: ``python -m notification.worker``."""

from chassis.worker import Worker, run_worker
from notification.consumers import SUBSCRIPTIONS
from notification.delivery import timers
from notification.settings import NotificationSettings


def build(settings: NotificationSettings) -> Worker:
    """Return the worker with its subscriptions and the sending of mails."""
    return Worker(settings, subscriptions=SUBSCRIPTIONS, periodic_jobs=timers(settings))


if __name__ == "__main__":
    run_worker(build(NotificationSettings.load()))
