"""The background process: ``python -m reporting.worker``."""

from chassis.database import Database
from chassis.periodic import PeriodicJob
from chassis.worker import Worker, run_worker
from reporting.consumers import subscriptions
from reporting.look_again import ask_registers
from reporting.settings import ReportingSettings
from reporting.subjects.models import REPORT_TABLES
from reports.drafts.commands import forget_replaced

MINUTE, HOUR = 60.0, 3_600.0


async def forget_drafts(database: Database) -> None:
    """Forget the drafts that were replaced more than 30 days ago."""
    await forget_replaced(database, REPORT_TABLES)


PERIODIC_JOBS = (
    PeriodicJob("forget-drafts", HOUR, forget_drafts),
    PeriodicJob("ask-registers", MINUTE, ask_registers),
)

if __name__ == "__main__":
    run_worker(Worker(ReportingSettings.load(), subscriptions=subscriptions(), periodic_jobs=PERIODIC_JOBS))
