"""The portal's background process: ``python -m portal.worker``."""

from chassis.worker import Worker, run_worker
from portal.consumers import subscriptions
from portal.overview.commands import REFRESH_INTENSIFIED
from portal.sessions.commands import FORGET_EXPIRED
from portal.settings import PortalSettings

PERIODIC_JOBS = (FORGET_EXPIRED, REFRESH_INTENSIFIED)

if __name__ == "__main__":
    run_worker(Worker(PortalSettings.load(), subscriptions=subscriptions(), periodic_jobs=PERIODIC_JOBS))
