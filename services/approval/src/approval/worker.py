"""The background process of ``approval``: consumers, relay and timers."""

from approval.consumers import PERIODIC_JOBS, subscriptions
from approval.settings import ApprovalSettings
from chassis.worker import Worker, run_worker

if __name__ == "__main__":
    run_worker(Worker(ApprovalSettings.load(), subscriptions=subscriptions(), periodic_jobs=PERIODIC_JOBS))
