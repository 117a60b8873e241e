"""The background process: ``python -m reporting.worker``."""

from chassis.periodic import PeriodicJob
from chassis.worker import Worker, run_worker
from reporting.consumers import SUBSCRIPTIONS
from reporting.drafts.commands import forget_replaced
from reporting.settings import ReportingSettings

HOUR = 3_600.0
PERIODIC_JOBS = (PeriodicJob("forget-drafts", HOUR, forget_replaced),)

if __name__ == "__main__":
    run_worker(Worker(ReportingSettings.load(), subscriptions=SUBSCRIPTIONS, periodic_jobs=PERIODIC_JOBS))
